"""Rotation as callers see it: `RotateSecret`, `CancelRotateSecret`, and what `DescribeSecret` tells of them.

`RotateSecret` makes a version with the label AWSPENDING and no value, answers, and goes on in the background: with
`RotateImmediately` through the four steps, without it through a trial, testSecret alone.
"""

import time
import uuid
from fnmatch import fnmatchcase
from typing import Any

from moto.secretsmanager.exceptions import (
    InvalidParameterException,
    InvalidRequestException,
    SecretsManagerClientError,
)
from moto.secretsmanager.models import FakeSecret, SecretsManagerBackend

from ..functions import Functions
from ..patch import around, instead
from .rotations import A_DAY, STEPS, TRIAL, Rotations, pending_of
from .secret import find_writable, move_label

INCOMPLETE = "A previous rotation isn't complete. That rotation will be reattempted."
NO_FUNCTION = (
    "You tried to enable rotation on a secret that doesn't already have a Lambda function ARN configured and you didn't "
    "include such an ARN as a parameter in this call."
)
NOT_PERMITTED = (
    "Secrets Manager cannot invoke the specified Lambda function. Ensure that the function policy grants access to the "
    "principal secretsmanager.amazonaws.com."
)


def install(rotations: Rotations) -> None:
    @instead(SecretsManagerBackend)
    def rotate_secret(
        self: SecretsManagerBackend,
        secret_id: str,
        client_request_token: str | None = None,
        rotation_lambda_arn: str | None = None,
        rotation_rules: dict[str, Any] | None = None,
        rotate_immediately: bool = True,
    ) -> str:
        secret = find_writable(self, secret_id)
        arn = rotation_lambda_arn or secret.rotation_lambda_arn
        if not arn:
            raise InvalidRequestException(NO_FUNCTION)
        require_permission(rotations.functions, arn, secret)
        check_rules(rotation_rules or {})
        token = self._from_client_request_token(client_request_token)
        pending = pending_of(secret)
        if pending == token:  # the same call once more
            return secret.to_short_dict(version_id=token)
        if pending:
            if secret.rotation_enabled and not rotations.running(secret):
                rotations.start(secret, pending, "rotation", STEPS)
            raise InvalidRequestException(INCOMPLETE)
        schedule(secret, arn, rotation_rules)
        announce(secret, token)
        kind, steps = ("rotation", STEPS) if rotate_immediately else ("trial", TRIAL)
        rotations.start(secret, token, kind, steps)
        return secret.to_short_dict(version_id=token)

    @around(SecretsManagerBackend)
    def cancel_rotate_secret(original: Any, self: SecretsManagerBackend, secret_id: str) -> str:
        secret = find_writable(self, secret_id)
        answer = original(self, secret_id)
        secret.next_rotation_date = None
        rotations.cancel(secret)
        return answer

    @around(FakeSecret)
    def to_dict(original: Any, self: FakeSecret) -> dict[str, Any]:
        told = original(self)
        if "RotationRules" in told:
            told["RotationRules"] = getattr(self, "rotation_rules", {})
        return told


def rotate_now(rotations: Rotations, backend: SecretsManagerBackend, given: dict[str, Any]) -> dict[str, Any]:
    """The schedule's time has come, or somebody wants certain steps and no others. Waits for the end.

    A rotation that is not complete goes on with its version, unless `fresh` asks for a new one.
    """
    rotations.tried(given["secretId"])
    with rotations.lock:
        secret = find_writable(backend, given["secretId"])
        if not secret.rotation_lambda_arn:
            raise ValueError(f"The secret {secret.name} has no rotation function.")
        version_id = given.get("versionId") or (None if given.get("fresh") else pending_of(secret))
        if not version_id or version_id not in secret.versions:
            version_id = version_id or str(uuid.uuid4())
            announce(secret, version_id)
        steps = given.get("steps")
        running = rotations.start(secret, version_id, "steps" if steps else "rotation", steps or STEPS)
    running.join()
    return running.rotation


def require_permission(functions: Functions, arn: str, secret: FakeSecret) -> None:
    """The function's own policy has to let Secrets Manager invoke it, for this account and secret if it names one."""
    for statement in functions.policy(arn):
        conditions = statement.get("Condition", {})
        account = conditions.get("StringEquals", {}).get("AWS:SourceAccount", secret.account_id)
        source = conditions.get("ArnLike", {}).get("AWS:SourceArn", "*")
        principal = statement.get("Principal", {}).get("Service")
        is_meant = account == secret.account_id and fnmatchcase(secret.arn, source)
        if principal == "secretsmanager.amazonaws.com" and is_meant:
            return
    raise SecretsManagerClientError("AccessDeniedException", NOT_PERMITTED)


def check_rules(rules: dict[str, Any]) -> None:
    days = rules.get("AutomaticallyAfterDays")
    if days is not None and not 1 <= days <= 1000:
        raise InvalidParameterException("RotationRules.AutomaticallyAfterDays must be within 1-1000.")
    if days is not None and rules.get("ScheduleExpression"):
        raise InvalidParameterException("You can't specify both AutomaticallyAfterDays and ScheduleExpression.")


def schedule(secret: FakeSecret, arn: str, rules: dict[str, Any] | None) -> None:
    secret.rotation_requested = True
    secret.rotation_enabled = True
    secret.rotation_lambda_arn = arn
    if rules:
        secret.rotation_rules = rules  # type: ignore[attr-defined]
        secret.auto_rotate_after_days = rules.get("AutomaticallyAfterDays", 0)
    if secret.auto_rotate_after_days:
        secret.next_rotation_date = int(time.time()) + secret.auto_rotate_after_days * A_DAY


def announce(secret: FakeSecret, version_id: str) -> None:
    """The version that a rotation is to fill: labelled, and without a value."""
    secret.versions[version_id] = {"createdate": int(time.time()), "version_id": version_id, "version_stages": []}
    move_label(secret, "AWSPENDING", version_id)
