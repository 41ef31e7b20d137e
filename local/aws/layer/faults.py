"""Rules that make calls go wrong."""

import threading
from dataclasses import dataclass, replace
from typing import Any

from .call import Call
from .errors import DENIALS, AwsError, denial

KINDS = ("throttle", "error500", "lostAnswer", "accessDenied", "hang", "stale", "error")
FIELDS = {
    "fault",
    "service",
    "action",
    "parameters",
    "nth",
    "times",
    "answer",
    "deny",
    "milliseconds",
    "seconds",
    "code",
    "message",
    "status",
}
INTERNAL_ERRORS = {
    "iam": "ServiceFailure",
    "secretsmanager": "InternalServiceError",
    "dynamodb": "InternalServerError",
}


@dataclass
class Rule:
    given: dict[str, Any]
    seen: int = 0
    applied: int = 0

    def matches(self, call: Call) -> bool:
        given = self.given
        return (
            given.get("service", call.service) == call.service
            and given.get("action", call.action) == call.action
            and all(call.parameters.get(name) == value for name, value in given.get("parameters", {}).items())
        )

    def hit(self) -> bool:
        """Counts a matching call and tells whether it is one to fail."""
        self.seen += 1
        times = self.given.get("times", 1)
        due = self.seen >= self.given.get("nth", 1) and (times == "always" or self.applied < times)
        self.applied += due
        return due


class Faults:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._rules: list[Rule] = []

    def add(self, given: dict[str, Any]) -> None:
        unknown = set(given) - FIELDS
        if unknown:
            raise ValueError(f"A fault has no {', '.join(sorted(unknown))}; it has {', '.join(sorted(FIELDS))}.")
        if given.get("fault") not in KINDS:
            raise ValueError(f"fault must be one of {', '.join(KINDS)}.")
        if given["fault"] == "error" and not given.get("code"):
            raise ValueError("The fault error needs a code.")
        seconds = given.get("seconds")
        if given["fault"] == "stale" and not (isinstance(seconds, (int, float)) and seconds > 0):
            raise ValueError("The fault stale needs the number of seconds by which a read is behind.")
        if given.get("deny", "implicit") not in ("implicit", *DENIALS):
            raise ValueError(f"deny must be one of implicit, {', '.join(DENIALS)}.")
        with self._lock:
            self._rules.append(Rule(given))

    def take(self, call: Call) -> dict[str, Any] | None:
        """The fault that this call meets. All rules count the call; the first that is due is applied."""
        with self._lock:
            due = [rule for rule in self._rules if rule.matches(call) and rule.hit()]
            for other in due[1:]:
                other.applied -= 1
            return due[0].given if due else None

    def stale_seconds(self) -> float:
        """By how much the rules let a read be behind at most."""
        with self._lock:
            return max([0, *(rule.given["seconds"] for rule in self._rules if rule.given["fault"] == "stale")])

    def all(self) -> list[dict[str, Any]]:
        with self._lock:
            return [{**rule.given, "seen": rule.seen, "applied": rule.applied} for rule in self._rules]

    def clear(self) -> None:
        with self._lock:
            self._rules = []


def error_of(fault: dict[str, Any], call: Call, caller: str, resources: list[dict[str, Any]]) -> AwsError:
    """The error with which a fault answers."""
    kind = fault["fault"]
    if kind == "throttle":
        return AwsError("ThrottlingException" if call.is_json else "Throttling", "Rate exceeded", 400)
    if kind == "accessDenied":
        resource = resources[0]["arn"] if resources else "*"
        error = denial(fault.get("deny", "implicit"), call, caller, f"{call.service}:{call.action}", resource)
        return replace(error, message=fault.get("message") or error.message)
    if kind == "error":
        return AwsError(fault["code"], fault.get("message", fault["code"]), fault.get("status", 400))
    code = INTERNAL_ERRORS.get(call.service, "InternalFailure")
    return AwsError(code, "An internal error occurred.", 500)
