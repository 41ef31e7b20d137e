"""Tags of users and instance profiles are checked as those of roles and policies are; 50 in all on any entity."""

from typing import Any

from moto.iam.exceptions import LimitExceededException
from moto.iam.models import IAMBackend

from ..patch import around

TAGS_PER_ENTITY = 50
Tags = list[dict[str, str]]


def check_total(kind: str, present: Tags | None, added: Tags) -> None:
    if len({tag["Key"].lower() for tag in [*(present or []), *added]}) > TAGS_PER_ENTITY:
        raise LimitExceededException(f"Cannot exceed quota for TagsPer{kind}: {TAGS_PER_ENTITY}")


@around(IAMBackend)
def create_user(
    original: Any, self: IAMBackend, region_name: str, user_name: str, path: str = "/", tags: Tags | None = None
) -> Any:
    self._tag_verification(tags or [])
    return original(self, region_name, user_name, path, tags)


@around(IAMBackend)
def tag_user(original: Any, self: IAMBackend, name: str, tags: Tags) -> None:
    self._tag_verification(tags)
    check_total("User", self.get_user(name).tags, tags)
    original(self, name, tags)


@around(IAMBackend)
def tag_role(original: Any, self: IAMBackend, role_name: str, tags: Tags) -> None:
    check_total("Role", self.get_role(role_name).tags, tags)
    original(self, role_name, tags)


@around(IAMBackend)
def tag_policy(original: Any, self: IAMBackend, policy_arn: str, tags: Tags) -> None:
    check_total("Policy", self.get_policy(policy_arn).get_tags(), tags)
    original(self, policy_arn, tags)


@around(IAMBackend)
def create_instance_profile(
    original: Any, self: IAMBackend, name: str, path: str, role_names: list[str], tags: Tags | None = None
) -> Any:
    self._tag_verification(tags or [])
    return original(self, name, path, role_names, tags)


@around(IAMBackend)
def tag_instance_profile(original: Any, self: IAMBackend, instance_profile_name: str, tags: Tags) -> None:
    self._tag_verification(tags)
    check_total("InstanceProfile", self.get_instance_profile(instance_profile_name).tags, tags)
    original(self, instance_profile_name, tags)
