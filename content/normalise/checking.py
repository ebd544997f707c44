"""Checking a text of a notice: what machines will find in it, what is better written otherwise, what is unclear.

``check`` is fast enough for every key stroke: each search looks only at the places where it can begin, and a text
of plain characters is never walked through one by one.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields

from content.fields.folding import fold
from content.fields.reading import Change, Finding
from content.normalise.addresses_in_text import addresses_in
from content.normalise.characters import better_characters, doubtful_characters, plain_characters
from content.normalise.days_in_text import days_in
from content.normalise.hours_in_text import hours_in
from content.normalise.links_in_text import links_in
from content.normalise.numbers_in_text import money_in, phones_in
from content.normalise.spots import Search, Spot, without

LONGEST = 100_000
"""Most characters of one check; longer is no notice."""
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Found:
    """What a machine finds, canonical, in the order of the text."""

    phones: tuple[str, ...] = ()
    urls: tuple[str, ...] = ()
    mails: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    money: tuple[str, ...] = ()

    def json(self) -> dict[str, list[str]]:
        return {each.name: list(getattr(self, each.name)) for each in fields(self)}


@dataclass(frozen=True, slots=True)
class Checked:
    """``text`` is the text with every change that was not refused."""

    text: str
    changes: tuple[Change, ...]
    problems: tuple[Finding, ...]
    found: Found

    def json(self) -> dict[str, object]:
        """As ``kairan text check --json`` promises."""
        return {
            "text": self.text,
            "changes": [change.json() for change in self.changes],
            "problems": [problem.json() for problem in self.problems],
            "found": self.found.json(),
        }


def check(text: str, refuse: Collection[str] = ()) -> Checked:
    """Check and put right what is certain. Linear in the length of the text; raises nothing.

    ``refuse`` holds rules (``"date"``) or single changes (``"date@12"``: the rule and the change's ``at``) that
    must not be made. A place that is refused stays exactly as typed.
    """
    if refusal := _refusal(text):
        return Checked(text, (), (refusal,), Found())
    searches = _search(text)
    values = [spot for search in searches for spot in search.spots]
    odd = set(text) - plain_characters()
    taken = sorted((spot.start, spot.end) for spot in values if spot.end > spot.start)
    signs = _outside(better_characters(text, odd), taken)
    spots = sorted((*values, *signs), key=_place)
    changes = tuple(_changes(text, spots, refuse))
    doubts = [doubt for search in searches for doubt in search.doubts]
    problems = tuple(sorted((*doubts, *doubtful_characters(text, odd)), key=lambda problem: problem.at))
    return Checked(_changed(text, changes), changes, problems, _found(searches))


def _place(spot: Spot) -> int:
    return spot.start


def _refusal(text: str) -> Finding | None:
    if len(text) > LONGEST:
        return Finding(
            "too-long", LONGEST, f"{LONGEST:,}字までです。いま{len(text):,}字なので、文を分けてください。"
        )
    broken = _SURROGATE.search(text)
    if broken:
        return Finding(
            "broken-character",
            broken.start(),
            "こわれた文字があります。その文字を消して、打ち直してください。",
        )
    return None


def _search(text: str) -> tuple[Search, ...]:
    """Phones, urls, mails, dates, times, addresses, money: what one search has understood is a hole for the next."""
    folded = fold(text)
    urls, mails = links_in(text, folded)
    folded = _less(folded, urls, mails)
    dates = days_in(text, folded)
    folded = _less(folded, dates)
    times = hours_in(folded)
    folded = _less(folded, times)
    phones = phones_in(folded)
    money = money_in(folded)
    folded = _less(folded, phones, money)
    return phones, urls, mails, dates, times, addresses_in(text, folded), money


def _less(folded: str, *searches: Search) -> str:
    places = [(spot.start, spot.end) for search in searches for spot in search.spots]
    places += [place for search in searches for place in search.left]
    return without(folded, sorted(places)) if places else folded


def _outside(signs: Iterable[Spot], taken: list[tuple[int, int]]) -> list[Spot]:
    """Changes of characters that do not stand inside something understood."""
    kept: list[Spot] = []
    following = 0
    for spot in sorted(signs, key=_place):
        while following < len(taken) and taken[following][1] <= spot.start:
            following += 1
        if following == len(taken) or spot.end <= taken[following][0]:
            kept.append(spot)
    return kept


def _changes(text: str, spots: Iterable[Spot], refuse: Collection[str]) -> Iterable[Change]:
    for spot in spots:
        before = text[spot.start : spot.end]
        if before != spot.written and spot.rule not in refuse and f"{spot.rule}@{spot.start}" not in refuse:
            yield Change(before, spot.written, spot.rule, spot.start)


def _changed(text: str, changes: Iterable[Change]) -> str:
    parts: list[str] = []
    position = 0
    for change in changes:
        parts.append(text[position : change.at])
        parts.append(change.to)
        position = change.at + len(change.from_)
    parts.append(text[position:])
    return "".join(parts)


def _found(searches: tuple[Search, ...]) -> Found:
    return Found(
        *(
            tuple(value for spot in sorted(search.spots, key=_place) for value in spot.found)
            for search in searches
        )
    )
