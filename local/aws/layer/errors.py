"""Errors in the two forms in which AWS sends them: XML (IAM, STS, S3) and JSON (Secrets Manager, DynamoDB)."""

import json
import re
import uuid
from dataclasses import dataclass
from xml.sax.saxutils import escape

from .call import Call

ERROR_NAMESPACES = {
    "iam": "https://iam.amazonaws.com/doc/2010-05-08/",
    "sts": "https://sts.amazonaws.com/doc/2011-06-15/",
}
CODE_IN_XML = re.compile(rb"<Code>([^<]*)</Code>")

DENIALS = {
    "serviceControlPolicy": "with an explicit deny in a service control policy",
    "permissionsBoundary": "with an explicit deny in a permissions boundary",
    "identityPolicy": "with an explicit deny in an identity-based policy",
}

Answer = tuple[int, list[tuple[str, str]], bytes]


@dataclass
class AwsError(Exception):
    code: str
    message: str
    status: int = 400


def denial(why: str, call: Call, caller: str, action: str, resource: str) -> AwsError:
    """A denial in AWS's words, which say who denies: one of DENIALS, or no policy that allows it."""
    because = DENIALS.get(why, f"because no identity-based policy allows the {action} action")
    return AwsError(
        "AccessDeniedException" if call.is_json else "AccessDenied",
        f"User: {caller} is not authorized to perform: {action} on resource: {resource} {because}",
        400 if call.is_json else 403,
    )


def error_answer(call: Call, error: AwsError) -> Answer:
    request_id = str(uuid.uuid4())
    headers = [("x-amzn-RequestId", request_id)]
    if call.is_json:
        version = "1.0" if call.service == "dynamodb" else "1.1"
        headers += [("Content-Type", f"application/x-amz-json-{version}"), ("x-amzn-ErrorType", error.code)]
        return error.status, headers, json.dumps({"__type": error.code, "message": error.message}).encode()
    kind = "Sender" if error.status < 500 else "Receiver"
    inner = f"<Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
    if call.service in ERROR_NAMESPACES:
        body = (
            f'<ErrorResponse xmlns="{ERROR_NAMESPACES[call.service]}"><Error><Type>{kind}</Type>{inner}</Error>'
            f"<RequestId>{request_id}</RequestId></ErrorResponse>"
        )
    else:
        body = f"<Error>{inner}<RequestId>{request_id}</RequestId></Error>"
    return error.status, [*headers, ("Content-Type", "text/xml")], body.encode()


def code_of(answer: Answer) -> str | None:
    """The AWS error code in an answer; None if it is none."""
    status, headers, body = answer
    if status < 400:
        return None
    for name, value in headers:
        if name.lower() == "x-amzn-errortype":
            return value.split("#")[-1].split(":")[0]
    found = CODE_IN_XML.search(body)
    if found:
        return found.group(1).decode()
    try:
        return str(json.loads(body)["__type"]).split("#")[-1]
    except (ValueError, KeyError, TypeError):
        return str(status)
