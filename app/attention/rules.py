"""What a notice owes the attention of its readers: their quiet hours, and how many of its kind they get. Pure.

An emergency owes nothing. What a resident asked for at an hour of their own comes at that hour. A correction is
not counted against its readers: who was told something wrong must hear so. Everything else waits for the morning
of each reader, and ordinary notices beyond the ceiling, or for readers who gather, go into Monday's digest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from app.clock import JST, in_japan
from app.segments.words import (
    All,
    AnyOf,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Not,
    Received,
    Rule,
    WantsReminder,
)

WEEK = timedelta(days=7)
LEAD = timedelta(seconds=20)
"""What is claimed now may arrive that much later: an evening ends so much earlier."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """How many ordinary notices one resident gets at most: within seven days, and on one day."""

    per_week: int = 7
    per_day: int = 3


def ceilings(settings: Mapping[str, Any]) -> Ceilings:
    """The town's own, from ``[attention]`` of town.toml."""
    chosen, usual = settings.get("attention", {}), Ceilings()
    return Ceilings(chosen.get("per_week", usual.per_week), chosen.get("per_day", usual.per_day))


@dataclass(frozen=True, slots=True)
class Manners:
    """``quiet``: never arrives in somebody's quiet hours · ``rationed``: counts, and may be gathered."""

    quiet: bool
    rationed: bool


def manners(lane: str, rule: Rule) -> Manners:
    """What a notice of this lane and rule owes its readers."""
    if lane == "emergency" or _at_a_chosen_hour(rule):
        return Manners(quiet=False, rationed=False)
    return Manners(quiet=True, rationed=lane == "ordinary" and not isinstance(rule, Received))


def _at_a_chosen_hour(rule: Rule) -> bool:
    """It goes to those who chose the very hour it is sent at."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    return any(isinstance(part, WantsReminder) for part in parts)


def town_wide(rule: Rule) -> tuple[str, ...]:
    """The topics a rule names without naming any place; () when it names one."""
    named = list(_leaves(rule))
    if any(isinstance(each, InWard | InDistrict | InDistricts) for each in named):
        return ()
    return tuple(sorted({each.topic for each in named if isinstance(each, HasTopic)}))


def _leaves(rule: Rule) -> Iterator[Rule]:
    match rule:
        case All(parts) | AnyOf(parts):
            for part in parts:
                yield from _leaves(part)
        case Not():
            return
        case _:
            yield rule


def hours_touched(now: datetime) -> tuple[int, ...]:
    """The hours of Japan's day in which something claimed now may arrive."""
    return tuple(sorted({in_japan(now).hour, in_japan(now + LEAD).hour}))


def arrives(now: datetime, quiet_from: int, quiet_to: int) -> datetime:
    """Now, or the next morning when now is in these quiet hours."""
    is_quiet = any(hour >= quiet_from or hour < quiet_to for hour in hours_touched(now))
    return quiet_ends(now, quiet_to) if is_quiet else now


def quiet_ends(now: datetime, quiet_to: int) -> datetime:
    """The next morning at that hour: quiet hours begin in the evening and end before noon."""
    local = in_japan(now)
    morning = datetime.combine(local.date(), time(quiet_to), JST)
    return morning if morning > local else morning + timedelta(days=1)


def since(now: datetime) -> tuple[datetime, datetime]:
    """When the seven days and the day began that the ceilings look at."""
    return now - WEEK, datetime.combine(in_japan(now).date(), time(), JST)


def over(received: Iterable[tuple[Iterable[int], bool]], limits: Ceilings) -> set[int]:
    """Who has had enough: ``received`` are the people of each notice of the week, and whether it was today's."""
    week, day = Counter[int](), Counter[int]()
    for people, is_today in received:
        ids = list(people)
        week.update(ids)
        if is_today:
            day.update(ids)
    enough = {id_ for id_, number in week.items() if number >= limits.per_week}
    return enough | {id_ for id_, number in day.items() if number >= limits.per_day}
