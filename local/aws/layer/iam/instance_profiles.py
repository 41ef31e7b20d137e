"""Taking a role out of an instance profile that does not hold it is NoSuchEntity, in moto an internal error; and so is listing
the profiles of a role that is not there, in moto none."""

from typing import Any

from moto.iam.exceptions import NoSuchEntity
from moto.iam.models import IAMBackend

from ..patch import around


@around(IAMBackend)
def remove_role_from_instance_profile(original: Any, self: IAMBackend, profile_name: str, role_name: str) -> None:
    profile = self.get_instance_profile(profile_name)
    if not any(role.name == role_name for role in profile.roles):
        raise NoSuchEntity(f"Role {role_name} is not in instance profile {profile_name}.")
    original(self, profile_name, role_name)


@around(IAMBackend)
def get_instance_profiles_for_role(original: Any, self: IAMBackend, role_name: str) -> Any:
    self.get_role(role_name)
    return original(self, role_name)
