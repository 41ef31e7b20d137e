"""Finding a secret, and the labels of its versions."""

from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    OperationNotPermittedOnReplica,
    SecretNotFoundException,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend

MARKED = "You can't perform this operation on the secret because it was marked for deletion."


def find(backend: SecretsManagerBackend, secret_id: str) -> FakeSecret | ReplicaSecret:
    secret = backend.secrets.get(secret_id)
    if not secret:
        raise SecretNotFoundException
    return secret


def find_writable(backend: SecretsManagerBackend, secret_id: str) -> FakeSecret:
    """A primary secret that is not scheduled for deletion."""
    secret = find(backend, secret_id)
    if isinstance(secret, ReplicaSecret):
        raise OperationNotPermittedOnReplica
    if secret.is_deleted():
        raise InvalidRequestException(MARKED)
    return secret


def labelled(secret: FakeSecret | ReplicaSecret, label: str) -> str | None:
    """The id of the version that carries a label."""
    return next((id for id, version in secret.versions.items() if label in version["version_stages"]), None)


def move_label(secret: FakeSecret, label: str, version_id: str) -> None:
    """Puts a label on a version and off any other. AWSPREVIOUS goes to the version that AWSCURRENT left."""
    left = labelled(secret, label)
    if left == version_id:
        return
    if left:
        secret.versions[left]["version_stages"].remove(label)
    secret.versions[version_id]["version_stages"].append(label)
    if label == "AWSCURRENT":
        # moto reads the default version from here.
        secret.set_default_version_id(version_id)
        drop_label(secret, "AWSPREVIOUS")
        if left:
            secret.versions[left]["version_stages"].append("AWSPREVIOUS")


def drop_label(secret: FakeSecret, label: str) -> None:
    holder = labelled(secret, label)
    if holder:
        secret.versions[holder]["version_stages"].remove(label)
