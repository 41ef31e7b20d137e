"""The calls, recorded in the order in which they arrived; secret values masked."""

import threading
import time
from typing import Any

from .call import Call

MASKED = {"SecretString", "SecretBinary", "Password", "OldPassword", "NewPassword", "PrivateKey"}
# Of an item of DynamoDB no more than the names of its attributes is kept.
NAMES_ONLY = {"Item", "ExpressionAttributeValues"}


class Records:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._calls: list[dict[str, Any]] = []

    def start(self, call: Call, account: str, caller: str, resources: list[dict[str, Any]]) -> dict[str, Any]:
        record = {
            "service": call.service,
            "action": call.action,
            "parameters": masked(call.parameters),
            "resources": resources,
            "caller": caller,
            "account": account,
            "region": call.region,
            "startedAt": milliseconds(),
        }
        with self._lock:
            self._calls.append(record)
        return record

    def end(self, record: dict[str, Any], status: int, error_code: str | None) -> None:
        with self._lock:
            record["endedAt"] = milliseconds()
            record["status"] = status
            if error_code:
                record["errorCode"] = error_code

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [dict(record) for record in self._calls]

    def clear(self) -> None:
        with self._lock:
            self._calls = []


def masked(parameters: dict[str, Any]) -> dict[str, Any]:
    return {name: _masked(name, value) for name, value in parameters.items()}


def _masked(name: str, value: Any) -> Any:
    if name in NAMES_ONLY and isinstance(value, dict):
        return dict.fromkeys(value, "***")
    return "***" if name in MASKED else value


def milliseconds() -> float:
    return time.time_ns() / 1_000_000
