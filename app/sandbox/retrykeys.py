"""Retry keys (reference, "Retry failed API requests"): one acceptance per key and 24 hours from its first sight."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.sandbox.answers import KEY_TAKEN, Json, Refused
from app.sandbox.options import Options

DAY_MS = 24 * 3600 * 1000
_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


@dataclass(slots=True)
class _Seen:
    first_ms: int
    accepted: str | None = None
    sent_messages: list[Json] | None = None


class RetryKeys:
    """Remembers the first sight of every key and, once a call was accepted, its request id."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._keys: dict[str, _Seen] = {}

    def check(self, key: str, endpoint: str, now_ms: int) -> int:
        """The first sight of the key in ms. Refused: 400 not a UUID, 409 already accepted."""
        if not _UUID.fullmatch(key):
            raise Refused(400, "The value for the 'X-Line-Retry-Key' header is invalid")
        name = self._name(key, endpoint)
        seen = self._keys.get(name)
        if seen is None or now_ms - seen.first_ms >= DAY_MS:
            seen = self._keys[name] = _Seen(now_ms)
        if seen.accepted is not None:
            more = {"sentMessages": seen.sent_messages} if seen.sent_messages is not None else None
            raise Refused(409, KEY_TAKEN, headers={"X-Line-Accepted-Request-Id": seen.accepted}, more=more)
        return seen.first_ms

    def on_sent(self, entry: Json) -> None:
        """Spend the key of an accepted call; push keeps its message ids for the answer to a retry."""
        if entry.get("key"):
            sent = entry["sent_messages"] if entry["endpoint"] == "push" else None
            name = self._name(entry["key"], entry["endpoint"])
            self._keys[name] = _Seen(entry["first_ms"], entry["request"], sent)

    def _name(self, key: str, endpoint: str) -> str:
        return f"{endpoint} {key.lower()}" if self._options.retry_key_scope == "endpoint" else key.lower()
