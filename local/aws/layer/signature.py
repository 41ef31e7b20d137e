"""Signature Version 4, checked as AWS does: by signing the request once more."""

import hashlib
import hmac
import re
from typing import Any

AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[^/]+/(?P<scope>[^,\s]+),\s*"
    r"SignedHeaders=(?P<headers>[^,\s]+),\s*Signature=(?P<signature>\w+)"
)


def is_signed_with(secret: str, environ: dict[str, Any], body: bytes) -> bool:
    parts = AUTHORIZATION.match(environ.get("HTTP_AUTHORIZATION", ""))
    if not parts:
        return False
    path, _, query = environ["RAW_URI"].partition("?")
    names = parts["headers"].split(";")
    canonical = "\n".join(
        [
            environ["REQUEST_METHOD"],
            path,
            "&".join(sorted(pair if "=" in pair else f"{pair}=" for pair in query.split("&") if pair)),
            *(f"{name}:{' '.join(header(environ, name).split())}" for name in names),
            "",
            parts["headers"],
            environ.get("HTTP_X_AMZ_CONTENT_SHA256") or hashlib.sha256(body).hexdigest(),
        ]
    )
    text = "\n".join(
        [
            "AWS4-HMAC-SHA256",
            environ.get("HTTP_X_AMZ_DATE", ""),
            parts["scope"],
            hashlib.sha256(canonical.encode()).hexdigest(),
        ]
    )
    key = f"AWS4{secret}".encode()
    for part in parts["scope"].split("/"):
        key = hmac.digest(key, part.encode(), "sha256")
    return hmac.compare_digest(hmac.new(key, text.encode(), "sha256").hexdigest(), parts["signature"])


def header(environ: dict[str, Any], name: str) -> str:
    key = name.upper().replace("-", "_")
    return environ.get(key if key in ("CONTENT_TYPE", "CONTENT_LENGTH") else f"HTTP_{key}", "")
