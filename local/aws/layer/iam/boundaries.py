"""Permissions boundaries of users, which moto lacks; those of users and roles must exist."""

from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.serialize import never_return
from moto.iam.exceptions import NoSuchEntity
from moto.iam.models import IAMBackend, User
from moto.iam.responses import IamResponse

from ..patch import around, instead

# As in AWS, only Create and Get tell a boundary.
IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER["ListUsersResponse.Users.User.PermissionsBoundary"] = never_return
User.permissions_boundary_arn = None  # type: ignore[attr-defined]


def boundary_of(user: User) -> dict[str, str] | None:
    arn = user.permissions_boundary_arn  # type: ignore[attr-defined]
    return {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": arn} if arn else None


User.permissions_boundary = property(boundary_of)  # type: ignore[attr-defined]


def require_policy(backend: IAMBackend, arn: str) -> None:
    try:
        backend.get_policy(arn)
    except Exception as error:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.") from error


@around(IamResponse)
def create_user(original: Any, self: IamResponse) -> ActionResult:
    boundary = self._get_param("PermissionsBoundary")
    if boundary:
        require_policy(self.backend, boundary)
    result = original(self)
    result.result["User"].permissions_boundary_arn = boundary
    return result


@instead(IamResponse)
def put_user_permissions_boundary(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    boundary = self._get_param("PermissionsBoundary")
    require_policy(self.backend, boundary)
    user.permissions_boundary_arn = boundary
    return EmptyResult()


@instead(IamResponse)
def delete_user_permissions_boundary(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    if not user.permissions_boundary_arn:
        raise NoSuchEntity(f"{user.name} does not have a permission boundary")
    user.permissions_boundary_arn = None
    return EmptyResult()


@around(IamResponse)
def create_role(original: Any, self: IamResponse) -> ActionResult:
    boundary = self._get_param("PermissionsBoundary")
    if boundary:
        require_policy(self.backend, boundary)
    return original(self)


@around(IAMBackend)
def put_role_permissions_boundary(original: Any, self: IAMBackend, role_name: str, permissions_boundary: str) -> None:
    self.get_role(role_name)
    require_policy(self, permissions_boundary)
    original(self, role_name, permissions_boundary)


@around(IAMBackend)
def delete_role_permissions_boundary(original: Any, self: IAMBackend, role_name: str) -> None:
    if not self.get_role(role_name).permissions_boundary_arn:
        raise NoSuchEntity(f"{role_name} does not have a permission boundary")
    original(self, role_name)
