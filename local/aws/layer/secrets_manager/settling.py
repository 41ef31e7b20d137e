"""What Secrets Manager does after it has answered: replication, and deletion without recovery."""

import time

from moto.secretsmanager.models import FakeSecret, secretsmanager_backends

from ..settings import Settings
from .replicas import settle_replica


def settle(settings: Settings, account: str) -> None:
    """Ends everything of an account whose time has come. Called before every call."""
    for backend in list(secretsmanager_backends[account].values()):
        for secret in list(backend.secrets.values()):  # type: ignore[attr-defined]
            if not isinstance(secret, FakeSecret):
                continue
            if getattr(secret, "gone_at", time.monotonic() + 1) <= time.monotonic():
                backend.secrets.pop(secret.name)  # type: ignore[attr-defined]
            for replica in secret.replicas:
                settle_replica(replica, settings)
