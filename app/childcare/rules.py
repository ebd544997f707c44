"""Which reminders of a child's windows and stages are due on a day, and at which hours they go. Pure.

Only the month of birth is known: a window opens with its first month, and its end is the last day of its last whole
month, so that what is said is never too late.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache

from app.clock import in_japan
from bot_flows.child_news import Kind
from bot_flows.days import add_months
from bot_flows.town_facts import Window
from bot_flows.windows import timeline

TOPIC = "childcare"
KINDS: tuple[Kind, ...] = ("opens", "month", "week", "stage")
BEFORE_THE_END: Mapping[Kind, timedelta] = {"month": timedelta(days=30), "week": timedelta(days=7)}
STAGES = (3, 6, 15)
"""Years at which what a family hears of changes."""
LATE = timedelta(days=2)
"""A reminder whose day passed (nothing ran, the phone was paused) still comes so much later."""
FROM, UNTIL = time(10), time(18)
"""Hours in Japan; nobody's quiet evening begins earlier."""
EXPECTED_LASTS = timedelta(weeks=4)
"""So long after the expected month began reminders end by themselves; whether a child was born is never asked."""
OLDEST = 19 * 12
AHEAD = 10
DAYS_KEPT = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Call:
    """One reminder: about a window (``Window.id``, or the years of a stage), of one kind, until when."""

    window: str
    kind: Kind
    month: date
    """The first month of what opens or begins, the last one of what ends."""


def is_time(now: datetime) -> bool:
    """By day only; a missed day is not made up for at night."""
    return FROM <= in_japan(now).time() < UNTIL


def calls(windows: Sequence[Window], birth_month: date, today: date) -> tuple[Call, ...]:
    """Everything due about a child of this month, the soonest end first."""
    found = [*_of_windows(windows, birth_month, today), *_of_stages(birth_month, today)]
    return tuple(found)


def _of_windows(windows: Sequence[Window], birth_month: date, today: date) -> Iterator[Call]:
    line = timeline(windows, birth_month, today)
    for due in line.now:
        last_day = add_months(due.ends, 1) - timedelta(days=1)
        if _is_day(due.begins, today):
            yield Call(due.window.id, "opens", due.begins)
        for kind, before in BEFORE_THE_END.items():
            day = last_day - before
            if day > due.begins and _is_day(day, today):
                yield Call(due.window.id, kind, due.ends)


def _of_stages(birth_month: date, today: date) -> Iterator[Call]:
    for years in STAGES:
        month = add_months(birth_month, 12 * years)
        if _is_day(month, today):
            yield Call(f"stage:{years}", "stage", month)


def _is_day(day: date, today: date) -> bool:
    return day <= today <= day + LATE


def is_awaited(birth_month: date, today: date) -> bool:
    """Whether an expected child is still spoken of."""
    return today < birth_month + EXPECTED_LASTS


@lru_cache(maxsize=2)
def by_month(windows: tuple[Window, ...], today: date) -> Mapping[date, tuple[Call, ...]]:
    """What is due today by month of birth; months with nothing are left out."""
    this_month = today.replace(day=1)
    months = (add_months(this_month, -back) for back in range(-AHEAD, OLDEST + 1))
    return {month: found for month in months if (found := calls(windows, month, today))}
