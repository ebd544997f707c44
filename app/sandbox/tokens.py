"""Tokens: reply tokens (once, 60 s), link tokens (once, 10 min), channel access tokens that expire."""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from app.sandbox.answers import UNAUTHORIZED, Json, Refused
from app.sandbox.settings import Settings

REPLY_MS = 60_000
REDELIVERED_REPLY_MS = 20 * 60_000
LINK_MS = 10 * 60_000


@dataclass(slots=True)
class _Reply:
    user: str
    received: int
    happened: int
    used: bool = False


@dataclass(slots=True)
class Access:
    """An access token; ``until`` in ms, None never expires. ``kind``: long, v3, v2.1 or v2."""

    kind: str
    until: int | None
    key_id: str = ""


class Tokens:
    """The channel's own token from the settings lives until revoked; others are issued and expire."""

    def __init__(self, settings: Settings) -> None:
        self.access: dict[str, Access] = {settings.access_token: Access("long", None)}
        self._replies: dict[str, _Reply] = {}
        self._links: dict[str, tuple[str, int]] = {}

    def authorize(self, header: str, now_ms: int) -> None:
        """Refused with 401 unless the header bears a token that lives."""
        scheme, _, token = header.partition(" ")
        access = self.access.get(token)
        if (
            scheme.lower() != "bearer"
            or access is None
            or (access.until is not None and now_ms >= access.until)
        ):
            raise Refused(401, UNAUTHORIZED)

    def issue(self, kind: str, until: int | None) -> str:
        token = secrets.token_urlsafe(48)
        self.access[token] = Access(kind, until, secrets.token_urlsafe(16))
        return token

    def revoke(self, token: str) -> None:
        self.access.pop(token, None)

    def on_event(self, entry: Json) -> None:
        """An event that carries a reply token makes the token valid."""
        event = entry["event"]
        if "replyToken" in event:
            self._replies[event["replyToken"]] = _Reply(entry["user"], entry["at"], event["timestamp"])

    def redelivered(self, event: Json, now_ms: int) -> None:
        """A redelivered event's token works for another minute, up to 20 minutes after the event."""
        reply = self._replies.get(event.get("replyToken", ""))
        if reply is not None:
            reply.received = now_ms

    def on_sent(self, entry: Json) -> None:
        token = entry.get("reply_token")
        if token in self._replies:
            self._replies[token].used = True

    def replying_to(self, token: str, now_ms: int) -> str:
        """The user a reply token belongs to. Refused with 400 when used, too old or never issued."""
        reply = self._replies.get(token)
        if (
            reply is None
            or reply.used
            or now_ms - reply.received > REPLY_MS
            or now_ms - reply.happened > REDELIVERED_REPLY_MS
        ):
            raise Refused(400, "Invalid reply token")
        return reply.user

    def new_link(self, user: str, now_ms: int) -> str:
        token = secrets.token_urlsafe(24)
        self._links[token] = (user, now_ms + LINK_MS)
        return token

    def take_link(self, token: str, now_ms: int) -> str | None:
        """The user a link token was made for, once and within 10 minutes; else None."""
        user, until = self._links.pop(token, ("", 0))
        return user if user and now_ms < until else None


def same(given: str, expected: str) -> bool:
    """Compare secrets without telling by the time where they differ."""
    return hmac.compare_digest(given.encode(), expected.encode())
