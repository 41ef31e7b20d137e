"""The rotations that run or ran: each invokes its function step by step, in the background.

A step that fails ends the attempt, and the whole rotation is tried again with the same version. A rotation that failed for
good leaves its version and the label AWSPENDING to the next one. The version of a trial is removed again.
"""

import threading
import time
from typing import Any

from moto.secretsmanager.models import FakeSecret, secretsmanager_backends

from ..functions import Functions
from ..records import milliseconds
from ..settings import Settings
from .secret import drop_label, labelled

STEPS = ["createSecret", "setSecret", "testSecret", "finishSecret"]
TRIAL = ["testSecret"]
A_DAY = 86_400


class Rotations:
    """`all`, `ended` and `tried` are called without the application's lock, all others with it."""

    def __init__(self, lock: threading.Lock, settings: Settings, functions: Functions) -> None:
        self.settings = settings
        self.functions = functions
        self.lock = lock
        self._all: list[dict[str, Any]] = []
        self._threads: set[Running] = set()

    def start(self, secret: FakeSecret, version_id: str, kind: str, steps: list[str]) -> "Running":
        rotation: dict[str, Any] = {
            "secretArn": secret.arn,
            "versionId": version_id,
            "functionArn": secret.rotation_lambda_arn,
            "kind": kind,
            "status": "running",
            "steps": [],
        }
        self._all.append(rotation)
        running = Running(self, rotation, steps)
        self._threads.add(running)
        running.start()
        return running

    def running(self, secret: FakeSecret) -> list[dict[str, Any]]:
        return [each for each in self._all if each["secretArn"] == secret.arn and each["status"] == "running"]

    def cancel(self, secret: FakeSecret | None = None) -> None:
        """What is running, for one secret or for all, ends with the step that it is at."""
        for rotation in self._all:
            if rotation["status"] == "running" and secret in (None, secret_of(rotation)):
                rotation["status"] = "cancelled"

    def gone(self, running: "Running") -> None:
        self._threads.discard(running)

    def forget(self) -> None:
        self.cancel()
        self._all = []

    def all(self) -> list[dict[str, Any]]:
        with self.lock:
            return [{**rotation, "steps": [dict(step) for step in rotation["steps"]]} for rotation in self._all]

    def tried(self, secret_id: str) -> None:
        """Waits for the end of a secret's trials: each removes its version, which is no rotation's."""
        with self.lock:
            trials = [each for each in self._threads if each.rotation["kind"] == "trial"]
        for trial in trials:
            secret = secret_of(trial.rotation)
            if secret and secret_id in (secret.arn, secret.name):
                trial.join()

    def ended(self) -> list[dict[str, Any]]:
        """All, once none runs any more."""
        while True:
            with self.lock:
                threads = list(self._threads)
            if not threads:
                return self.all()
            for thread in threads:
                thread.join()


class Running(threading.Thread):
    """One rotation that runs."""

    def __init__(self, rotations: Rotations, rotation: dict[str, Any], steps: list[str]) -> None:
        super().__init__(daemon=True)
        self.rotation = rotation
        self._rotations = rotations
        self._steps = steps

    def run(self) -> None:
        try:
            self._rotate()
        finally:
            with self._rotations.lock:
                self._rotations.gone(self)

    def _rotate(self) -> None:
        settings = self._rotations.settings
        failed = False
        for attempt in range(1, (settings.rotationAttempts if self.rotation["kind"] == "rotation" else 1) + 1):
            if attempt > 1:
                time.sleep(settings.rotationRetrySeconds)
            failed = not self._attempt(attempt)
            if not failed:
                break
        with self._rotations.lock:
            self._end(failed)

    def _attempt(self, attempt: int) -> bool:
        rotation = self.rotation
        for step in self._steps:
            with self._rotations.lock:
                if rotation["status"] != "running":
                    return True
                record: dict[str, Any] = {"step": step, "attempt": attempt, "startedAt": milliseconds()}
                rotation["steps"].append(record)
            event = {"Step": step, "SecretId": rotation["secretArn"], "ClientRequestToken": rotation["versionId"]}
            invocation = self._rotations.functions.invoke(rotation["functionArn"], event)
            with self._rotations.lock:
                record["endedAt"] = milliseconds()
                if invocation.error is not None:
                    record["error"] = invocation.error
                    return False
        return True

    def _end(self, failed: bool) -> None:
        rotation = self.rotation
        secret = secret_of(rotation)
        if rotation["kind"] == "trial" and secret:
            remove_pending(secret, rotation["versionId"])
        if rotation["status"] != "running":
            return
        if rotation["kind"] == "rotation" and not (secret and not pending_of(secret)):
            failed = True
        rotation["status"] = "failed" if failed else "succeeded"
        if rotation["kind"] == "rotation" and secret and not failed:
            secret.last_rotation_date = int(time.time())
            if secret.auto_rotate_after_days:
                secret.next_rotation_date = secret.last_rotation_date + secret.auto_rotate_after_days * A_DAY


def secret_of(rotation: dict[str, Any]) -> FakeSecret | None:
    """The secret as it is now; None if it is gone."""
    _, _, _, region, account, *_ = rotation["secretArn"].split(":")
    found = secretsmanager_backends[account][region].secrets.get(rotation["secretArn"])
    return found if isinstance(found, FakeSecret) and found.arn == rotation["secretArn"] else None


def pending_of(secret: FakeSecret) -> str | None:
    """The version of a rotation that is not complete: labelled AWSPENDING and not current."""
    pending = labelled(secret, "AWSPENDING")
    return None if pending == labelled(secret, "AWSCURRENT") else pending


def remove_pending(secret: FakeSecret, version_id: str) -> None:
    if pending_of(secret) == version_id:
        drop_label(secret, "AWSPENDING")
        secret.versions.pop(version_id)
