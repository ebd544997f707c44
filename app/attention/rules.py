"""What a notice owes the attention of its readers: their quiet hours, and how many of its kind they get. Pure.

An emergency owes nothing. What a resident asked for at an hour of their own comes at that hour. A correction is
not counted against its readers: who was told something wrong must hear so. Everything else waits for the morning
of each reader, and ordinary notices beyond the ceiling, or for readers who gather, go into Monday's digest.

What the program sends by itself (repeats, reminders, news of a child or an order) has a cap of its own: whatever is
broken or set wrongly, nobody gets more than three of it in an hour and ten in a day.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal

from app.clock import JST, in_japan
from app.segments.words import (
    All,
    AnyOf,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Received,
    Rule,
    WantsReminder,
)

HOUR, DAY, WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
LIVES = timedelta(days=2)
"""How long what is automatic takes from its release to its last reader at most."""
LEAD = timedelta(seconds=20)
"""What is claimed now may arrive that much later: an evening ends so much earlier."""


@dataclass(frozen=True, slots=True)
class Ceilings:
    """How much one resident gets at most: ordinary notices within seven days and on one day; automatic messages within
    a day and an hour."""

    per_week: int = 7
    per_day: int = 3
    automatic_per_day: int = 10
    automatic_per_hour: int = 3


USUAL = Ceilings()


def ceilings(settings: Mapping[str, Any]) -> Ceilings:
    """The town's own, from ``[attention]`` of town.toml."""
    chosen = settings.get("attention", {})
    return Ceilings(**{name: chosen[name] for name in Ceilings.__slots__ if name in chosen})


@dataclass(frozen=True, slots=True)
class Ration:
    """So many at most in a longer time and in a shorter one; ``reason`` is the word of ``exclusions``."""

    reason: Literal["ceiling", "cap"]
    longer: int
    shorter: int

    def since(self, now: datetime) -> tuple[datetime, datetime]:
        """When the longer and the shorter time began: seven days and today, or a day and an hour."""
        if self.reason == "cap":
            return now - DAY, now - HOUR
        return now - WEEK, datetime.combine(in_japan(now).date(), time(), JST)


@dataclass(frozen=True, slots=True)
class Manners:
    """``quiet``: never arrives in somebody's quiet hours · ``rationed``: counts, and may be gathered · ``capped``:
    nobody wrote it for this day, so it counts among what is automatic."""

    quiet: bool
    rationed: bool
    capped: bool = False

    def rations(self, limits: Ceilings) -> list[Ration]:
        """What its readers may have had enough of."""
        found = []
        if self.rationed:
            found.append(Ration("ceiling", limits.per_week, limits.per_day))
        if self.capped:
            found.append(Ration("cap", limits.automatic_per_day, limits.automatic_per_hour))
        return found


def manners(lane: str, rule: Rule, *, automatic: bool = False) -> Manners:
    """What a notice of this lane and rule owes its readers."""
    if lane == "emergency":
        return Manners(quiet=False, rationed=False)
    is_correction = _asks_for(rule, Received)
    capped = automatic and not is_correction
    if _asks_for(rule, WantsReminder):
        # It goes to those who chose the very hour it is sent at.
        return Manners(quiet=False, rationed=False, capped=capped)
    return Manners(quiet=True, rationed=lane == "ordinary" and not is_correction, capped=capped)


def _asks_for(rule: Rule, kind: type[Received | WantsReminder]) -> bool:
    """Whether everybody a rule means must be of this kind."""
    parts = rule.parts if isinstance(rule, All) else (rule,)
    return any(isinstance(part, kind) for part in parts)


def town_wide(rule: Rule) -> bool:
    """Whether a rule may mean somebody by a topic without naming a place beside it."""
    return _without_place(rule)[1]


def _without_place(rule: Rule) -> tuple[bool, bool]:
    """Whether a rule may mean somebody without naming their place, and by a topic then."""
    match rule:
        case InWard() | InDistrict() | InDistricts():
            return False, False
        case All(parts):
            placeless, topical = zip(*map(_without_place, parts), strict=True) if parts else ((), ())
            return all(placeless), all(placeless) and any(topical)
        case AnyOf(parts):
            found = [_without_place(part) for part in parts]
            return any(each[0] for each in found), any(each[1] for each in found)
        case _:
            return True, isinstance(rule, HasTopic)


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


def over(received: Iterable[tuple[Iterable[int], bool]], ration: Ration) -> set[int]:
    """Who has had enough: ``received`` are the people of each message of the longer time, and whether it was in the
    shorter one, too."""
    longer, shorter = Counter[int](), Counter[int]()
    for people, is_recent in received:
        ids = list(people)
        longer.update(ids)
        if is_recent:
            shorter.update(ids)
    enough = {id_ for id_, number in longer.items() if number >= ration.longer}
    return enough | {id_ for id_, number in shorter.items() if number >= ration.shorter}
