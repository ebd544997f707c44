"""The values fields hold, beside dates, times and plain text."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; a single day has both the same."""

    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another; ``end`` None: only the beginning is known."""

    start: time
    end: time | None = None


@dataclass(frozen=True, slots=True)
class Money:
    """Whole yen; 0 is free. ``note`` is what the amount is for."""

    yen: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Phone:
    """National form with hyphens; ``note`` names the line (ファクス, 内線 12)."""

    number: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    people: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Decimal degrees north and east (JGD2011, WGS84)."""

    latitude: float
    longitude: float
