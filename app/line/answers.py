"""What one call to LINE brought back, as plain data. What it *means* is ``app/delivery/rules.py``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import orjson


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
        request_id=headers.get("x-line-request-id", "")[:64],
        accepted_request_id=headers.get("x-line-accepted-request-id", "")[:64],
        message=message,
        properties=properties,
        retry_after=_seconds(headers.get("retry-after")),
    )


def _error_body(body: bytes) -> tuple[str, tuple[str, ...]]:
    try:
        value: Any = orjson.loads(body)
        message = str(value.get("message", ""))[:150]
        details = value.get("details") or []
        return message, tuple(str(d.get("property", ""))[:80] for d in details[:10])
    except (ValueError, AttributeError, TypeError):
        return "", ()


def _seconds(value: str | None) -> float | None:
    try:
        return float(value) if value is not None else None
    except ValueError:
        return None
