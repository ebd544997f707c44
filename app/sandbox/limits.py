"""Rate limits: one token bucket per method and path template (reference, "Rate limits"). No Retry-After exists.

A call counts at the instant it reached the machine (``arrival``), whenever the sandbox gets round to it: a sandbox that
stood still would otherwise blame its callers, or forgive them, for its own pause.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.sandbox.answers import RATE, Refused
from app.sandbox.options import Options

CLASSES: dict[str, tuple[int, int]] = {
    "H60": (60, 3600),
    "H100": (100, 3600),
    "H3": (3, 3600),
    "M60": (60, 60),
    "M1000": (1000, 60),
    "S10": (10, 1),
    "S100": (100, 1),
    "S200": (200, 1),
    "S370": (370, 1),
    "S2000": (2000, 1),
}
"""Calls per seconds of each class."""
PATIENCE = 10.0
"""Seconds a caller waits for us, by which calls may be counted out of order; if more, the shared clock was set back."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """Counts calls on the shared clock; path values and bodies make no difference."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._buckets: dict[str, _Bucket] = {}

    def take(self, endpoint: str, limit_class: str, came: float) -> None:
        """Spend one call of ``endpoint`` (``POST /v2/…``) that came then. Refused with 429 when none was left."""
        factor = self._options.limits_factor
        if factor == 0:
            return
        count, window = CLASSES[limit_class]
        full = max(1.0, count * factor * self._options.limits_burst)
        bucket = self._buckets.get(endpoint)
        if bucket is None or came < bucket.at - PATIENCE:
            bucket = self._buckets[endpoint] = _Bucket(full, came)
        passed = max(0.0, came - bucket.at)
        bucket.tokens = min(full, bucket.tokens + passed * count * factor / window)
        bucket.at += passed
        if bucket.tokens < 1:
            raise Refused(429, RATE)
        bucket.tokens -= 1

    def clear(self) -> None:
        self._buckets.clear()
