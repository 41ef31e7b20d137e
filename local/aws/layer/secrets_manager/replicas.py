"""Replicas: asynchronous, one per Region, each with the key it was given; the answer names the secret's ARN."""

import time
from typing import Any

from moto.secretsmanager.exceptions import InvalidParameterException
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend, secretsmanager_backends

from ..patch import around, instead
from ..settings import Settings
from .secret import find_writable


def install(settings: Settings) -> None:
    @instead(FakeSecret)
    def create_replicas(
        self: FakeSecret, replica_regions: list[dict[str, str]], force_overwrite: bool
    ) -> list[ReplicaSecret]:
        replicas = [begin(self, wanted, force_overwrite, settings) for wanted in replica_regions]
        for replica in replicas:
            settle_replica(replica, settings)
        return replicas


def begin(secret: FakeSecret, wanted: dict[str, str], force_overwrite: bool, settings: Settings) -> ReplicaSecret:
    region = wanted["Region"]
    if region == secret.region:
        raise InvalidParameterException("Invalid replica region.")
    if region not in secretsmanager_backends[secret.account_id]:
        raise InvalidParameterException(f"Invalid replica region: {region}.")
    replica: Any = ReplicaSecret(secret, region)
    replica.has_replica = False
    replica.force_overwrite = force_overwrite
    replica.due = time.monotonic() + settings.replicationSeconds
    replica.config["KmsKeyId"] = wanted.get("KmsKeyId") or replica.config["KmsKeyId"]
    replica.config.update(Status="InProgress", StatusMessage="")
    return replica


def settle_replica(replica: Any, settings: Settings) -> None:
    """Ends a replication whose time has come."""
    if replica.config["Status"] != "InProgress" or replica.due > time.monotonic():
        return
    others = secretsmanager_backends[replica.source.account_id][replica.region].secrets
    failure = settings.replicationFailures.get(replica.region)
    if settings.kmsKeys.get(replica.config["KmsKeyId"]):
        failure = "Replication failed: Access to KMS is not allowed"
    if replica.name in others and not replica.force_overwrite:
        failure = f"Replication failed: Secret name simple already exists in region {replica.region}."
    if failure:
        replica.config.update(Status="Failed", StatusMessage=failure)
        return
    if replica.name in others:
        others.pop(replica.name)
    others[replica.arn] = replica
    replica.has_replica = True
    replica.config.update(Status="InSync", StatusMessage="Replication succeeded")


@around(SecretsManagerBackend)
def replicate_secret_to_regions(
    original: Any,
    self: SecretsManagerBackend,
    secret_id: str,
    replica_regions: list[dict[str, str]],
    force_overwrite: bool,
) -> tuple[str, list[dict[str, Any]]]:
    secret = find_writable(self, secret_id)
    regions = [wanted["Region"] for wanted in replica_regions]
    # What failed may be tried again.
    again = [each for each in secret.replicas if each.region in regions and each.config["Status"] == "Failed"]
    present = {replica.region for replica in secret.replicas if replica not in again}
    for region in regions:
        if region in present:
            raise InvalidParameterException(f"The secret is already replicated to Region {region}.")
    secret.replicas = [replica for replica in secret.replicas if replica not in again]
    return secret.arn, original(self, secret_id, replica_regions, force_overwrite)[1]


@around(SecretsManagerBackend)
def remove_regions_from_replication(
    original: Any, self: SecretsManagerBackend, secret_id: str, replica_regions: list[str]
) -> tuple[str, list[dict[str, Any]]]:
    secret = find_writable(self, secret_id)
    for region in set(replica_regions) - {replica.region for replica in secret.replicas}:
        raise InvalidParameterException(f"Invalid replica region: the secret has no replica in {region}.")
    return secret.arn, original(self, secret_id, replica_regions)[1]
