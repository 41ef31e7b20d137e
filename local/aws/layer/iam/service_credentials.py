"""Service-specific credentials (user name and password for CodeCommit and Keyspaces), which moto lacks."""

import secrets
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import utcnow
from moto.iam.exceptions import IAMException, LimitExceededException, NoSuchEntity
from moto.iam.models import User
from moto.iam.responses import IamResponse

from ..patch import instead
from .names import unique_id

SERVICES = ("codecommit.amazonaws.com", "cassandra.amazonaws.com", "bedrock.amazonaws.com")
PER_SERVICE = 2


class ServiceNotSupported(IAMException):
    code = "NotSupportedService"


def credentials_of(user: User) -> list[dict[str, Any]]:
    if not hasattr(user, "service_specific_credentials"):
        user.service_specific_credentials = []  # type: ignore[attr-defined]
    return user.service_specific_credentials  # type: ignore[attr-defined]


@instead(IamResponse)
def create_service_specific_credential(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    service = self._get_param("ServiceName")
    if service not in SERVICES:
        raise ServiceNotSupported(f"No such service {service} supports Service Specific Credentials")
    owned = credentials_of(user)
    same = [credential for credential in owned if credential["ServiceName"] == service]
    if len(same) >= PER_SERVICE:
        raise LimitExceededException(f"Cannot exceed quota for ServiceSpecificCredentialsPerUser: {PER_SERVICE}")
    metadata = {
        "UserName": user.name,
        "ServiceName": service,
        "ServiceUserName": f"{user.name}{'+' + str(len(same)) if same else ''}-at-{user.account_id}",
        "ServiceSpecificCredentialId": unique_id(self.backend, "ACCA"),
        "CreateDate": utcnow(),
        "Status": "Active",
    }
    owned.append(metadata)
    return ActionResult({"ServiceSpecificCredential": {**metadata, "ServicePassword": secrets.token_urlsafe(32)}})


@instead(IamResponse)
def list_service_specific_credentials(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    service = self._get_param("ServiceName")
    found = [credential for credential in credentials_of(user) if service in (None, credential["ServiceName"])]
    return ActionResult({"ServiceSpecificCredentials": found})


@instead(IamResponse)
def delete_service_specific_credential(self: IamResponse) -> ActionResult:
    user = self.backend.get_user(self._get_param("UserName"))
    credential_id = self._get_param("ServiceSpecificCredentialId")
    owned = credentials_of(user)
    for credential in owned:
        if credential["ServiceSpecificCredentialId"] == credential_id:
            owned.remove(credential)
            return EmptyResult()
    raise NoSuchEntity(f"The service specific credential with id {credential_id} cannot be found.")
