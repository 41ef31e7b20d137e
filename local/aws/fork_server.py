"""Starts a `server.py` for whoever connects, by forking: moto was loaded here already, which is most of a start.

The one argument is the path of the socket to listen on. A client writes one line, the arguments of `server.py` as JSON,
and reads the line in which the server tells its port. The server ends when the connection closes, all of it when stdin does.
"""

import gc
import json
import os
import select
import signal
import socket
import sys
from contextlib import suppress

import server
from layer.application import Application
from layer.connection import call
from layer.settings import Settings
from moto.moto_api._internal import mock_random
from werkzeug.test import create_environ


def reap(*_: object) -> None:
    with suppress(ChildProcessError):
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass


def loaded_application() -> Application:
    """An application that has met each service: moto loads most of what it needs with the first call of one."""
    application = Application("123456789012", Settings())
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    json_of = lambda target: {"Content-Type": "application/x-amz-json-1.1", "X-Amz-Target": target}  # noqa: E731
    for service, headers, body in (
        ("iam", form, "Action=ListUsers&Version=2010-05-08"),
        ("sts", form, "Action=GetCallerIdentity&Version=2011-06-15"),
        ("secretsmanager", json_of("secretsmanager.ListSecrets"), "{}"),
        ("dynamodb", json_of("DynamoDB_20120810.ListTables"), "{}"),
    ):
        scope = f"123456789012/20260101/us-east-1/{service}/aws4_request"
        authorization = f"AWS4-HMAC-SHA256 Credential={scope}, SignedHeaders=host, Signature=none"
        environ = create_environ("/", method="POST", data=body, headers={**headers, "Authorization": authorization})
        call(application, environ)
    return application


def become_server(connection: socket.socket, application: Application) -> None:
    stream = connection.makefile("rb")
    # Or all servers would make the same ids.
    mock_random.seed()
    server.serve(json.loads(stream.readline()), stream, connection.makefile("w"), application)


def main() -> None:
    application = loaded_application()
    signal.signal(signal.SIGCHLD, reap)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(sys.argv[1])
    listener.listen(64)
    print("listening", flush=True)
    # What all have in common stays common.
    gc.freeze()
    while sys.stdin not in select.select([sys.stdin, listener], [], [])[0]:
        connection, _ = listener.accept()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            listener.close()
            become_server(connection, application)
        connection.close()
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    with suppress(ChildProcessError):
        while True:
            os.wait()


if __name__ == "__main__":
    main()
