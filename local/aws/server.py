"""AWS on this machine: moto's server, and a layer with what real AWS does and moto does not.

The first line on stdout is a JSON object with the port. The server ends on SIGTERM, and when its stdin closes, so that
it cannot outlive the process that started it.
"""

import argparse
import json
import os
import signal
import sys
import threading

# moto makes real boto3 clients now and then; nothing here may depend on the AWS configuration of the machine.
for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "MOTO_ACCOUNT_ID"):
    os.environ.pop(name, None)
os.environ["AWS_CONFIG_FILE"] = os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.devnull
os.environ["MOTO_ALLOW_NONEXISTENT_REGION"] = "false"
# No browser asks, and the headers for it take their time.
os.environ["MOTO_DISABLE_GLOBAL_CORS"] = "true"

from typing import BinaryIO, TextIO  # noqa: E402

from layer.application import Application  # noqa: E402
from layer.connection import listen  # noqa: E402
from layer.settings import Settings  # noqa: E402


def parse_arguments(given: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1; 0 takes a free one")
    parser.add_argument("--account-id", default="123456789012", help="account of callers who name none")
    parser.add_argument(
        "--key-activation-seconds", type=float, default=2.0, help="how long a new access key is unknown"
    )
    parser.add_argument("--settings", type=json.loads, default={}, help="further settings of the start, as JSON")
    parser.add_argument("--latency-ms", type=float, default=0.0, help="added to every AWS call")
    return parser.parse_args(given)


def end_with(lifeline: BinaryIO) -> None:
    while lifeline.read(4096):
        pass
    os._exit(0)


def serve(
    given: list[str], lifeline: BinaryIO, told: TextIO, application: Application | None = None
) -> None:
    """Runs the server that the arguments describe until `lifeline` closes; `told` is where its port is said.

    An application that was made before, and used, begins anew.
    """
    arguments = parse_arguments(given)
    settings = Settings(
        keyActivationSeconds=arguments.key_activation_seconds,
        latencyMs=arguments.latency_ms,
    )
    settings.change(arguments.settings)
    if application:
        application.begin_anew(arguments.account_id, settings)
    else:
        application = Application(arguments.account_id, settings)
    server = listen(arguments.port, application)
    print(json.dumps({"port": server.port, "pid": os.getpid()}), file=told, flush=True)
    threading.Thread(target=end_with, args=(lifeline,), daemon=True).start()
    server.serve_forever()


def main() -> None:
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    signal.signal(signal.SIGINT, lambda *_: os._exit(0))
    serve(sys.argv[1:], sys.stdin.buffer, sys.stdout)


if __name__ == "__main__":
    main()
