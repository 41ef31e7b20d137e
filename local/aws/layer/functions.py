"""Lambda: functions run elsewhere on this machine, and whoever runs some of an account and Region registers here.

What is registered speaks Lambda's own API: `GetPolicy` and `Invoke`.
"""

import json
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any

from .call import Call
from .errors import Answer

HEADERS = ("content-type", "x-amz-function-error", "x-amzn-errortype", "x-amz-log-result")
# Nothing between this machine and itself.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


@dataclass
class Invocation:
    """What came of running a function: its answer, or the error with which it ended."""

    payload: Any
    error: str | None


class Functions:
    def __init__(self) -> None:
        self._urls: dict[tuple[str, str], list[str]] = {}

    def add(self, account: str, region: str, url: str) -> None:
        """Functions of this account and Region run there, too."""
        self._urls.setdefault((account, region), []).insert(0, url.rstrip("/"))

    def remove(self, account: str, region: str, url: str) -> None:
        urls = self._urls.get((account, region), [])
        urls[:] = [each for each in urls if each != url.rstrip("/")]

    def forward(self, call: Call, account: str, environ: dict[str, Any], body: bytes) -> Answer:
        """Lets a call of an SDK or the AWS CLI be answered where the function runs."""
        kind = environ.get("HTTP_X_AMZ_INVOCATION_TYPE", "RequestResponse")
        headers = {"X-Amz-Invocation-Type": kind}
        return self._ask(account, call.region, environ["REQUEST_METHOD"], environ["PATH_INFO"], body, headers)

    def policy(self, arn: str) -> list[dict[str, Any]]:
        """The statements of who may invoke a function; none if there is no such function."""
        status, _, body = self._function("GET", arn, "policy")
        return json.loads(json.loads(body)["Policy"])["Statement"] if status == 200 else []

    def invoke(self, arn: str, event: dict[str, Any]) -> Invocation:
        """Runs a function once and waits for its end."""
        status, headers, body = self._function("POST", arn, "invocations", json.dumps(event).encode())
        payload = json.loads(body or b"null")
        failed = status != 200 or any(name.lower() == "x-amz-function-error" for name, _ in headers)
        if not failed:
            return Invocation(payload, None)
        told = payload if isinstance(payload, dict) else {}
        return Invocation(payload, str(told.get("errorMessage") or told.get("message") or f"HTTP {status}"))

    def _function(self, method: str, arn: str, what: str, body: bytes = b"") -> Answer:
        _, _, _, region, account, *_ = [*arn.split(":"), "", "", "", "", ""]
        return self._ask(account, region, method, f"/2015-03-31/functions/{arn}/{what}", body, {})

    def _ask(
        self, account: str, region: str, method: str, path: str, body: bytes, headers: dict[str, str]
    ) -> Answer:
        """The answer of the first place that knows the function."""
        for url in list(self._urls.get((account, region), [])):
            answer = _ask(method, url + path, body, headers)
            if answer[0] != 404:
                return answer
        message = json.dumps({"message": f"Function not found: {path}"}).encode()
        return 404, [("x-amzn-ErrorType", "ResourceNotFoundException")], message


def _ask(method: str, url: str, body: bytes, headers: dict[str, str]) -> Answer:
    request = urllib.request.Request(url, data=body or None, headers=headers, method=method)
    try:
        with DIRECT.open(request) as response:
            return response.status, _kept(response.headers), response.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, _kept(error.headers), error.read()
    except OSError as error:
        message = json.dumps({"message": f"The local Lambda does not answer: {error}"})
        return 503, [("x-amzn-ErrorType", "ServiceException")], message.encode()


def _kept(headers: Any) -> list[tuple[str, str]]:
    return [(name, value) for name, value in headers.items() if name.lower() in HEADERS]
