"""Which reminders are due now, and who reads which text. Pure.

People are grouped by the text they will read, not by district: districts with the same categories share one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.clock import JST, in_japan
from bot_flows.days import written
from bot_flows.types import Town
from content.sentences import say

LATE = timedelta(minutes=15)
"""A reminder that was missed by more is not sent: the evening it was meant for is over."""
LIFETIME = timedelta(hours=2)
TOPIC = "garbage"


@dataclass(frozen=True, slots=True)
class Due:
    """One chosen hour that has come: its name, its instant, and the day whose garbage it tells of."""

    slot: str
    at: datetime
    day: date


def soon(now: datetime) -> list[str]:
    """Every hour there could be that has come and is not late."""
    minutes = range(int(LATE.total_seconds()) // 60 + 1)
    hours = {(in_japan(now) - timedelta(minutes=back)).strftime("%H:%M") for back in minutes}
    return [f"{day} {hour}" for day in ("-1", "0") for hour in sorted(hours)]


def due(slots: Iterable[str], now: datetime) -> list[Due]:
    """Which of these hours (``-1 18:00`` the day before, ``0 06:00`` on the day) have come and are not late."""
    today = in_japan(now).date()
    found = []
    for slot in sorted(set(slots)):
        before, _, hour = slot.partition(" ")
        at = datetime.combine(today, time.fromisoformat(hour), JST)
        if at <= now <= at + LATE:
            found.append(Due(slot, at, today + timedelta(days=1) if before == "-1" else today))
    return found


@dataclass(frozen=True, slots=True)
class Text:
    """What a group reads, and what it is about."""

    categories: str
    line: str
    notes: tuple[str, ...] = ()
    stopped: bool = False
    """The line tells that these are not collected, or on another day."""

    @property
    def whole(self) -> str:
        return "\n".join([self.line, *self.notes, say("reminder.stop_hint", "ja")])


def texts(town: Town, districts: Iterable[str], told: Due) -> Mapping[Text, list[str]]:
    """District codes by the text their people read; districts without a collection that day are left out.

    Who would have had a collection that was called off is told so at the same hour instead.
    """
    groups: dict[Text, list[str]] = {}
    for code in sorted(set(districts)):
        text = _text(town, code, told)
        if text is not None:
            groups.setdefault(text, []).append(code)
    return groups


def _text(town: Town, code: str, told: Due) -> Text | None:
    district = town.district(code)
    if district is None:
        return None
    for one in town.collections(district.garbage_area, told.day, told.day):
        if one.categories:
            categories = "と".join(one.categories)
            key = "reminder.tomorrow" if told.slot.startswith("-1") else "reminder.today"
            return Text(categories, say(key, "ja", date=written(told.day), categories=categories), one.notes)
        if one.stopped:
            return Text("、".join(one.stopped), one.notes[0], one.notes[1:], stopped=True)
    return None
