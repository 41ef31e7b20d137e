"""The WSGI application: every AWS call is recorded, may meet a fault, has its credentials checked, and goes to moto."""

import io
import random
import threading
import time
import traceback
from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from typing import Any

from moto.core.base_backend import BackendDict
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app

from . import iam, once, secrets_manager
from .call import Call, parse_call
from .connection import ConnectionLost
from .connection import call as run
from .control import control
from .credentials import ISSUED, account_of, caller_of, check_credentials
from .errors import Answer, AwsError, code_of, error_answer
from .faults import Faults, error_of
from .functions import Functions
from .history import History, is_read, may_be_stale
from .records import Records
from .resources import addressed
from .roles import ROLES, authorize
from .settings import Settings

AN_HOUR = 3_600_000
# What AWS's own services on this machine have in their user agent: their calls are nobody's, and nothing befalls them.
OWN_SERVICE = "app/local-aws"


class Application:
    def __init__(self, default_account: str, settings: Settings) -> None:
        self.default_account = default_account
        self.settings = settings
        self.initial_settings = replace(settings)
        self.records = Records()
        self.faults = Faults()
        # moto's models are plain dictionaries: one call at a time, so that each is atomic as on AWS.
        self.lock = threading.Lock()
        self._moto = DomainDispatcherApplication(create_backend_app)
        self.functions = Functions()
        self.rotations = secrets_manager.Rotations(self.lock, settings, self.functions)
        self.history = History()
        self._random = random.Random(settings.staleSeed)
        once.install(self._moto)
        iam.install(settings)
        secrets_manager.install(settings, self.rotations)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        if environ["PATH_INFO"].startswith("/_local/"):
            status, headers, answer = control(self, environ, body)
        else:
            status, headers, answer = self._aws(environ, body)
        start_response(f"{status} {HTTPStatus(status).phrase}", headers)
        return [answer]

    def begin_anew(self, default_account: str, settings: Settings) -> None:
        """Makes an application that has answered calls already what a new one with these arguments would be."""
        self.default_account = default_account
        self.initial_settings = settings
        self.reset()

    def reset(self) -> None:
        with self.lock:
            BackendDict.reset()
            ISSUED.clear()
            self.history.clear()
            self.rotations.forget()
        self.records.clear()
        self.faults.clear()
        self.change(self.initial_settings.as_dict())

    def change(self, values: dict[str, Any]) -> None:
        """Changes settings; the drawn times begin anew."""
        self.settings.change(values)
        self._random.seed(self.settings.staleSeed)

    def _aws(self, environ: dict[str, Any], body: bytes) -> Answer:
        call = parse_call(environ, body)
        with self.lock:
            account = account_of(call, self.default_account)
        if OWN_SERVICE in environ.get("HTTP_USER_AGENT", ""):
            return self._answer(call, account, environ, body, behind=0, judged=False)
        with self.lock:
            caller = caller_of(call, account)
            resources = addressed(call, account)
            record = self.records.start(call, account, caller, resources)
        fault = self.faults.take(call)
        time.sleep(self.settings.latency_of(call.service) / 1000)
        behind = fault["seconds"] if fault and fault["fault"] == "stale" else None
        try:
            answer = self._with_fault(
                fault, call, caller, resources, lambda: self._answer(call, account, environ, body, behind)
            )
        except AwsError as error:
            answer = error_answer(call, error)
        except ConnectionLost:
            self.records.end(record, 0, None)
            raise
        self.records.end(record, answer[0], code_of(answer))
        return answer

    def _with_fault(
        self,
        fault: dict[str, Any] | None,
        call: Call,
        caller: str,
        resources: list[dict[str, Any]],
        apply: Callable[[], Answer],
    ) -> Answer:
        if not fault or fault["fault"] == "stale":
            return apply()
        if fault["fault"] == "hang":
            time.sleep(fault.get("milliseconds", AN_HOUR) / 1000)
            raise ConnectionLost
        if fault["fault"] == "lostAnswer":
            apply()
            if fault.get("answer", "closed") == "closed":
                raise ConnectionLost
        raise error_of(fault, call, caller, resources)

    def _answer(
        self,
        call: Call,
        account: str,
        environ: dict[str, Any],
        body: bytes,
        behind: float | None = None,
        judged: bool = True,
    ) -> Answer:
        """The answer of AWS without any fault; a read is behind by these seconds, or as the settings say."""
        if call.service == "lambda":
            return self.functions.forward(call, account, environ, body)
        with self.lock:
            check_credentials(call, environ, body, self.settings)
            secrets_manager.settle(self.settings, account)
            if judged and call.access_key_id in ROLES:
                # What IAM judges by is as late as what it answers.
                with self.history.as_of(self._drawn_lag(), call, account):
                    authorize(call, ROLES[call.access_key_id], addressed(call, account))
            if not may_be_stale(call):
                most = max(self.settings.staleSeconds, self.faults.stale_seconds())
                if most and not is_read(call):
                    self.history.remember(call, account, most)
                return self._moto_answer(account, environ, body)
            if behind is None:
                behind = self._drawn_lag()
            with self.history.as_of(behind, call, account):
                return self._moto_answer(account, environ, body)

    def _drawn_lag(self) -> float:
        return self._random.uniform(0, self.settings.staleSeconds)

    def _moto_answer(self, account: str, environ: dict[str, Any], body: bytes) -> Answer:
        try:
            status, headers, answer = run(
                self._moto,
                {**environ, "HTTP_X_MOTO_ACCOUNT_ID": account, "wsgi.input": io.BytesIO(body)},
            )
        except AwsError:
            raise
        except NotImplementedError as error:
            raise AwsError("NotImplemented", f"The local AWS cannot do this: {error}", 501) from error
        except Exception as error:
            traceback.print_exc()
            raise AwsError("InternalFailure", f"The local AWS failed: {error!r}", 500) from error
        return int(status.split(" ", 1)[0]), headers, answer
