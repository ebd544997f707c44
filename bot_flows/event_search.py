"""Which events somebody asks for: by time, ward, age of a child, price. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from math import cos, hypot, radians
from typing import Literal

from bot_flows.days import add_months
from bot_flows.town_facts import TownEvent

Place = tuple[float, float]
What = Literal["next", "day", "week", "weekend", "month", "area", "age", "free"]
WHATS: tuple[What, ...] = ("next", "day", "week", "weekend", "month", "area", "age", "free")
A_PAGE = 5
ASKED = -2
"""An age that has to be asked for, because no child is registered."""
MONTHS_OFFERED = 6
NEAR = 10_000
"""Metres up to which an event counts as near a position."""
_DEGREE = 111_195
"""Metres of one degree of latitude."""
_MONTH = re.compile(r"20[0-9]{2}-(?:0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class Search:
    """``month`` is ``2026-12`` for "month", "" for this one; ``ward`` of "area"; ``age`` in months of "age"; ``day`` is
    the day of "day" and the Monday of "week", "" for this one."""

    what: What = "next"
    month: str = ""
    ward: str = ""
    age: int = -1
    page: int = 0
    day: str = ""
    free: bool = False
    """Of what "what" asks for only what costs nothing; ``ward`` and ``age`` narrow other searches likewise."""

    def door(self) -> dict[str, str]:
        """The values of a button that opens this search."""
        values = {"w": self.what, "d": self.month, "r": self.ward, "t": self.day}
        values |= {"m": str(self.age)} if self.age >= 0 else {}
        values |= {"x": "1"} if self.free else {}
        values |= {"p": str(self.page)} if self.page else {}
        return {name: value for name, value in values.items() if value}

    def parts(self) -> list[Search]:
        """What narrows it, one by one: 「無料」 beside 「来月」, the time first."""
        plain = Search(self.what, self.month, day=self.day)
        found = [] if self.what in ("next", "area", "age", "free") else [plain]
        found += [Search("area", ward=self.ward)] if self.ward else []
        found += [Search("age", age=self.age)] if self.age >= 0 else []
        return [*found, Search("free")] if self.free or self.what == "free" else found

    def with_also(self, other: Search) -> Search:
        """Both at once; of two times the one that was said first."""
        first, second = (other, self) if self.what in ("area", "age", "free") else (self, other)
        return replace(
            first,
            ward=first.ward or second.ward,
            age=min(first.age, second.age)
            if ASKED in (first.age, second.age)
            else max(first.age, second.age),
            free="free" in (first.what, second.what) or first.free or second.free,
        )

    def next_page(self) -> Search:
        return replace(self, page=self.page + 1)


def asked(rest: Mapping[str, str]) -> Search:
    """A button's values as a search; whatever is damaged counts as not said."""
    what: What = next((each for each in WHATS if each == rest.get("w")), "next")
    month = rest.get("d", "")
    return Search(
        what,
        month if _MONTH.fullmatch(month) else "",
        rest.get("r", "")[:20],
        _number(rest.get("m", ""), -1),
        _number(rest.get("p", ""), 0),
        _day(rest.get("t", "")),
        rest.get("x") == "1",
    )


def _day(text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return ""


def _number(text: str, otherwise: int) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise


def span(search: Search, today: date) -> tuple[date, date] | None:
    """First and last day asked for, the past of it left out; None asks for everything to come."""
    day = date.fromisoformat(search.day) if search.day else today
    if search.what == "day":
        return max(day, today), day
    if search.what == "week":
        return max(day, today), day + timedelta(6 - day.weekday())
    if search.what == "weekend":
        saturday = today + timedelta((5 - today.weekday()) % 7) if today.weekday() < 5 else today
        return saturday, saturday + timedelta(6 - saturday.weekday())
    if search.what == "month":
        first = date.fromisoformat(f"{search.month}-01") if search.month else today.replace(day=1)
        return max(first, today), add_months(first, 1) - timedelta(1)
    return None


@lru_cache(maxsize=4096)
def metres(here: Place, there: Place) -> int:
    """As the crow flies; over the few kilometres of a town the earth is flat. Remembered, because the districts people
    ask from are few."""
    north, east = there[0] - here[0], (there[1] - here[1]) * cos(radians(here[0]))
    return round(_DEGREE * hypot(north, east))


def distance_to(event: TownEvent, here: Place | None) -> int | None:
    """None when it is not known where the event or its reader is."""
    return metres(here, event.position) if here and event.position else None


def near(events: Sequence[TownEvent], here: Place, today: date) -> list[TownEvent]:
    """What comes within ``NEAR`` metres, the nearest first; of one place by the next day."""
    found = ((distance_to(each, here), each) for each in find(events, Search(), today, here=here))
    close = [(far, each) for far, each in found if far is not None and far <= NEAR]
    return [each for _, each in sorted(close, key=lambda pair: pair[0])]


def find(
    events: Sequence[TownEvent], search: Search, today: date, ward: str = "", here: Place | None = None
) -> list[TownEvent]:
    """What fits and is not over, by its next day, then by its distance from ``here``, or else the own ward first. What
    has begun long ago comes after what begins."""
    days = span(search, today)
    first, last = days or (today, date.max)
    found = [each for each in events if each.last >= first and each.first <= last and not each.is_cancelled]
    if search.what == "area" or search.ward:
        found = [each for each in found if each.ward == search.ward]
    if search.what == "age" or search.age >= 0:
        found = [each for each in found if _is_for(each, search.age)]
    if search.what == "free" or search.free:
        found = [each for each in found if each.is_free]
    return sorted(
        found,
        key=lambda each: (
            max(each.first, first),
            _far(each, here) if here else bool(ward) and each.ward != ward,
            -each.first.toordinal(),
            each.name,
        ),
    )


def _far(event: TownEvent, here: Place) -> float:
    """What says not where it is comes after everything that does."""
    return metres(here, event.position) if event.position else float("inf")


def for_age(events: Sequence[TownEvent], months: int, today: date) -> list[TownEvent]:
    """Events whose 対象者 names an age that holds this one."""
    return find(events, Search("age", age=months), today)


def _is_for(event: TownEvent, months: int) -> bool:
    return event.ages is not None and event.ages.hold(months)


def months_with_events(events: Sequence[TownEvent], today: date) -> list[date]:
    """First days of the months to come that have an event, at most six."""
    months = [add_months(today.replace(day=1), n) for n in range(12)]
    busy = [month for month in months if find(events, Search("month", month=f"{month:%Y-%m}"), today)]
    return busy[:MONTHS_OFFERED]


def similar(events: Sequence[TownEvent], to: TownEvent, today: date) -> list[TownEvent]:
    """Other days of the same event, coming ones of the same kind, then of the same ward; never what is full."""
    coming = [each for each in find(events, Search(), today) if each.id != to.id and not each.is_full]
    again = [each for each in coming if each.name == to.name]
    alike = [each for each in coming if to.kind and each.kind == to.kind]
    around = [each for each in coming if each.ward == to.ward]
    return list({each.id: each for each in (*again, *alike, *around)}.values())


def other_days(events: Sequence[TownEvent], of: TownEvent, today: date) -> list[TownEvent]:
    """The same event on other days to come, where there is room."""
    coming = find(events, Search(), today)
    return [each for each in coming if each.name == of.name and each.id != of.id and not each.is_full]
