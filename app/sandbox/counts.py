"""What LINE counts: messages of the month (people reached, not bubbles), daily deliveries, unit names."""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import lru_cache

from app.sandbox.answers import QUOTA, Json, Refused
from app.sandbox.clock import in_japan
from app.sandbox.options import Options

COUNTED = ("push", "multicast", "broadcast", "narrowcast")
"""Replies are free."""
UNITS_A_MONTH = 1000
HOUR_MS = 3_600_000


class Counts:
    """Built from the journal's ``sent`` entries."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self.month: Counter[str] = Counter()
        self.day: Counter[tuple[str, str]] = Counter()
        self.units: defaultdict[str, dict[str, int]] = defaultdict(dict)
        self.reserved = 0
        """People a running narrowcast holds back from the quota."""

    def check(self, people: int, now_ms: int) -> None:
        """Refused with 429 when this many people more exceed the month."""
        quota = self._options.quota
        if quota is not None and self.used(now_ms) + self.reserved + people > quota:
            raise Refused(429, QUOTA)

    def used(self, now_ms: int) -> int:
        return self.month[_month(now_ms)]

    def on_sent(self, entry: Json) -> None:
        reached, endpoint = entry["reached"], entry["endpoint"]
        self.day[_day(entry["at"] // HOUR_MS), endpoint] += reached
        if endpoint in COUNTED:
            self.month[_month(entry["at"])] += reached
        units = self.units[_month(entry["at"])]
        for name in entry["units"]:
            if name in units or len(units) < UNITS_A_MONTH:  # the 1,001st is sent, but stays unnamed
                units[name] = units.get(name, 0) + reached

    def units_of_month(self, now_ms: int) -> list[str]:
        return list(self.units[_month(now_ms)])


def _month(ms: int) -> str:
    return _day(ms // HOUR_MS)[:6]


@lru_cache(maxsize=64)
def _day(hour: int) -> str:
    """20261124 for an hour since 1970; Japan's days begin on whole hours."""
    return in_japan(hour * HOUR_MS).strftime("%Y%m%d")
