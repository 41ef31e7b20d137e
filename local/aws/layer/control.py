"""The endpoints under `/_local/`, for tests and tools; JSON in, JSON out."""

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from moto.core.utils import utcnow
from moto.iam.exceptions import IAMException
from moto.iam.models import AccessKeyLastUsed, iam_backends
from moto.secretsmanager.exceptions import SecretsManagerClientError
from moto.secretsmanager.models import secretsmanager_backends
from moto.utilities.utils import get_partition

from .errors import Answer
from .roles import add_role
from .secrets_manager.rotation import rotate_now

if TYPE_CHECKING:
    from .application import Application


def control(application: "Application", environ: dict[str, Any], body: bytes) -> Answer:
    request = f"{environ['REQUEST_METHOD']} {environ['PATH_INFO'].removeprefix('/_local/')}"
    try:
        given = json.loads(body or b"{}")
        status, answer = 200, _answer(application, request, given)
    except LookupError as error:
        status, answer = 404, {"error": str(error.args[0])}
    except (ValueError, TypeError, IAMException, SecretsManagerClientError) as error:
        status, answer = 400, {"error": str(error)}
    return status, [("Content-Type", "application/json")], json.dumps(answer).encode()


def _answer(application: "Application", request: str, given: dict[str, Any]) -> Any:
    match request:
        case "GET health":
            return {"status": "ok"}
        case "POST reset":
            application.reset()
        case "POST settings" | "GET settings":
            application.change(given)
            return application.settings.as_dict()
        case "GET calls":
            return application.records.all()
        case "DELETE calls":
            application.records.clear()
        case "POST faults":
            application.faults.add(given)
        case "GET faults":
            return application.faults.all()
        case "DELETE faults":
            application.faults.clear()
        case "POST functions":
            application.functions.add(given.get("accountId", application.default_account), given["region"], given["url"])
        case "DELETE functions":
            place = given.get("accountId", application.default_account), given["region"]
            application.functions.remove(*place, given["url"])
        case "POST roles":
            return {"accessKeyId": add_role(given)}
        case "GET rotations":
            return application.rotations.all()
        case "GET rotations/ended":
            return application.rotations.ended()
        case "POST rotations":
            place = secretsmanager_backends[given.get("accountId", application.default_account)]
            return rotate_now(application.rotations, place[given.get("region", "us-east-1")], given)
        case "POST last-used":
            with application.lock:
                set_last_used(application.default_account, given)
        case _:
            raise LookupError(f"There is no {request}; local/aws/README.md lists what there is.")
    return {}


def set_last_used(default_account: str, given: dict[str, Any]) -> None:
    backend = iam_backends[given.get("accountId", default_account)][
        get_partition(given.get("partitionRegion", "us-east-1"))
    ]
    when = utcnow() - timedelta(seconds=given["secondsAgo"])
    region = given.get("region", "us-east-1")
    if "accessKeyId" in given:
        key = backend.access_keys.get(given["accessKeyId"])
        if not key:
            raise LookupError(f"There is no access key {given['accessKeyId']}.")
        key.last_used = AccessKeyLastUsed(when, given.get("service", "ec2"), region)
    else:
        role = backend.get_role(given["roleName"])
        role.last_used, role.last_used_region = when, region
