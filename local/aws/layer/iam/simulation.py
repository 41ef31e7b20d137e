"""`SimulatePrincipalPolicy`, which moto lacks: what the policies of a user or role, its permissions boundary and the
organization's service control policies make of actions. As in AWS, statements of service control policies that have a
condition are not evaluated."""

from typing import Any

from moto.core.responses import ActionResult
from moto.iam.exceptions import NoSuchEntity, ValidationError
from moto.iam.models import IAMBackend
from moto.iam.responses import IamResponse

from ..patch import instead
from ..settings import Settings
from .aws_policies import load
from .evaluation import ALLOWED, DENIED, NEITHER, Context, Request, Statement, decide, statements

FULL_ACCESS: Statement = {"Effect": "Allow", "Action": "*", "Resource": "*"}


def install(settings: Settings) -> None:
    @instead(IamResponse)
    def simulate_principal_policy(self: IamResponse) -> ActionResult:
        arn = self._get_param("PolicySourceArn")
        principal = principal_of(self.backend, arn)
        own = identity_statements(self.backend, principal)
        for document in self._get_param("PolicyInputList", []):
            own += statements(document)
        boundary = boundary_statements(self, principal)
        organization = organization_statements(settings)
        context = context_of(self._get_param("ContextEntries", []), arn)
        results = [
            result(Request(action, resource, context), own, boundary, organization)
            for action in self._get_param("ActionNames", [])
            for resource in self._get_param("ResourceArns", []) or ["*"]
        ]
        return ActionResult({"EvaluationResults": results, "IsTruncated": False})


def result(
    request: Request, own: list[Statement], boundary: list[Statement] | None, organization: list[Statement] | None
) -> dict[str, Any]:
    decision = decide(own, request)
    told: dict[str, Any] = {
        "EvalActionName": request.action,
        "EvalResourceName": request.resource,
        "MatchedStatements": [],
        "MissingContextValues": [],
    }
    further = []
    if organization is not None:
        further.append(decide(organization, request, conditions=False))
        told["OrganizationsDecisionDetail"] = {"AllowedByOrganizations": further[-1] == ALLOWED}
    if boundary is not None:
        further.append(decide(boundary, request))
        told["PermissionsBoundaryDecisionDetail"] = {"AllowedByPermissionsBoundary": further[-1] == ALLOWED}
    if DENIED in (decision, *further):
        decision = DENIED
    elif NEITHER in (decision, *further):
        decision = NEITHER
    return {**told, "EvalDecision": decision}


def principal_of(backend: IAMBackend, arn: str) -> Any:
    found = next((one for one in [*backend.users.values(), *backend.roles.values()] if one.arn == arn), None)
    if found is None:
        kind, _, name = arn.split(":")[-1].partition("/")
        if kind not in ("user", "role"):
            raise ValidationError(f"Invalid Entity Arn: {arn} does not clearly define entity type and name.")
        raise NoSuchEntity(f"The {kind} with name {name.split('/')[-1]} cannot be found.")
    return found


def identity_statements(backend: IAMBackend, principal: Any) -> list[Statement]:
    groups = backend.get_groups_for_user(principal.name) if principal.name in backend.users else []
    found: list[Statement] = []
    for entity in [principal, *groups]:
        for arn in entity.managed_policies:
            found += default_statements(backend, arn)
        for document in entity.policies.values():
            found += statements(document)
    return found


def boundary_statements(response: IamResponse, principal: Any) -> list[Statement] | None:
    given = response._get_param("PermissionsBoundaryPolicyInputList", [])
    if given:
        return [statement for document in given for statement in statements(document)]
    arn = principal.permissions_boundary_arn
    return default_statements(response.backend, arn) if arn else None


def default_statements(backend: IAMBackend, arn: str) -> list[Statement]:
    load(backend, arn)
    policy = backend.managed_policies.get(arn)
    if not policy:
        return []
    return statements(next(version.document for version in policy.versions if version.is_default))


def organization_statements(settings: Settings) -> list[Statement] | None:
    """None without an organization. Where no policy allows anything, AWS's own FullAWSAccess is attached beside them."""
    found = [statement for document in settings.serviceControlPolicies for statement in statements(document)]
    if not found:
        return None
    return found if any(one["Effect"] == "Allow" for one in found) else [*found, FULL_ACCESS]


def context_of(entries: list[dict[str, Any]], arn: str) -> Context:
    name = arn.split("/")[-1]
    own = {"aws:PrincipalArn": [arn], **({"aws:username": [name]} if ":user/" in arn else {})}
    return {**own, **{entry["ContextKeyName"]: entry["ContextKeyValues"] for entry in entries}}
