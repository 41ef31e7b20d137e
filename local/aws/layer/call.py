"""One AWS call, as the request tells it."""

import json
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from moto.utilities.utils import get_partition

CREDENTIAL = re.compile(r"Credential=([^/,\s]+)/\d{8}/([^/]+)/([^/]+)/aws4_request")
FUNCTION_PATH = re.compile(r"/2015-03-31/functions/([^/]+)/(\w+)")


@dataclass
class Call:
    service: str
    action: str
    parameters: dict[str, Any]
    region: str
    access_key_id: str
    is_json: bool

    @property
    def partition(self) -> str:
        return get_partition(self.region)


def parse_call(environ: dict[str, Any], body: bytes) -> Call:
    credential = CREDENTIAL.search(environ.get("HTTP_AUTHORIZATION", ""))
    key_id, region, service = credential.groups() if credential else ("", "us-east-1", "s3")
    target = environ.get("HTTP_X_AMZ_TARGET")
    if target:
        return Call(service, target.split(".")[-1], json.loads(body or b"{}"), region, key_id, True)
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form = dict(parse_qsl(body.decode(), keep_blank_values=True))
        action = form.pop("Action", "")
        form.pop("Version", None)
        if not credential:
            service = "sts"  # only AssumeRoleWithSAML and AssumeRoleWithWebIdentity are not signed
        return Call(service, action, nest(form), region, key_id, False)
    if service == "lambda":
        return Call(service, *lambda_action(environ), region, key_id, True)
    return Call(service, f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}", {}, region, key_id, False)


def lambda_action(environ: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    """Lambda's API names function and action in the path."""
    method, path = environ["REQUEST_METHOD"], unquote(environ["PATH_INFO"])
    found = FUNCTION_PATH.fullmatch(path)
    if not found:
        return f"{method} {path}", {}
    actions = {"POST invocations": "Invoke", "GET policy": "GetPolicy"}
    return actions.get(f"{method} {found[2]}", f"{method} {path}"), {"FunctionName": found[1]}


def nest(form: dict[str, str]) -> dict[str, Any]:
    """`Tags.member.1.Key=a` → `{"Tags": [{"Key": "a"}]}`, the shape that the SDKs take."""
    tree: dict[str, Any] = {}
    for name, value in form.items():
        node = tree
        *parents, leaf = name.split(".")
        for part in parents:
            node = node.setdefault(part, {})
        node[leaf] = value
    return {name: _lists(value) for name, value in tree.items()}


def _lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        return [_lists(node["member"][index]) for index in sorted(node["member"], key=int)]
    return {name: _lists(value) for name, value in node.items()}
