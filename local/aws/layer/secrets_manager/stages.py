"""Moving staging labels by hand: moto leaves the value that is read by default behind when AWSCURRENT moves."""

from moto.secretsmanager.exceptions import InvalidParameterException, ResourceNotFoundException
from moto.secretsmanager.models import SecretsManagerBackend

from ..patch import instead
from .secret import drop_label, find_writable, labelled, move_label


@instead(SecretsManagerBackend)
def update_secret_version_stage(
    self: SecretsManagerBackend,
    secret_id: str,
    version_stage: str,
    remove_from_version_id: str | None,
    move_to_version_id: str | None,
) -> tuple[str, str]:
    secret = find_writable(self, secret_id)
    for version_id in (remove_from_version_id, move_to_version_id):
        if version_id and version_id not in secret.versions:
            raise ResourceNotFoundException(
                f"Secrets Manager can't find the specified secret value for VersionId: {version_id}"
            )
    holder = labelled(secret, version_stage)
    if remove_from_version_id and holder != remove_from_version_id:
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId is not valid. Staging label {version_stage} is not currently attached "
            f"to version {remove_from_version_id}."
        )
    if not remove_from_version_id and holder and holder != move_to_version_id:
        raise InvalidParameterException(
            f"The parameter RemoveFromVersionId can't be empty. Staging label {version_stage} is currently attached to "
            f"version {holder}, so you must explicitly reference that version in RemoveFromVersionId."
        )
    if move_to_version_id:
        move_label(secret, version_stage, move_to_version_id)
    elif version_stage == "AWSCURRENT":
        raise InvalidParameterException(
            "You can't remove staging label AWSCURRENT without moving it to another version."
        )
    else:
        drop_label(secret, version_stage)
    return secret.arn, secret.name
