"""Roles that call: their policies decide about each call, asked what AWS asks IAM before it carries a call out.

Asked is about what the call is about, with the tags that it has. What is not there has none: whoever may do something
only to what carries a tag is denied, and does not learn that it is not there.
"""

import hashlib
import re
from dataclasses import dataclass
from typing import Any

from .call import Call
from .errors import AwsError, denial
from .iam.evaluation import ALLOWED, DENIED, Context, Request, Statement, decide, statements

ROLE_ARN = re.compile(r"arn:[\w-]+:iam::(\d{12}):role/(?:.*/)?([^/]+)")
# The other services judge by themselves, or not at all.
JUDGED = ("iam", "secretsmanager", "dynamodb")


@dataclass
class Role:
    account: str
    # Of the session that calls.
    arn: str
    statements: list[Statement]


# By access key id; a role goes on when all is forgotten, as what calls with it does.
ROLES: dict[str, Role] = {}


def add_role(given: dict[str, Any]) -> str:
    """Lets a role call, or changes its policies. The access key id depends on its ARN alone."""
    arn, policies = given.get("arn"), given.get("policies")
    found = ROLE_ARN.fullmatch(str(arn))
    if not found:
        raise ValueError("arn must be the ARN of a role.")
    if not isinstance(policies, list) or not all(isinstance(one, dict) and "Statement" in one for one in policies):
        raise ValueError("policies must be a list of policy documents.")
    account, name = found.groups()
    session = str(arn).split(":")[1], account, name
    access_key_id = f"ASIA{hashlib.sha256(str(arn).encode()).hexdigest()[:16].upper()}"
    ROLES[access_key_id] = Role(
        account,
        "arn:{}:sts::{}:assumed-role/{}/function".format(*session),
        [statement for policy in policies for statement in statements(policy)],
    )
    return access_key_id


def authorize(call: Call, role: Role, resources: list[dict[str, Any]]) -> None:
    """Raises the AwsError with which AWS denies the call, if the role may not."""
    if call.service not in JUDGED:
        return
    for request in requests_of(call, resources):
        decision = decide(role.statements, request)
        if decision != ALLOWED:
            why = "identityPolicy" if decision == DENIED else "implicit"
            raise denial(why, call, role.arn, request.action, request.resource)


def requests_of(call: Call, resources: list[dict[str, Any]]) -> list[Request]:
    """Mostly one; making something with tags is also tagging it, and adding a role to a profile is also passing it."""
    given = call.parameters
    what = resources[0] if resources else {"arn": "*", "tags": {}}
    context = {f"aws:ResourceTag/{key}": [value] for key, value in what["tags"].items()} | asked_with(given)
    asked = [Request(f"{call.service}:{call.action}", what["arn"], context)]
    if call.action.startswith("Create") and given.get("Tags"):
        tagging = f"Tag{call.action.removeprefix('Create')}" if call.service == "iam" else "TagResource"
        tags = {key: values for key, values in context.items() if key != "iam:PermissionsBoundary"}
        asked.append(Request(f"{call.service}:{tagging}", what["arn"], tags))
    if call.service == "secretsmanager" and call.action == "UntagResource":
        # Nobody can take off the tag by which he may do that.
        gone = {f"aws:ResourceTag/{key}" for key in given.get("TagKeys") or []}
        kept = {key: values for key, values in context.items() if key not in gone}
        asked.append(Request(f"{call.service}:{call.action}", what["arn"], kept))
    if call.action == "AddRoleToInstanceProfile":
        passed_to = "ec2.amazonaws.com.cn" if call.partition == "aws-cn" else "ec2.amazonaws.com"
        asked.append(Request("iam:PassRole", resources[1]["arn"], {"iam:PassedToService": [passed_to]}))
    if call.action == "CreateSecret" and given.get("AddReplicaRegions"):
        asked.append(Request("secretsmanager:ReplicateSecretToRegions", what["arn"], context))
    if call.action == "RotateSecret" and given.get("RotationLambdaARN"):
        asked.append(Request("lambda:InvokeFunction", given["RotationLambdaARN"], {}))
    return asked


def asked_with(given: dict[str, Any]) -> Context:
    """The condition keys that the input of a call sets."""
    tags = {tag["Key"]: tag.get("Value", "") for tag in given.get("Tags") or []}
    context = {f"aws:RequestTag/{key}": [value] for key, value in tags.items()}
    keys = given.get("TagKeys") or list(tags)
    if keys:
        context["aws:TagKeys"] = keys
    if "PermissionsBoundary" in given:
        context["iam:PermissionsBoundary"] = [given["PermissionsBoundary"]]
    if "PolicyArn" in given and ("RoleName" in given or "UserName" in given):
        context["iam:PolicyARN"] = [given["PolicyArn"]]
    return context
