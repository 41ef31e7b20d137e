"""The entities that a call addresses: what IAM would authorize the call on, with the tags they carry at that moment."""

from typing import Any

from moto.iam.models import IAMBackend, iam_backends
from moto.secretsmanager.models import secretsmanager_backends

from .call import Call


def addressed(call: Call, account: str) -> list[dict[str, Any]]:
    """`{arn, tags}` of each, tags empty for an entity that does not exist."""
    if call.service == "iam":
        return _iam_entities(call, account)
    if call.service == "secretsmanager":
        return _secrets(call, account)
    if call.service == "dynamodb" and "TableName" in call.parameters:
        table = call.parameters["TableName"]
        return [{"arn": f"arn:{call.partition}:dynamodb:{call.region}:{account}:table/{table}", "tags": {}}]
    return []


def _iam_entities(call: Call, account: str) -> list[dict[str, Any]]:
    backend = iam_backends[account][call.partition]
    given = call.parameters
    found = []
    for parameter, kind, lookup in (
        ("InstanceProfileName", "instance-profile", backend.instance_profiles.get),
        ("GroupName", "group", backend.groups.get),
        ("RoleName", "role", lambda name: _role(backend, name)),
        ("UserName", "user", backend.users.get),
        ("PolicyName", "policy", lambda _: None),
    ):
        # In the calls for inline policies PolicyName is no entity.
        if parameter in given and (parameter != "PolicyName" or call.action == "CreatePolicy"):
            entity = lookup(given[parameter])
            path = given.get("Path", "/")
            arn = entity.arn if entity else f"arn:{call.partition}:iam::{account}:{kind}{path}{given[parameter]}"
            found.append({"arn": arn, "tags": _tags(getattr(entity, "tags", None))})
    simulated = next((one for one in principals(backend) if one.arn == given.get("PolicySourceArn")), None)
    if "PolicySourceArn" in given:
        found.append({"arn": given["PolicySourceArn"], "tags": _tags(getattr(simulated, "tags", None))})
    policy_arn = given.get("PolicyArn")
    if policy_arn:
        policy = backend.managed_policies.get(policy_arn)
        found.append({"arn": policy_arn, "tags": _tags(policy.get_tags() if policy else None)})
    if call.action == "DeleteVirtualMFADevice":
        found.append({"arn": given.get("SerialNumber", "*"), "tags": {}})
    return found


def principals(backend: IAMBackend) -> list[Any]:
    return [*backend.users.values(), *backend.roles.values()]


def _role(backend: IAMBackend, name: str) -> Any:
    return next((role for role in backend.roles.values() if role.name == name), None)


def _secrets(call: Call, account: str) -> list[dict[str, Any]]:
    name = call.parameters.get("SecretId") or call.parameters.get("Name")
    if not name or call.region not in secretsmanager_backends[account]:
        return []
    secret = secretsmanager_backends[account][call.region].secrets.get(name)
    if secret:
        return [{"arn": secret.arn, "tags": _tags(secret.tags)}]
    # AWS appends six random characters to the name; until there is a secret, these stand for them.
    arn = f"arn:{call.partition}:secretsmanager:{call.region}:{account}:secret:{name}-000000"
    return [{"arn": name if name.startswith("arn:") else arn, "tags": {}}]


def _tags(tags: list[dict[str, str]] | None) -> dict[str, str]:
    return {tag["Key"]: tag["Value"] for tag in tags or []}
