"""What one call to LINE brought back, as plain data. What it *means* is ``app/delivery/rules.py``."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson

ID_LENGTH, MESSAGE_LENGTH, PROPERTY_LENGTH = 64, 150, 80


@dataclass(frozen=True, slots=True)
class Answer:
    """``status`` 0 means: no HTTP answer at all.

    ``sent`` is False when the request certainly never left (refused, DNS, TLS handshake).
    """

    status: int
    request_id: str = ""
    accepted_request_id: str = ""
    message: str = ""
    properties: tuple[str, ...] = ()
    """``details[].property`` of the error body."""
    retry_after: float | None = None
    sent: bool = True

    @property
    def short(self) -> str:
        """For the ledger and people: the status, LINE's own words, never a resident's, and the fields it points at."""
        where = f"（{'、'.join(self.properties[:3])}）" if self.properties else ""
        return f"{self.status or '応答なし'} {self.message}{where}".strip()[:200]


def from_http(status: int, headers: Mapping[str, str], body: bytes) -> Answer:
    """Read a complete HTTP answer; a body that is not LINE's JSON is kept out, the status still counts."""
    message, properties = _error_body(body) if status != 200 else ("", ())
    return Answer(
        status=status,
        request_id=_plain(headers.get("x-line-request-id"), ID_LENGTH),
        accepted_request_id=_plain(headers.get("x-line-accepted-request-id"), ID_LENGTH),
        message=message,
        properties=properties,
        retry_after=_seconds(headers.get("retry-after")),
    )


def _error_body(body: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        value: Any = orjson.loads(body)
    except ValueError:
        return "", ()
    if not isinstance(value, dict):
        return "", ()
    details = value.get("details")
    named = (
        [each.get("property") for each in details[:10] if isinstance(each, dict)]
        if isinstance(details, list)
        else []
    )
    return _plain(value.get("message"), MESSAGE_LENGTH), tuple(
        _plain(name, PROPERTY_LENGTH) for name in named
    )


def _plain(value: object, length: int) -> str:
    """Text the database can keep and a page can show: one that it refuses would cost all outcomes recorded with it."""
    if not isinstance(value, str):
        return ""
    kept = value[:length]
    return (kept if kept.isprintable() else "".join(c if c.isprintable() else " " for c in kept)).strip()


def _seconds(value: str | None) -> float | None:
    try:
        seconds = float(value) if value is not None else math.nan
    except ValueError:
        return None
    return seconds if math.isfinite(seconds) else None
