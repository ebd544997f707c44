"""LINE's door: raw bytes → length → signature → strict parse → one INSERT → commit → wake-up → 200.

200 means stored. The answer comes before anybody reads the events; the inbox worker does that.
"""

from __future__ import annotations

from flask import Blueprint, Response, current_app, request
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app import logs
from app.conversations import actions, rules
from app.line.signature import is_genuine
from app.parts import Parts
from app.queue import DRAIN_INBOX

_log = logs.get("webhook")


def blueprint(parts: Parts) -> Blueprint:
    """The one route; CSRF does not apply, the signature is the check."""
    door = Blueprint("webhook", __name__)
    secrets = [s.strip() for s in parts.settings.line_channel_secret.get_secret_value().split(",")]

    @door.post("/line/webhook")
    def receive() -> Response:
        if request.content_length is None:
            return _answer(411)
        if request.content_length > rules.LARGEST_BODY:
            return _answer(413)
        raw = request.get_data(cache=False)
        signature = request.headers.get("X-Line-Signature")
        if not any(is_genuine(raw, signature, secret) for secret in secrets):
            return _answer(401)
        inbox = rules.read_body(raw, parts.settings.line_bot_id)
        try:
            with parts.sessions.begin() as session:
                fresh = actions.receive(session, inbox, parts.clock.now())
        except (DBAPIError, PoolTimeout) as error:
            _log.warning("webhook_not_stored", error=type(error).__name__)
            return _answer(503)
        if fresh:
            parts.queue.wake("reply", DRAIN_INBOX)
        if inbox.odd:
            _log.warning("quarantined", count=len(inbox.odd), reason=inbox.odd[0][0])
        return _answer(200)

    return door


def _answer(status: int) -> Response:
    return current_app.response_class(b"", status=status, mimetype="text/plain")
