"""Who calls, and whether the credentials work.

Any credentials are taken for the account itself, except the access keys that were issued here: those work only while
they exist, are active, are known (IAM is eventually consistent) and sign correctly.
"""

import random
import re
import time
from dataclasses import dataclass
from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.sts.models import STSBackend, sts_backends

from .call import Call
from .errors import AwsError
from .patch import around
from .roles import ROLES
from .settings import Settings
from .signature import is_signed_with

ACCOUNT_ID = re.compile(r"\d{12}")


@dataclass
class IssuedKey:
    account: str
    partition: str
    secret: str
    at: float


ISSUED: dict[str, IssuedKey] = {}


@around(IAMBackend)
def create_access_key(original: Any, self: IAMBackend, *args: Any, **kwargs: Any) -> Any:
    key = original(self, *args, **kwargs)
    ISSUED[key.access_key_id] = IssuedKey(self.account_id, self.partition, key.secret_access_key, time.monotonic())
    return key


@around(STSBackend)
def get_caller_identity(original: Any, self: STSBackend, access_key_id: str, region: str) -> tuple[str, str, str]:
    if access_key_id in ROLES:
        return "AROAFUNCTION:function", ROLES[access_key_id].arn, ROLES[access_key_id].account
    user_id, arn, account = original(self, access_key_id, region)
    if arn.endswith(":user/moto"):  # moto's answer for credentials that it does not know
        return account, f"arn:{self.partition}:iam::{account}:root", account
    return user_id, arn, account


def account_of(call: Call, default_account: str) -> str:
    if ACCOUNT_ID.fullmatch(call.access_key_id):
        return call.access_key_id
    known = ROLES.get(call.access_key_id) or ISSUED.get(call.access_key_id)
    if known:
        return known.account
    for account, backends in list(iam_backends.items()):
        if any(call.access_key_id in backend.access_keys for backend in list(backends.values())):
            return account
    return default_account


def caller_of(call: Call, account: str) -> str:
    backend = sts_backends[account][call.partition]
    return backend.get_caller_identity(call.access_key_id, call.region)[1]


def check_credentials(call: Call, environ: dict[str, Any], body: bytes, settings: Settings) -> None:
    """Raises the AwsError with which AWS answers a call that is signed with an issued key that does not work."""
    issued = ISSUED.get(call.access_key_id)
    if not issued:
        return
    key = iam_backends[issued.account][issued.partition].access_keys.get(call.access_key_id)
    spread = settings.keySpreadSeconds * random.random()
    is_known = time.monotonic() - issued.at >= settings.keyActivationSeconds + spread
    if not key or key.status != "Active" or not is_known or issued.partition != call.partition:
        raise unknown_key(call)
    if not is_signed_with(issued.secret, environ, body):
        code = "InvalidSignatureException" if call.is_json else "SignatureDoesNotMatch"
        raise AwsError(
            code,
            "The request signature we calculated does not match the signature you provided. "
            "Check your AWS Secret Access Key and signing method. Consult the service documentation for details.",
            400 if call.is_json else 403,
        )


def unknown_key(call: Call) -> AwsError:
    if call.service == "s3":
        return AwsError("InvalidAccessKeyId", "The AWS Access Key Id you provided does not exist in our records.", 403)
    message = "The security token included in the request is invalid."
    if call.is_json:
        return AwsError("UnrecognizedClientException", message, 400)
    return AwsError("InvalidClientTokenId", message, 403)
