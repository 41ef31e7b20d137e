"""An entity that something hangs on cannot be deleted: DeleteConflict."""

from typing import Any

from moto.iam.exceptions import DeleteConflictException
from moto.iam.models import IAMBackend

from ..patch import around


@around(IAMBackend)
def delete_user(original: Any, self: IAMBackend, user_name: str) -> None:
    user = self.get_user(user_name)
    hindrances = {
        "delete login profile": user.password,
        "delete access keys": user.access_keys,
        "deactivate MFA device": user.mfa_devices,
        "delete SSH public keys": user.ssh_public_keys,
        "delete signing certificates": user.signing_certificates,
        "delete service specific credentials": getattr(user, "service_specific_credentials", None),
        "remove users from group": self.get_groups_for_user(user_name),
    }
    for what, hindrance in hindrances.items():
        if hindrance:
            raise DeleteConflictException(f"Cannot delete entity, must {what} first.")
    original(self, user_name)  # inline and attached policies


@around(IAMBackend)
def delete_policy(original: Any, self: IAMBackend, policy_arn: str) -> None:
    policy = self.get_policy(policy_arn)
    principals = [*self.users.values(), *self.roles.values()]
    if any(policy_arn in entity.managed_policies for entity in [*principals, *self.groups.values()]):
        raise DeleteConflictException("Cannot delete a policy attached to entities.")
    if any(getattr(entity, "permissions_boundary_arn", None) == policy_arn for entity in principals):
        raise DeleteConflictException("Cannot delete a policy that is in use as a permissions boundary.")
    if len(policy.versions) > 1:
        raise DeleteConflictException(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. "
            "The default version is deleted with the policy."
        )
    original(self, policy_arn)


@around(IAMBackend)
def delete_group(original: Any, self: IAMBackend, group_name: str) -> None:
    group = self.get_group(group_name)
    hindrances = {
        "remove users from group": group.users,
        "detach all policies": group.managed_policies,
        "delete policies": group.policies,
    }
    for what, hindrance in hindrances.items():
        if hindrance:
            raise DeleteConflictException(f"Cannot delete entity, must {what} first.")
    original(self, group_name)


@around(IAMBackend)
def delete_virtual_mfa_device(original: Any, self: IAMBackend, serial_number: str) -> None:
    device = self.virtual_mfa_devices.get(serial_number)
    if device and device.user:
        raise DeleteConflictException("MFA VirtualDevice in use. Must deactivate first.")
    original(self, serial_number)
