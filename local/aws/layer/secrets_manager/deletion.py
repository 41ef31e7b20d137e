"""A secret that is scheduled for deletion can be described, restored and deleted (again), and nothing else."""

import time
from typing import Any

from moto.secretsmanager.exceptions import InvalidRequestException, SecretNotFoundException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..patch import around
from ..settings import Settings
from .secret import MARKED

REFUSED = (
    "tag_resource",
    "untag_resource",
    "put_resource_policy",
    "get_resource_policy",
    "delete_resource_policy",
    "replicate_secret_to_regions",
    "remove_regions_from_replication",
)


def refused_when_scheduled(name: str) -> None:
    def method(original: Any, self: SecretsManagerBackend, secret_id: str, *args: Any, **kwargs: Any) -> Any:
        secret = self.secrets.get(secret_id)
        if secret and secret.is_deleted():
            raise InvalidRequestException(MARKED)
        return original(self, secret_id, *args, **kwargs)

    method.__name__ = name
    around(SecretsManagerBackend)(method)


for name in REFUSED:
    refused_when_scheduled(name)


def install(settings: Settings) -> None:
    @around(SecretsManagerBackend)
    def delete_secret(
        original: Any,
        self: SecretsManagerBackend,
        secret_id: str,
        recovery_window_in_days: int | None,
        force_delete_without_recovery: bool,
    ) -> tuple[str, str, float]:
        secret: Any = self.secrets.get(secret_id)
        if not isinstance(secret, FakeSecret) or secret.replicas or recovery_window_in_days is not None:
            if not (secret and secret.is_deleted() and not force_delete_without_recovery):
                return original(self, secret_id, recovery_window_in_days, force_delete_without_recovery)
        if secret.deleted_date is not None and (not force_delete_without_recovery or hasattr(secret, "gone_at")):
            return secret.arn, secret.name, secret.deleted_date
        if not force_delete_without_recovery or settings.forceDeletionSeconds == 0:
            return original(self, secret_id, recovery_window_in_days, force_delete_without_recovery)
        # The name is free only when the deletion, which has been answered by then, is done.
        secret.delete(time.time())
        secret.gone_at = time.monotonic() + settings.forceDeletionSeconds
        return secret.arn, secret.name, secret.deleted_date


@around(SecretsManagerBackend)
def restore_secret(original: Any, self: SecretsManagerBackend, secret_id: str) -> tuple[str, str]:
    if hasattr(self.secrets.get(secret_id), "gone_at"):
        raise SecretNotFoundException
    return original(self, secret_id)
