"""What AWS answers from caches: a read may show the state of some seconds ago.

Before a call that changes something, the state of its service is set aside with the time until which it held. A stale
read is answered by moto itself, on the state that held at the moment which the read shows.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from copy import deepcopy
from typing import Any

from moto.dynamodb.models import dynamodb_backends
from moto.iam.models import iam_backends
from moto.secretsmanager.models import secretsmanager_backends

from .call import Call

BACKENDS: dict[str, Any] = {
    "iam": iam_backends,
    "secretsmanager": secretsmanager_backends,
    "dynamodb": dynamodb_backends,
}
READS = ("Get", "List", "Describe", "BatchGet", "Query", "Scan", "Simulate")
# No cache lies before these.
FRESH = ("GetRandomPassword", "DescribeTable", "ListTables", "DescribeTimeToLive")


def is_read(call: Call) -> bool:
    return call.action.startswith(READS)


def may_be_stale(call: Call) -> bool:
    consistent = call.service == "dynamodb" and call.parameters.get("ConsistentRead") is True
    return call.service in BACKENDS and is_read(call) and call.action not in FRESH and not consistent


class History:
    """Not safe for threads by itself: the application's lock is held around every use."""

    def __init__(self) -> None:
        self._states: dict[tuple[str, str, str], list[tuple[float, Any]]] = {}

    def remember(self, call: Call, account: str, seconds: float) -> None:
        """Sets the state aside that a changing call is about to leave; what is older than `seconds` is forgotten."""
        place = _place(call)
        backends = BACKENDS[call.service][account] if call.service in BACKENDS else {}
        if place not in backends:
            return
        now = time.monotonic()
        states = self._states.setdefault((call.service, account, place), [])
        states[:] = [state for state in states if state[0] > now - seconds]
        states.append((now, deepcopy(backends[place])))

    @contextmanager
    def as_of(self, seconds_ago: float, call: Call, account: str) -> Iterator[None]:
        """Puts the state of that moment in the place of the present one."""
        place = _place(call)
        then = time.monotonic() - seconds_ago
        states = self._states.get((call.service, account, place), [])
        state = next((state for until, state in states if until > then), None)
        if state is None:
            yield
            return
        backends = BACKENDS[call.service][account]
        present = backends[place]
        backends[place] = state
        try:
            yield
        finally:
            backends[place] = present

    def clear(self) -> None:
        self._states.clear()


def _place(call: Call) -> str:
    return call.partition if call.service == "iam" else call.region
