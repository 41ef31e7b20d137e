"""Replicas: the answer names the secret's ARN, a Region gets one replica, and a replica keeps the key it was given."""

from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend, secretsmanager_backends

from ..patch import around
from .secret import find, find_writable


@around(FakeSecret)
def create_replicas(
    original: Any, self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool
) -> Any:
    for wanted in replica_regions:
        if wanted["Region"] not in secretsmanager_backends[self.account_id]:
            raise InvalidParameterException(f"Invalid replica region: {wanted['Region']}.")
    replicas = original(self, replica_regions, force_overwrite)
    for wanted, replica in zip(replica_regions, replicas, strict=True):
        replica.config["KmsKeyId"] = wanted.get("KmsKeyId") or replica.config["KmsKeyId"]
    return replicas


@around(SecretsManagerBackend)
def replicate_secret_to_regions(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    replica_regions: list[dict[str, str]],
    force_overwrite: bool,
) -> tuple[str, list[dict[str, Any]]]:
    secret = find_writable(self, secret_id)
    present = {replica.region for replica in secret.replicas}
    for wanted in replica_regions:
        if wanted["Region"] in present:
            raise InvalidParameterException(f"The secret is already replicated to Region {wanted['Region']}.")
    return secret.arn, original(self, secret_id, replica_regions, force_overwrite)[1]


@around(SecretsManagerBackend)
def remove_regions_from_replication(
    original: Any, self: SecretsManagerBackend, secret_id: str, replica_regions: list[str]
) -> tuple[str, list[dict[str, Any]]]:
    return find(self, secret_id).arn, original(self, secret_id, replica_regions)[1]
