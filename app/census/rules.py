"""A rule answered from bits, one per friend. Pure.

It finds the same number as ``segments.queries``, which a generated test holds together. Python's integers are the
bits: and, or, not of a million people take microseconds.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from app.clock import in_japan
from app.segments.rules import birth_range, has_hole, is_empty
from app.segments.words import (
    All,
    Among,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    Gathered,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Listed,
    Nobody,
    Not,
    Received,
    Rule,
    Speaks,
    WantsReminder,
)

FRESH = timedelta(seconds=60)
"""Older than this it is counted anew, while somebody asks."""
OLDEST = timedelta(minutes=5)
"""Older than this nobody is shown it."""
LARGE = 200_000
"""With fewer residents PostgreSQL itself answers at once, and nothing is kept."""
MOST_KEYS = 2_000
FEW = 100_000
"""So many bits are set one by one; more are written as digits, which is three times as fast but for the length."""

Key = tuple[str, str]
"""Kind and value of a ``Census``."""
HEARS, SILENT = "hears", "silent"


@dataclass(frozen=True, slots=True)
class Count:
    """How many hear it, and how many more have stopped or paused."""

    people: int
    silent: int
    at: datetime | None = None
    """When they were counted; None: just now."""

    @property
    def when(self) -> str:
        """As staff read it before the number."""
        return "いま" if self.at is None else f"{in_japan(self.at):%H:%M}時点"


@dataclass(frozen=True, slots=True)
class Bits:
    skipped: int
    packed: bytes

    @property
    def number(self) -> int:
        """One bit per friend as an integer."""
        return int.from_bytes(zlib.decompress(self.packed), "little") << 8 * self.skipped


def pack(number: int) -> Bits:
    """The inverse of ``Bits.number``."""
    skipped = max(0, (number & -number).bit_length() - 1) >> 3
    number >>= 8 * skipped
    return Bits(skipped, zlib.compress(number.to_bytes((number.bit_length() + 7) // 8, "little"), 1))


def at_places(places: Sequence[int]) -> int:
    """Bits at these places."""
    if len(places) < FEW:
        marks = bytearray((max(places, default=0) >> 3) + 1)
        for place in places:
            marks[place >> 3] |= 1 << (place & 7)
        return int.from_bytes(marks, "little")
    digits = bytearray(b"0") * (max(places) + 1)
    for place in places:
        digits[-1 - place] = 49
    return int(digits, 2)


def run(first: int, size: int) -> int:
    """Bits at ``size`` places one after the other."""
    return ((1 << size) - 1) << first


def lane_of(lane: str) -> str:
    """Only an emergency has hearers of its own."""
    return lane if lane == "emergency" else "ordinary"


def month(first_day: date) -> str:
    return first_day.strftime("%Y-%m")


def keys(rule: Rule, today: date) -> set[Key] | None:
    """What has to be read to answer a rule; None when bits cannot answer it."""
    match rule:
        case All(parts) | AnyOf(parts):
            asked = [keys(part, today) for part in parts]
            found = {key for each in asked if each is not None for key in each}
            return None if None in asked or len(found) > MOST_KEYS else found
        case Not(part):
            return keys(part, today)
        case Received() | Listed() | Gathered() | Awaits() | Among():
            return None
        case _:
            return set(_leaf(rule, today))


def _leaf(rule: Rule, today: date) -> list[Key]:
    """Whoever is in any of these is meant."""
    match rule:
        case HasTopic(topic):
            return [("topic", topic)]
        case InWard(ward):
            return [("ward", ward)]
        case InDistrict(district):
            return [("district", district)]
        case InDistricts(districts):
            return [("district", district) for district in districts]
        case Speaks(language):
            return [("language", language)]
        case WantsReminder(slot):
            return [("reminder", slot)]
        case ChildMonths():
            return [("born", month(first)) for first in _months(*birth_range(rule, today))]
        case _:
            return []


def _months(first: date, last: date) -> list[date]:
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def count(rule: Rule, bits: Mapping[Key, Bits], lane: str, today: date) -> tuple[int, int]:
    """How many the rule means who hear, and who are silent; ``bits`` holds all its ``keys`` that anybody chose."""
    meant = 0 if is_empty(rule) else _meant(rule, bits, today)
    people, silent = ((meant & bits[kind, lane].number).bit_count() for kind in (HEARS, SILENT))
    return people, silent


def _meant(rule: Rule, bits: Mapping[Key, Bits], today: date) -> int:
    """Everyone is all ones, which Python writes as -1."""
    match rule:
        case Everyone():
            return -1
        case All(parts):
            found = -1 if parts else 0
            for part in parts:
                found &= _meant(part, bits, today)
            return found
        case AnyOf(parts):
            found = 0
            for part in parts:
                found |= _meant(part, bits, today)
            return found
        case Not(part):
            return 0 if has_hole(part) else ~_meant(part, bits, today)
        case Nobody():
            return 0
        case _:
            found = 0
            for key in _leaf(rule, today):
                found |= bits[key].number if key in bits else 0
            return found
