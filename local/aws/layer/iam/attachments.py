"""Attaching a policy twice is one attachment; at most ten policies on a user or role; who has a policy, in full."""

from collections.abc import Iterable
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from ..patch import around, instead

POLICIES_PER_ENTITY = 10


@around(IAMBackend)
def attach_user_policy(original: Any, self: IAMBackend, policy_arn: str, user_name: str) -> None:
    if may_attach(policy_arn, self.get_user(user_name), "User"):
        original(self, policy_arn, user_name)


@around(IAMBackend)
def attach_role_policy(original: Any, self: IAMBackend, policy_arn: str, role_name: str) -> None:
    if may_attach(policy_arn, self.get_role(role_name), "Role"):
        original(self, policy_arn, role_name)


def may_attach(policy_arn: str, entity: Any, kind: str) -> bool:
    if policy_arn in entity.managed_policies:
        return False
    if len(entity.managed_policies) >= POLICIES_PER_ENTITY:
        raise LimitExceededException(f"Cannot exceed quota for PoliciesPer{kind}: {POLICIES_PER_ENTITY}")
    return True


@instead(IamResponse)
def list_entities_for_policy(self: IamResponse) -> ActionResult:
    """moto's looks at the first hundred roles only, ignores PolicyUsageFilter, and knows policies that do not exist."""
    arn = self._get_param("PolicyArn")
    self.backend.get_policy(arn)
    usage = self._get_param("PolicyUsageFilter")
    kind = self._get_param("EntityFilter")
    path = self._get_param("PathPrefix", "/")

    def uses(entity: Any) -> bool:
        attached = usage in (None, "PermissionsPolicy") and arn in entity.managed_policies
        is_boundary = (
            usage in (None, "PermissionsBoundary") and getattr(entity, "permissions_boundary_arn", None) == arn
        )
        return entity.path.startswith(path) and (attached or is_boundary)

    def using(of_kind: str, entities: Iterable[Any]) -> list[Any]:
        return [entity for entity in entities if uses(entity)] if kind in (None, of_kind) else []

    return ActionResult(
        {
            "PolicyUsers": using("User", self.backend.users.values()),
            "PolicyRoles": using("Role", self.backend.roles.values()),
            "PolicyGroups": using("Group", self.backend.groups.values()),
            "IsTruncated": False,
        }
    )
