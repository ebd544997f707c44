"""LINE's door: raw bytes → length → signature → strict parse → one INSERT → commit → wake-up → 200.

200 means stored. The answer comes before anybody reads the events; the inbox worker does that. The door is a plain
WSGI function in front of Flask, because a route's machinery costs more than all of the above together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from app import logs
from app.conversations import rules
from app.intake import Intake, NotStored
from app.line.signature import is_genuine
from app.parts import Parts
from app.queue import DRAIN_INBOX

PATH = "/line/webhook"
_LINES = {
    200: "200 OK",
    401: "401 Unauthorized",
    411: "411 Length Required",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}
_HEADERS = [
    ("Content-Type", "text/plain; charset=utf-8"),
    ("Content-Length", "0"),
    ("X-Content-Type-Options", "nosniff"),
]

_log = logs.get("webhook")
Environ = dict[str, Any]
Start = Callable[..., Any]
Wsgi = Callable[[Environ, Start], Iterable[bytes]]


def in_front_of(inner: Wsgi, parts: Parts) -> Wsgi:
    """The one path here, everything else inside. CSRF does not apply: the signature is the check."""
    receive = receiver(parts)

    def door(environ: Environ, start: Start) -> Iterable[bytes]:
        if environ["PATH_INFO"] != PATH or environ["REQUEST_METHOD"] != "POST":
            return inner(environ, start)
        start(_LINES[receive(environ)], _HEADERS)
        return [b""]

    return door


def receiver(parts: Parts) -> Callable[[Mapping[str, Any]], int]:
    """Takes a request, answers its status."""
    secrets = [s.strip() for s in parts.settings.line_channel_secret.get_secret_value().split(",")]
    intake = Intake(parts.engine, parts.clock, lambda: parts.queue.wake("reply", DRAIN_INBOX))

    def receive(environ: Mapping[str, Any]) -> int:
        length = str(environ.get("CONTENT_LENGTH") or "")
        if not (length.isascii() and length.isdigit()):
            return 411
        if int(length) > rules.LARGEST_BODY:
            return 413
        raw = environ["wsgi.input"].read(int(length))
        signature = environ.get("HTTP_X_LINE_SIGNATURE")
        if not any(is_genuine(raw, signature, secret) for secret in secrets):
            return 401
        inbox = rules.read_body(raw, parts.settings.line_bot_id)
        try:
            intake.store(inbox)
        except NotStored as error:
            _log.warning("webhook_not_stored", error=str(error))
            return 503
        if inbox.odd:
            _log.warning("quarantined", count=len(inbox.odd), reason=inbox.odd[0][0])
        return 200

    return receive
