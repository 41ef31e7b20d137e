"""What can be changed while the server runs."""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import asdict, dataclass, field, fields
from typing import Any

KEY_STATES = ("denied", "disabled")


def at_least(least: float) -> dict[str, Any]:
    def check(value: Any) -> str | None:
        is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
        return None if is_number and value >= least else f"a number, at least {least}"

    return {"check": check}


def mapping_of(what: str, allowed: Callable[[Any], bool]) -> dict[str, Any]:
    def check(value: Any) -> str | None:
        return None if isinstance(value, dict) and all(map(allowed, value.values())) else f"an object of {what}"

    return {"check": check}


def documents() -> dict[str, Any]:
    def check(value: Any) -> str | None:
        fine = isinstance(value, list) and all(isinstance(one, dict) and "Statement" in one for one in value)
        return None if fine else "a list of policy documents"

    return {"check": check}


@dataclass
class Settings:
    """Named as in the JSON of `POST /_local/settings`."""

    keyActivationSeconds: float = field(default=2.0, metadata=at_least(0))
    # A new key works at one endpoint and not yet at another: for so long after its activation each call draws anew.
    keySpreadSeconds: float = field(default=0.0, metadata=at_least(0))
    latencyMs: float = field(default=0.0, metadata=at_least(0))
    # By service, where that is another time.
    serviceLatencyMs: dict[str, float] = field(
        default_factory=dict,
        metadata=mapping_of("milliseconds by service", lambda value: isinstance(value, (int, float)) and value >= 0),
    )
    # IAM may answer a List call with fewer entities than asked for; small pages prove that a caller reads them all.
    pageSize: int = field(default=100, metadata=at_least(1))
    # Every read of IAM and Secrets Manager shows what was so long ago at most, each by a time drawn anew.
    staleSeconds: float = field(default=0.0, metadata=at_least(0))
    # What the drawn times begin with, so that a run can be repeated.
    staleSeed: int = field(default=0, metadata=at_least(0))
    # How long a replica is InProgress.
    replicationSeconds: float = field(default=0.0, metadata=at_least(0))
    # Region to the message with which replication to it fails.
    replicationFailures: dict[str, str] = field(
        default_factory=dict, metadata=mapping_of("messages by Region", lambda value: isinstance(value, str))
    )
    # How long a secret that was deleted without recovery keeps its name.
    forceDeletionSeconds: float = field(default=0.0, metadata=at_least(0))
    # KMS keys, as calls name them, that cannot be used.
    kmsKeys: dict[str, str] = field(
        default_factory=dict, metadata=mapping_of(f"{' or '.join(KEY_STATES)} by key", lambda value: value in KEY_STATES)
    )
    # How often Secrets Manager tries a rotation in all, and the pause in between.
    rotationAttempts: int = field(default=3, metadata=at_least(1))
    rotationRetrySeconds: float = field(default=0.05, metadata=at_least(0))
    # The service control policies of the account's organization; none: the account is in no organization.
    serviceControlPolicies: list[dict[str, Any]] = field(default_factory=list, metadata=documents())

    def change(self, values: dict[str, Any]) -> None:
        known = {each.name: each.metadata["check"] for each in fields(self)}
        for name, value in values.items():
            if name not in known:
                raise ValueError(f"There is no setting {name}; there are {', '.join(sorted(known))}.")
            wanted = known[name](value)
            if wanted:
                raise ValueError(f"The setting {name} must be {wanted}.")
        for name, value in values.items():
            setattr(self, name, deepcopy(value))

    def latency_of(self, service: str) -> float:
        """Milliseconds that a call to this service takes longer."""
        return self.serviceLatencyMs.get(service, self.latencyMs)

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)
