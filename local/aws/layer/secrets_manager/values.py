"""Creating, adding and reading versions of a secret.

A version's id is the ClientRequestToken of the call that made it. The same token with the same value does nothing
(the call was a retry); with another value it is ResourceExistsException.
"""

import time
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidRequestException,
    ResourceExistsException,
    ResourceNotFoundException,
)
from moto.secretsmanager.models import FakeSecret, ReplicaSecret, SecretsManagerBackend

from ..patch import around, instead
from .secret import MARKED, find, find_writable, labelled, move_label

SCHEDULED = "You can't create this secret because a secret with this name is already scheduled for deletion."


@around(SecretsManagerBackend)
def create_secret(original: Any, self: SecretsManagerBackend, name: str, **given: Any) -> str:
    secret = self.secrets.get(name)
    if not secret:
        return original(self, name=name, **given)
    if secret.is_deleted():
        raise InvalidRequestException(SCHEDULED)
    token = given["client_request_token"]
    if isinstance(secret, ReplicaSecret) or token not in secret.versions:
        raise ResourceExistsException(f"The operation failed because the secret {name} already exists.")
    require_same(secret, token, given["secret_string"], given["secret_binary"])
    return secret.to_short_dict(version_id=token)


@instead(SecretsManagerBackend)
def put_secret_value(
    self: SecretsManagerBackend,
    secret_id: str,
    secret_string: str | None,
    secret_binary: str | None,
    client_request_token: str | None,
    version_stages: list[str],
) -> str:
    secret = find_writable(self, secret_id)
    version_id = self._from_client_request_token(client_request_token)
    add_version(secret, version_id, secret_string, secret_binary, version_stages)
    return secret.to_short_dict(include_version_stages=True, version_id=version_id)


@instead(SecretsManagerBackend)
def update_secret(
    self: SecretsManagerBackend,
    secret_id: str,
    secret_string: str | None = None,
    secret_binary: str | None = None,
    client_request_token: str | None = None,
    kms_key_id: str | None = None,
    description: str | None = None,
) -> str:
    secret = find_writable(self, secret_id)
    version_id = None
    if secret_string is not None or secret_binary is not None:
        version_id = self._from_client_request_token(client_request_token)
        add_version(secret, version_id, secret_string, secret_binary, ["AWSCURRENT"])
    secret.description = secret.description if description is None else description
    # An empty id is the documented way back to the AWS managed key.
    secret.kms_key_id = secret.kms_key_id if kms_key_id is None else kms_key_id or None
    secret.last_changed_date = int(time.time())
    return secret.to_short_dict(version_id=version_id, include_version_id=version_id is not None)


@instead(SecretsManagerBackend)
def get_secret_value(
    self: SecretsManagerBackend, secret_id: str, version_id: str | None, version_stage: str | None
) -> dict[str, Any]:
    secret = find(self, secret_id)
    if secret.is_deleted():
        raise InvalidRequestException(MARKED)
    found = version_id or labelled(secret, version_stage or "AWSCURRENT")
    version = secret.versions.get(found) if found else None
    if not version or not has_value(version):
        what = f"VersionId: {version_id}" if version_id else f"staging label: {version_stage or 'AWSCURRENT'}"
        raise ResourceNotFoundException(f"Secrets Manager can't find the specified secret value for {what}")
    if version_stage and version_stage not in version["version_stages"]:
        raise InvalidRequestException("You provided a VersionStage that is not associated to the provided VersionId.")
    answer = {
        "ARN": secret.arn,
        "Name": secret.name,
        "VersionId": found,
        "VersionStages": version["version_stages"],
        "CreatedDate": version["createdate"],
    }
    for key, name in (("secret_string", "SecretString"), ("secret_binary", "SecretBinary")):
        if key in version:
            answer[name] = version[key]
    return answer


def add_version(
    secret: FakeSecret, version_id: str, secret_string: str | None, secret_binary: str | None, labels: list[str]
) -> None:
    """Adds a version with these labels; the first version of a secret is AWSCURRENT in any case."""
    existing = secret.versions.get(version_id)
    if existing and has_value(existing):
        require_same(secret, version_id, secret_string, secret_binary)
        return
    # A rotation announces its version, labelled but empty, before it has a value.
    version = existing or {"createdate": int(time.time()), "version_id": version_id, "version_stages": []}
    if secret_string is not None:
        version["secret_string"] = secret_string
    if secret_binary is not None:
        version["secret_binary"] = secret_binary
    is_first = not secret.versions
    secret.versions[version_id] = version
    for label in [*labels, *(["AWSCURRENT"] if is_first and "AWSCURRENT" not in labels else [])]:
        move_label(secret, label, version_id)
    secret.last_changed_date = int(time.time())


def require_same(secret: FakeSecret, token: str, secret_string: str | None, secret_binary: str | None) -> None:
    version = secret.versions[token]
    if (version.get("secret_string"), version.get("secret_binary")) != (secret_string, secret_binary):
        raise ResourceExistsException(
            f"You can't use ClientRequestToken {token} because that value is already in use for a version of secret "
            f"{secret.arn}."
        )


def has_value(version: dict[str, Any]) -> bool:
    return "secret_string" in version or "secret_binary" in version
