"""Tags: their keys are the same whatever their case on users and roles, and not on policies and instance profiles.

All are checked as moto checks those of roles; 50 in all on any entity.
"""

from typing import Any

from moto.iam.exceptions import DuplicateTags, LimitExceededException, TooManyTags
from moto.iam.models import IAMBackend

from ..patch import around, instead

TAGS_PER_ENTITY = 50
Tags = list[dict[str, str]]


def without(present: Tags | None, keys: list[str], *, by_case: bool) -> Tags:
    """The tags whose keys are not among these."""
    named = set(keys if by_case else map(str.lower, keys))
    return [tag for tag in present or [] if (tag["Key"] if by_case else tag["Key"].lower()) not in named]


def merged(kind: str, present: Tags | None, added: Tags, *, by_case: bool = False) -> Tags:
    """A tag takes the place of one with the same key."""
    tags = [*without(present, [tag["Key"] for tag in added], by_case=by_case), *added]
    if len(tags) > TAGS_PER_ENTITY:
        raise LimitExceededException(f"Cannot exceed quota for TagsPer{kind}: {TAGS_PER_ENTITY}")
    return tags


def check_by_case(backend: IAMBackend, tags: Tags) -> None:
    """moto's check, for entities on which keys that differ in case are two keys."""
    if len(tags) > TAGS_PER_ENTITY:
        raise TooManyTags(tags)
    if len({tag["Key"] for tag in tags}) < len(tags):
        raise DuplicateTags
    for tag in tags:
        backend._tag_verification([tag])


@around(IAMBackend)
def create_user(
    original: Any, self: IAMBackend, region_name: str, user_name: str, path: str = "/", tags: Tags | None = None
) -> Any:
    self._tag_verification(tags or [])
    return original(self, region_name, user_name, path, tags)


@instead(IAMBackend)
def tag_user(self: IAMBackend, name: str, tags: Tags) -> None:
    self._tag_verification(tags)
    user = self.get_user(name)
    replace_user_tags(self, user.arn, user.tags, merged("User", user.tags, tags))


@instead(IAMBackend)
def untag_user(self: IAMBackend, name: str, tag_keys: list[str]) -> None:
    user = self.get_user(name)
    replace_user_tags(self, user.arn, user.tags, without(user.tags, tag_keys, by_case=False))


def replace_user_tags(backend: IAMBackend, arn: str, present: Tags | None, tags: Tags) -> None:
    backend.tagger.untag_resource_using_names(arn, [tag["Key"] for tag in present or []])
    backend.tagger.tag_resource(arn, tags)


@instead(IAMBackend)
def tag_role(self: IAMBackend, role_name: str, tags: Tags) -> None:
    self._tag_verification(tags)
    role = self.get_role(role_name)
    role.tags = merged("Role", role.tags, tags)


@instead(IAMBackend)
def untag_role(self: IAMBackend, role_name: str, tag_keys: list[str]) -> None:
    role = self.get_role(role_name)
    role.tags = without(role.tags, tag_keys, by_case=False)


@around(IAMBackend)
def create_policy(
    original: Any, self: IAMBackend, description: str, path: str, policy_document: str, policy_name: str, tags: Tags
) -> Any:
    check_by_case(self, tags)
    policy = original(self, description, path, policy_document, policy_name, [])
    policy.tags = by_key(tags)
    return policy


@instead(IAMBackend)
def tag_policy(self: IAMBackend, policy_arn: str, tags: Tags) -> None:
    check_by_case(self, tags)
    policy = self.get_policy(policy_arn)
    policy.tags = by_key(merged("Policy", policy.get_tags(), tags, by_case=True))


@instead(IAMBackend)
def untag_policy(self: IAMBackend, policy_arn: str, tag_keys: list[str]) -> None:
    policy = self.get_policy(policy_arn)
    policy.tags = by_key(without(policy.get_tags(), tag_keys, by_case=True))


def by_key(tags: Tags) -> dict[str, dict[str, str]]:
    """How moto keeps the tags of a policy; its own keys are in lower case."""
    return {tag["Key"]: tag for tag in tags}


@around(IAMBackend)
def create_instance_profile(
    original: Any, self: IAMBackend, name: str, path: str, role_names: list[str], tags: Tags | None = None
) -> Any:
    check_by_case(self, tags or [])
    return original(self, name, path, role_names, tags)


@instead(IAMBackend)
def tag_instance_profile(self: IAMBackend, instance_profile_name: str, tags: Tags) -> None:
    check_by_case(self, tags)
    profile = self.get_instance_profile(instance_profile_name)
    profile.tags = merged("InstanceProfile", profile.tags, tags, by_case=True)
