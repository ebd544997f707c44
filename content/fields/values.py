"""Values of fields: small, frozen, comparable. Dates, times, links, addresses and codes are date, time and str."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time


@dataclass(frozen=True, slots=True)
class Days:
    """From one day to another, both included; a single day has both the same. ``note`` stands in brackets."""

    first: date
    last: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class Hours:
    """From one time of day to another (civil time in Japan); ``end`` None: only the beginning is known.

    ``next_day``: the end is on the next day. The end 24:00 is ``time(0)`` with ``next_day``.
    """

    start: time
    end: time | None = None
    next_day: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Period:
    """From and until, at least one of them, both included; a time only stands beside its date."""

    first: date | None
    last: date | None
    first_time: time | None = None
    last_time: time | None = None


@dataclass(frozen=True, slots=True)
class Price:
    """One of several prices: ``who`` (大人, 参加費) pays ``yen``; 0 is free."""

    who: str
    yen: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Money:
    """Whole yen; 0 is free. ``note`` is what the amount is for.

    ``yen`` is None when there are several ``prices``, or when nobody has stated an amount: then ``note`` holds
    the word (実費, 未定, 有料). Unknown is not free.
    """

    yen: int | None
    note: str = ""
    prices: tuple[Price, ...] = ()

    @property
    def is_free(self) -> bool:
        """Nobody pays anything."""
        return self.yen == 0 or (bool(self.prices) and not any(price.yen for price in self.prices))


@dataclass(frozen=True, slots=True)
class Phone:
    """National form with hyphens (0889-00-1111) or short (119, #7119); ``note``: ファクス, 内線 12, 代表."""

    number: str
    note: str = ""

    @property
    def is_fax(self) -> bool:
        """A number nobody should be made to call."""
        return self.note == "ファクス"

    @property
    def is_short(self) -> bool:
        """Phones do not recognise short numbers in a text: they need a call button."""
        return "-" not in self.number

    @property
    def digits(self) -> str:
        """What a ``tel:`` link dials."""
        return self.number.replace("-", "")


@dataclass(frozen=True, slots=True)
class Capacity:
    """``people`` of ``unit`` (人, 組, 台); None is 「なし」: no limit."""

    people: int | None
    note: str = ""
    unit: str = "人"


@dataclass(frozen=True, slots=True)
class Age:
    """Completed months. ``least`` is included, ``most`` is included unless ``below`` (未満)."""

    least: int | None
    most: int | None = None
    below: bool = False


@dataclass(frozen=True, slots=True)
class Position:
    """Decimal degrees north and east (JGD2011, WGS84)."""

    latitude: float
    longitude: float
