"""Policy documents: their size, their partition, their principals; and how they are returned."""

import json
import re
from collections.abc import Iterator
from typing import Any

from moto.core.serialize import never_return, url_encode
from moto.iam.exceptions import LimitExceededException, MalformedPolicyDocument
from moto.iam.models import IAMBackend
from moto.iam.policy_validation import IAMTrustPolicyDocumentValidator
from moto.iam.responses import IamResponse

from ..patch import around

POLICY_SIZE = 6144
TRUST_POLICY_SIZE = 2048
ARN_PARTITION = re.compile(r"arn:([^:*?]+):")

IN_PROFILE = "InstanceProfile.Roles.Role.AssumeRolePolicyDocument"
IamResponse.RESPONSE_KEY_PATH_TO_TRANSFORMER.update(
    {
        "GetPolicyVersionResponse.PolicyVersion.Document": url_encode,
        # ListPolicyVersions and CreatePolicyVersion tell all but the document.
        "CreatePolicyVersionResponse.PolicyVersion.Document": never_return,
        "ListPolicyVersionsResponse.Versions.PolicyVersion.Document": never_return,
        "ListRolesResponse.Roles.Role.AssumeRolePolicyDocument": url_encode,
        f"GetInstanceProfileResponse.{IN_PROFILE}": url_encode,
        f"ListInstanceProfilesForRoleResponse.InstanceProfiles.{IN_PROFILE}": url_encode,
    }
)


@around(IAMBackend)
def create_policy(
    original: Any, self: IAMBackend, description: str, path: str, policy_document: str, policy_name: str, tags: Any
) -> Any:
    check_policy(self, policy_document)
    return original(self, description, path, policy_document, policy_name, tags)


@around(IAMBackend)
def create_policy_version(
    original: Any, self: IAMBackend, policy_arn: str, policy_document: str, set_as_default: bool
) -> Any:
    self.get_policy(policy_arn)
    check_policy(self, policy_document)
    return original(self, policy_arn, policy_document, set_as_default)


@around(IAMBackend)
def create_role(
    original: Any, self: IAMBackend, role_name: str, assume_role_policy_document: str, *rest: Any, **named: Any
) -> Any:
    check_trust_policy(self, assume_role_policy_document)
    return original(self, role_name, assume_role_policy_document, *rest, **named)


@around(IAMBackend)
def update_assume_role_policy(original: Any, self: IAMBackend, role_name: str, policy_document: str) -> None:
    self.get_role(role_name)
    check_trust_policy(self, policy_document)
    original(self, role_name, policy_document)


def size(document: str) -> int:
    """White space does not count."""
    return len(re.sub(r"\s", "", document))


def check_policy(backend: IAMBackend, document: str) -> None:
    if size(document) > POLICY_SIZE:
        raise LimitExceededException(f"Cannot exceed quota for PolicySize: {POLICY_SIZE}")
    for statement in statements(document):
        for resource in strings(statement.get("Resource", [])) + strings(statement.get("NotResource", [])):
            found = ARN_PARTITION.match(resource)
            if found and found.group(1) != backend.partition:
                raise MalformedPolicyDocument(f'Partition "{found.group(1)}" is not valid for resource "{resource}".')


def check_trust_policy(backend: IAMBackend, document: str) -> None:
    if size(document) > TRUST_POLICY_SIZE:
        raise LimitExceededException(f"Cannot exceed quota for ACLSizePerRole: {TRUST_POLICY_SIZE}")
    IAMTrustPolicyDocumentValidator(document).validate()
    for statement in statements(document):
        principal = statement.get("Principal", {})
        for arn in strings(principal.get("AWS", [])) if isinstance(principal, dict) else []:
            found = ARN_PARTITION.match(arn)
            # Roles cannot be assumed across partitions.
            if found and found.group(1) != backend.partition:
                raise MalformedPolicyDocument(f'Invalid principal in policy: "AWS":"{arn}"')


def statements(document: str) -> Iterator[dict[str, Any]]:
    """The statements of a document; none of one that is malformed, which moto's own validation refuses."""
    try:
        given = json.loads(document).get("Statement", [])
    except (ValueError, AttributeError):
        return
    for statement in given if isinstance(given, list) else [given]:
        if isinstance(statement, dict):
            yield statement


def strings(value: Any) -> list[str]:
    return [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
