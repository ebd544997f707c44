"""What a registered change does to a calendar. Pure.

A day that is not collected stays in the answer with a sentence in place of its categories: whoever asks hears
that it was cancelled and why, not just that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from bot_flows.days import written
from bot_flows.pack_facts import Collection
from content.sentences import say

REASONS = ("snow", "typhoon", "rain", "wind", "road", "vehicle", "works", "holiday", "other")
"""Why a collection changes; the words are ``override.why_<reason>``."""

Days = Callable[[date, date], Sequence[Collection]]
"""Collections of one area as the pack has them, both ends included."""


@dataclass(frozen=True, slots=True)
class Override:
    """One day of one area that is different."""

    day: date
    new_day: date | None
    reason: str


Sentence = Callable[[Override, Sequence[str]], str]
"""What is said about a change of these categories, in somebody's language."""

Overrides = Mapping[str, tuple[Override, ...]]
"""Area (folded) to its changes."""


def why(reason: str, language: str = "ja") -> str:
    """「大雪のため」"""
    return say(f"override.why_{reason}", language)


def told(change: Override, what: str, language: str = "ja") -> str:
    """The sentence residents read about a change: what, when, and what instead."""
    if change.new_day is None:
        day = written(change.day, language)
        return say("override.stopped", language, why=why(change.reason, language), day=day, what=what)
    return say(
        "override.moved",
        language,
        why=why(change.reason, language),
        day=written(change.day, language),
        what=what,
        new_day=written(change.new_day, language),
    )


def in_japanese(change: Override, categories: Sequence[str]) -> str:
    """The sentence with the categories as the pack names them."""
    return told(change, "、".join(categories))


def applied(
    days: Days, changes: Iterable[Override], first: date, last: date, sentence_of: Sentence = in_japanese
) -> list[Collection]:
    """The collections from ``first`` to ``last`` with the changes in them, in order of days."""
    found = {one.day: one for one in days(first, last)}
    moved: list[tuple[date, Collection, str]] = []
    for change in changes:
        before = next(iter(days(change.day, change.day)), None)
        if before is None or not before.categories:
            continue
        sentence = sentence_of(change, before.categories)
        if first <= change.day <= last:
            found[change.day] = Collection(change.day, (), (sentence,), stopped=before.categories)
        if change.new_day is not None and first <= change.new_day <= last:
            moved.append((change.new_day, before, sentence))
    for day, before, sentence in moved:
        found[day] = _joined(day, found.get(day), before, sentence)
    return [found[day] for day in sorted(found)]


def _joined(day: date, there: Collection | None, before: Collection, sentence: str) -> Collection:
    """What was collected that day anyway, and what was moved there."""
    if there is None:
        return Collection(day, before.categories, (sentence, *before.notes))
    categories = tuple(dict.fromkeys((*there.categories, *before.categories)))
    notes = tuple(dict.fromkeys((sentence, *there.notes, *before.notes)))
    return Collection(day, categories, notes, stopped=there.stopped)


def with_suspended(
    found: Sequence[Collection], suspended: Iterable[tuple[date, tuple[date, date]]], language: str = "ja"
) -> list[Collection]:
    """The days with what a suspension drops among them: no collection, and a note on how long it lasts.

    The printed calendar says it too, so nobody is sent a message about it; who asks for the day reads why.
    """
    days = {day: Collection(day, (), (_suspension(*period, language),)) for day, period in suspended} | {
        one.day: one for one in found
    }
    return [days[day] for day in sorted(days)]


def _suspension(first: date, last: date, language: str) -> str:
    begin, end = written(first, language), written(last, language)
    if first == last:
        return say("override.suspended_day", language, day=begin)
    return say("override.suspended", language, first=begin, last=end)
