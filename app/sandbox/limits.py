"""Rate limits: one token bucket per method and path template (reference, "Rate limits"). No Retry-After exists."""

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


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Limits:
    """Counts calls on the shared clock; path values and bodies make no difference."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._buckets: dict[str, _Bucket] = {}

    def take(self, endpoint: str, limit_class: str, now: float) -> None:
        """Spend one call of ``endpoint`` (``POST /v2/…``). Refused with 429 when none is left."""
        factor = self._options.limits_factor
        if factor == 0:
            return
        count, window = CLASSES[limit_class]
        full = max(1.0, count * factor * self._options.limits_burst)
        bucket = self._buckets.get(endpoint)
        if bucket is None:
            bucket = self._buckets[endpoint] = _Bucket(full, now)
        passed = max(0.0, now - bucket.at)
        bucket.tokens = min(full, bucket.tokens + passed * count * factor / window)
        bucket.at = now
        if bucket.tokens < 1:
            raise Refused(429, RATE)
        bucket.tokens -= 1

    def clear(self) -> None:
        self._buckets.clear()
