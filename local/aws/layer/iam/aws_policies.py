"""AWS's own managed policies, each loaded when it is first named: loading them all takes seconds."""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy, IAMBackend

from ..patch import around


@cache
def all_policies() -> dict[str, Any]:
    return json.loads(aws_managed_policies_data)


def load(self: IAMBackend, arn: str) -> None:
    if arn in self.managed_policies or f":{self.partition}:iam::aws:policy/" not in arn:
        return
    name = arn.split("/")[-1]
    if name in all_policies():
        policy = AWSManagedPolicy.from_data(name, self.account_id, self.region_name, all_policies()[name])
        self.managed_policies[policy.arn] = policy


@around(IAMBackend)
def get_policy(original: Any, self: IAMBackend, policy_arn: str) -> Any:
    load(self, policy_arn)
    return original(self, policy_arn)


@around(IAMBackend)
def attach_user_policy(original: Any, self: IAMBackend, policy_arn: str, user_name: str) -> None:
    load(self, policy_arn)
    original(self, policy_arn, user_name)


@around(IAMBackend)
def attach_role_policy(original: Any, self: IAMBackend, policy_arn: str, role_name: str) -> None:
    load(self, policy_arn)
    original(self, policy_arn, role_name)


@around(IAMBackend)
def attach_group_policy(original: Any, self: IAMBackend, policy_arn: str, group_name: str) -> None:
    load(self, policy_arn)
    original(self, policy_arn, group_name)
