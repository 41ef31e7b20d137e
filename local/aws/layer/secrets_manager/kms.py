"""KMS keys that cannot be used, as the setting `kmsKeys` says: out of reach of the caller, or disabled.

A version stays encrypted with the key that the secret had when it was written. Changing the key encrypts the versions
with a label anew, which needs both keys.
"""

from typing import Any

from moto.secretsmanager.exceptions import SecretsManagerClientError
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..patch import around
from ..settings import Settings
from .secret import find, labelled

ENCRYPTED = "kms_key_id"


def install(settings: Settings) -> None:
    def require(key: str | None, code: str, message: str) -> None:
        state = settings.kmsKeys.get(key or "")
        if state == "denied":
            raise SecretsManagerClientError("AccessDeniedException", "Access to KMS is not allowed")
        if state == "disabled":
            raise SecretsManagerClientError(code, message)

    def encrypt(key: str | None) -> None:
        require(key, "KMSInvalidStateException", f"{key} is disabled.")

    def decrypt(key: str | None) -> None:
        require(
            key,
            "DecryptionFailure",
            "Secrets Manager can't decrypt the protected secret text using the provided KMS key.",
        )

    @around(SecretsManagerBackend)
    def create_secret(original: Any, self: SecretsManagerBackend, name: str, **given: Any) -> str:
        if name not in self.secrets:
            encrypt(given.get("kms_key_id"))
        answer = original(self, name=name, **given)
        mark(self.secrets.get(name))
        return answer

    @around(SecretsManagerBackend)
    def put_secret_value(original: Any, self: SecretsManagerBackend, secret_id: str, *args: Any, **given: Any) -> str:
        secret = find(self, secret_id)
        if isinstance(secret, FakeSecret) and not secret.is_deleted():
            encrypt(secret.kms_key_id)
        answer = original(self, secret_id, *args, **given)
        mark(secret)
        return answer

    @around(SecretsManagerBackend)
    def update_secret(original: Any, self: SecretsManagerBackend, secret_id: str, **given: Any) -> str:
        secret = find(self, secret_id)
        key = given.get("kms_key_id")
        has_value = given.get("secret_string") is not None or given.get("secret_binary") is not None
        if isinstance(secret, FakeSecret) and not secret.is_deleted():
            if has_value or key is not None:
                encrypt(secret.kms_key_id if key is None else key)
            if key is not None and (key or None) != secret.kms_key_id:
                reencrypted = [version for version in secret.versions.values() if version["version_stages"]]
                for version in reencrypted:
                    decrypt(version.get(ENCRYPTED))
                for version in reencrypted:
                    version[ENCRYPTED] = key or None
        answer = original(self, secret_id, **given)
        mark(secret)
        return answer

    @around(SecretsManagerBackend)
    def get_secret_value(
        original: Any, self: SecretsManagerBackend, secret_id: str, version_id: str | None, version_stage: str | None
    ) -> dict[str, Any]:
        answer = original(self, secret_id, version_id, version_stage)
        decrypt(find(self, secret_id).versions[answer["VersionId"]].get(ENCRYPTED))
        return answer

    @around(SecretsManagerBackend)
    def replicate_secret_to_regions(
        original: Any, self: SecretsManagerBackend, secret_id: str, *args: Any, **given: Any
    ) -> Any:
        secret = find(self, secret_id)
        current = labelled(secret, "AWSCURRENT")
        if current:
            decrypt(secret.versions[current].get(ENCRYPTED))
        return original(self, secret_id, *args, **given)


def mark(secret: Any) -> None:
    """Notes the key that new versions were encrypted with."""
    if isinstance(secret, FakeSecret):
        for version in secret.versions.values():
            version.setdefault(ENCRYPTED, secret.kms_key_id)
