"""Names have a length, and are unique whatever their case (policies: whatever their path); ids begin as those of AWS do."""

from collections.abc import Iterable
from typing import Any

from moto.iam.exceptions import EntityAlreadyExists, ValidationError
from moto.iam.models import AWSManagedPolicy, IAMBackend
from moto.iam.utils import generate_access_key_id_from_account_id

from ..patch import around


# Of users and roles, and of the others.
SHORT, LONG = 64, 128


def refuse_taken(name: str, entities: Iterable[Any], message: str, longest: int = LONG) -> None:
    if len(name) > longest:
        raise ValidationError(f"1 validation error detected: the name must have length less than or equal to {longest}")
    if any(entity.name.lower() == name.lower() for entity in entities):
        raise EntityAlreadyExists(message)


def unique_id(self: IAMBackend, prefix: str) -> str:
    return generate_access_key_id_from_account_id(self.account_id, prefix=prefix, total_length=21)


@around(IAMBackend)
def create_user(original: Any, self: IAMBackend, region_name: str, user_name: str, *args: Any, **kwargs: Any) -> Any:
    refuse_taken(user_name, self.users.values(), f"User with name {user_name} already exists.", SHORT)
    user = original(self, region_name, user_name, *args, **kwargs)
    user.id = unique_id(self, "AIDA")
    return user


@around(IAMBackend)
def create_role(original: Any, self: IAMBackend, role_name: str, *args: Any, **kwargs: Any) -> Any:
    refuse_taken(role_name, self.roles.values(), f"Role with name {role_name} already exists.", SHORT)
    return original(self, role_name, *args, **kwargs)


@around(IAMBackend)
def create_policy(
    original: Any, self: IAMBackend, description: str, path: str, policy_document: str, policy_name: str, tags: Any
) -> Any:
    own = [policy for policy in self.managed_policies.values() if not isinstance(policy, AWSManagedPolicy)]
    refuse_taken(policy_name, own, f"A policy called {policy_name} already exists. Duplicate names are not allowed.")
    policy = original(self, description, path, policy_document, policy_name, tags)
    policy.id = unique_id(self, "ANPA")
    return policy


@around(IAMBackend)
def create_instance_profile(original: Any, self: IAMBackend, name: str, *args: Any, **kwargs: Any) -> Any:
    refuse_taken(name, self.instance_profiles.values(), f"Instance Profile {name} already exists.")
    profile = original(self, name, *args, **kwargs)
    profile.id = unique_id(self, "AIPA")
    return profile


@around(IAMBackend)
def create_group(original: Any, self: IAMBackend, group_name: str, *args: Any, **kwargs: Any) -> Any:
    refuse_taken(group_name, self.groups.values(), f"Group with name {group_name} already exists.")
    group = original(self, group_name, *args, **kwargs)
    group.id = unique_id(self, "AGPA")
    return group
