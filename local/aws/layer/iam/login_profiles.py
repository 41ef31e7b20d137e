"""Login profiles: the account's password policy, the reset flag, and their own creation date."""

import string
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.iam.exceptions import EntityAlreadyExists, IAMException, NoSuchEntity
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

from ..patch import instead

SYMBOLS = "!@#$%^&*()_+-=[]{}|'"
DEFAULT_MINIMUM, MAXIMUM = 8, 128


class PasswordPolicyViolation(IAMException):
    code = "PasswordPolicyViolation"


@instead(IamResponse)
def create_login_profile(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    if user.password:
        raise EntityAlreadyExists(f"Login Profile for user {user.name} already exists.")
    password = self._get_param("Password")
    check_password(self.backend, password)
    user.password = password
    user.password_reset_required = bool(self._get_param("PasswordResetRequired", False))
    user.login_profile_created = utcnow()  # type: ignore[attr-defined]
    return ActionResult({"LoginProfile": login_profile(user)})


@instead(IamResponse)
def get_login_profile(self: IamResponse) -> ActionResult:
    return ActionResult({"LoginProfile": login_profile(user_with_password(self))})


@instead(IamResponse)
def update_login_profile(self: IamResponse) -> ActionResult:
    """moto's removes the password when none is given."""
    user = user_with_password(self)
    password = self._get_param("Password")
    if password:
        check_password(self.backend, password)
        user.password = password
    reset = self._get_param("PasswordResetRequired")
    if reset is not None:
        user.password_reset_required = bool(reset)
    return EmptyResult()


def user_with_password(response: IamResponse) -> User:
    user = response.backend.get_user(response._get_param("UserName"))
    if not user.password:
        raise NoSuchEntity(f"Login Profile for User {user.name} cannot be found.")
    return user


def login_profile(user: User) -> dict[str, Any]:
    return {
        "UserName": user.name,
        "CreateDate": user.login_profile_created,  # type: ignore[attr-defined]
        "PasswordResetRequired": user.password_reset_required,
    }


def check_password(backend: IAMBackend, password: str) -> None:
    policy = backend.account_password_policy
    minimum = policy.minimum_password_length if policy else DEFAULT_MINIMUM
    if not minimum <= len(password) <= MAXIMUM:
        raise PasswordPolicyViolation(f"Password should have a minimum length of {minimum}")
    kinds = {
        "uppercase letter": string.ascii_uppercase,
        "lowercase letter": string.ascii_lowercase,
        "number": string.digits,
        "symbol": SYMBOLS,
    }
    missing = [kind for kind, characters in kinds.items() if not set(characters) & set(password)]
    if policy:
        required = {
            "uppercase letter": policy.require_uppercase_characters,
            "lowercase letter": policy.require_lowercase_characters,
            "number": policy.require_numbers,
            "symbol": policy.require_symbols,
        }
        for kind in missing:
            if required[kind]:
                raise PasswordPolicyViolation(f"Password should have at least one {kind}")
    elif len(missing) > 1:
        raise PasswordPolicyViolation(
            "Password should have at least three of: " + ", ".join(f"one {kind}" for kind in kinds)
        )
