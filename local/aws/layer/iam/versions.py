"""Policy versions: setting the default that is the default already keeps it (moto's loses it), and dates the policy."""

from typing import Any

from moto.core.utils import utcnow
from moto.iam.exceptions import NoSuchEntity
from moto.iam.models import IAMBackend, Policy

from ..patch import around, instead


@instead(Policy)
def update_default_version(self: Policy, new_default_version_id: str) -> None:
    for version in self.versions:
        version.is_default = version.version_id == new_default_version_id
    self.default_version_id = new_default_version_id
    self.update_date = utcnow()


@around(IAMBackend)
def delete_policy_version(original: Any, self: IAMBackend, policy_arn: str, version_id: str) -> None:
    if not any(version.version_id == version_id for version in self.get_policy(policy_arn).versions):
        raise NoSuchEntity(f"Policy {policy_arn} version {version_id} does not exist or is not attachable.")
    original(self, policy_arn, version_id)
