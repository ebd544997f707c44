"""Monday's digest: when it is due, what still belongs in it, and its words. Pure.

It tells each reader of the ordinary notices they would have got one by one: title and page, the oldest first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from app.clock import JST, in_japan
from bot_flows.days import written
from content.languages import language, quoted
from content.render.short import cut
from content.sentences import FIRST_LANGUAGE, say, spoken

MONDAY, AT, LATEST = 0, time(10), time(19)
"""Due on Monday at ten; a machine that was away makes up for it until the evening, and else a week later."""
KEPT = timedelta(days=14)
"""What is older is no news any more."""
LIFETIME = timedelta(hours=12)
MOST = 20
"""Notices in one digest, so that it fits one bubble; the others wait a week."""
TITLE_MOST = 60


def due(now: datetime) -> date | None:
    """The Monday whose digest may be made now."""
    local = in_japan(now)
    return local.date() if local.weekday() == MONDAY and AT <= local.time() <= LATEST else None


def instant(day: date, now: datetime) -> datetime:
    """When it goes out: at ten, or in this very minute when that is over."""
    return max(datetime.combine(day, AT, JST), in_japan(now).replace(second=0, microsecond=0))


@dataclass(frozen=True, slots=True)
class Item:
    """One gathered notice, and what decides whether it is still worth telling."""

    id: int
    title: str
    url: str
    state: str
    released_at: datetime
    valid_until: datetime | None
    last_day: date | None
    """The last day it speaks of."""
    superseded: bool
    same_as: int = 0
    """The notice it is a copy of, or itself: what is repeated says the same every time."""


def is_news(item: Item, now: datetime) -> bool:
    """Not stopped, not replaced, not over. That its own sending ended in time (``expired``) does not make it old."""
    if item.state not in ("running", "finishing", "done", "expired") or item.superseded:
        return False
    if item.valid_until is not None and item.valid_until <= now:
        return False
    is_over = item.last_day is not None and item.last_day < in_japan(now).date()
    return not is_over and item.released_at > now - KEPT


def newest(items: Sequence[Item]) -> list[Item]:
    """Of copies of one notice only the last."""
    last = {item.same_as: item for item in items}
    return [item for item in items if last[item.same_as] is item]


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads one digest."""

    people: Sequence[int]
    language: str = FIRST_LANGUAGE


def readers(
    found: Iterable[tuple[Sequence[int], str, Sequence[int]]],
) -> dict[tuple[tuple[int, ...], str], list[int]]:
    """People by notices and language: those of a language that is not whole (any more) read Japanese."""
    groups: dict[tuple[tuple[int, ...], str], list[int]] = {}
    for ids, code, people in found:
        groups.setdefault((tuple(ids), spoken(code)), []).extend(people)
    return groups


def title(day: date, speech: str = FIRST_LANGUAGE) -> str:
    """What staff see in their lists; the language is named unless it is Japanese."""
    said = say("digest.title", FIRST_LANGUAGE, day=written(day))
    return said if speech == FIRST_LANGUAGE else f"{said}（{language(speech).name}）"


def text(items: Sequence[Item], day: date, speech: str = FIRST_LANGUAGE) -> str:
    """What a reader of these gets; the notices' own titles are as staff wrote them."""
    lines = [say("digest.head", speech, day=written(day, speech), number=len(items))]
    for number, item in enumerate(items, 1):
        lines.append(f"{number} {quoted(cut(item.title, TITLE_MOST), speech)}\n{item.url}")
    return "\n".join([*lines, say("digest.why", speech)])
