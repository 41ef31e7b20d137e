"""A secret that is scheduled for deletion can be described, restored and deleted (again), and nothing else."""

from typing import Any

from moto.secretsmanager.exceptions import InvalidRequestException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..patch import around
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


@around(SecretsManagerBackend)
def delete_secret(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    recovery_window_in_days: int | None,
    force_delete_without_recovery: bool,
) -> tuple[str, str, float]:
    secret = self.secrets.get(secret_id)
    if isinstance(secret, FakeSecret) and secret.deleted_date is not None and not force_delete_without_recovery:
        return secret.arn, secret.name, secret.deleted_date
    return original(self, secret_id, recovery_window_in_days, force_delete_without_recovery)
