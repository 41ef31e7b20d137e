"""HTTP/1.1 with connections that stay open: werkzeug's own handler closes each after one answer, and waits 10 ms."""

import io
import socket
from collections.abc import Callable, Iterable
from typing import Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.serving import BaseWSGIServer, make_server


class ConnectionLost(Exception):
    """Raised by the application to close the connection without an answer."""


class KeepAliveHandler(MotoRequestHandler):
    protocol_version = "HTTP/1.1"
    # Otherwise an answer waits up to 40 ms for the client's delayed acknowledgement.
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        if self.headers.get("Expect", "").lower().strip() == "100-continue":
            self.wfile.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        environ = self.make_environ()
        body = self._read_body(environ)
        environ["wsgi.input"] = io.BytesIO(body)
        environ["CONTENT_LENGTH"] = str(len(body))
        environ.pop("HTTP_TRANSFER_ENCODING", None)
        environ.pop("wsgi.input_terminated", None)
        try:
            status, headers, answer = call(self.server.app, environ)
        except ConnectionLost:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        self._write(status, headers, b"" if self.command == "HEAD" else answer)

    def _read_body(self, environ: dict[str, Any]) -> bytes:
        if environ.get("wsgi.input_terminated"):
            return environ["wsgi.input"].read()
        return self.rfile.read(int(environ.get("CONTENT_LENGTH") or 0))

    def _write(self, status: str, headers: list[tuple[str, str]], body: bytes) -> None:
        code, reason = status.split(" ", 1) if " " in status else (status, "")
        lines = [f"HTTP/1.1 {code} {reason}"]
        names = {name.lower() for name, _ in headers}
        lines += [f"{name}: {value}" for name, value in headers if name.lower() != "connection"]
        if "content-length" not in names and code not in ("204", "304"):
            lines.append(f"Content-Length: {len(body)}")
        if "date" not in names:
            lines.append(f"Date: {self.date_time_string()}")
        head = "\r\n".join(lines) + "\r\n\r\n"
        self.wfile.write(head.encode("latin-1") + body)

    def log_request(self, *_: Any) -> None:
        """Says nothing: `GET /_local/calls` knows more."""


def call(
    application: Callable[..., Iterable[bytes]], environ: dict[str, Any]
) -> tuple[str, list[tuple[str, str]], bytes]:
    """Runs a WSGI application to its end: (status line, headers, body)."""
    started: list[Any] = []
    answer = application(environ, lambda status, headers, exc_info=None: started.extend((status, headers)))
    try:
        body = b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
    return started[0], started[1], body


def listen(port: int, application: Callable[..., Iterable[bytes]]) -> BaseWSGIServer:
    return make_server("127.0.0.1", port, application, threaded=True, request_handler=KeepAliveHandler)
