"""MaxItems and Marker for every List call. moto ignores them in most, and in some promises a page that is empty."""

from collections.abc import Callable
from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import ValidationError
from moto.iam.responses import IamResponse

from ..settings import Settings

LISTS = {
    "get_group": "Users",
    "list_access_keys": "AccessKeyMetadata",
    "list_attached_group_policies": "AttachedPolicies",
    "list_attached_role_policies": "AttachedPolicies",
    "list_attached_user_policies": "AttachedPolicies",
    "list_group_policies": "PolicyNames",
    "list_groups": "Groups",
    "list_groups_for_user": "Groups",
    "list_instance_profiles": "InstanceProfiles",
    "list_instance_profiles_for_role": "InstanceProfiles",
    "list_mfa_devices": "MFADevices",
    "list_policies": "Policies",
    "list_policy_tags": "Tags",
    "list_policy_versions": "Versions",
    "list_role_policies": "PolicyNames",
    "list_role_tags": "Tags",
    "list_roles": "Roles",
    "list_service_specific_credentials": "ServiceSpecificCredentials",
    "list_signing_certificates": "Certificates",
    "list_ssh_public_keys": "SSHPublicKeys",
    "list_user_policies": "PolicyNames",
    "list_user_tags": "Tags",
    "list_users": "Users",
    "list_virtual_mfa_devices": "VirtualMFADevices",
    "simulate_principal_policy": "EvaluationResults",
}
# One page runs through all three lists of ListEntitiesForPolicy.
ENTITY_LISTS = ("PolicyGroups", "PolicyUsers", "PolicyRoles")
ALL = 1_000_000


def install(settings: Settings) -> None:
    for method, key in LISTS.items():
        setattr(IamResponse, method, paged(getattr(IamResponse, method), (key,), settings))
    entities = IamResponse.list_entities_for_policy
    IamResponse.list_entities_for_policy = paged(entities, ENTITY_LISTS, settings)  # type: ignore[method-assign]


def paged(
    original: Callable[[IamResponse], ActionResult], keys: tuple[str, ...], settings: Settings
) -> Callable[[IamResponse], ActionResult]:
    def method(self: IamResponse) -> ActionResult:
        marker = self._get_param("Marker")
        wanted = min(int(self._get_param("MaxItems") or settings.pageSize), settings.pageSize)
        self.params = {**self.params, "Marker": "0", "MaxItems": ALL}
        result: Any = original(self).result
        entries = [(key, entry) for key in keys for entry in result[key]]
        start = offset(marker)
        page = entries[start : start + wanted]
        for key in keys:
            result[key] = [entry for of_key, entry in page if of_key == key]
        is_truncated = start + wanted < len(entries)
        result["IsTruncated"] = is_truncated
        result["Marker"] = f"page-{start + wanted}" if is_truncated else None
        return ActionResult(result)

    method.__name__ = original.__name__
    return method


def offset(marker: str | None) -> int:
    if not marker:
        return 0
    if not marker.startswith("page-") or not marker.removeprefix("page-").isdigit():
        raise ValidationError(f"Invalid Marker {marker}")
    return int(marker.removeprefix("page-"))
