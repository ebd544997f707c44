"""The parts of a question that say nothing of its subject, and what they say about the asker's wish. Pure."""

from __future__ import annotations

from functools import lru_cache

from bot_flows.spelling import Writing, any_of, key
from bot_flows.vocabulary import MeaningKind
from content.asking import words

_ASKING = words()
_FURNITURE = any_of(word for table in ("waste", "where", "talk") for word in _ASKING[table])
_WORDS = frozenset(key(word) for table in ("waste", "where", "talk") for word in _ASKING[table])
_WASTE_PATTERN = any_of(_ASKING["waste"])
_WHERE_PATTERN = any_of(_ASKING["where"])
_SPOT_PATTERN = any_of(_ASKING["spot"])


@lru_cache(maxsize=512)
def is_furniture(writing: Writing, *, with_single: bool = True) -> tuple[bool, ...]:
    """For each letter whether it belongs to the way of asking and not to what is asked about.

    A single kana counts only beside a change of script or beside other such words: 「が」 is part of 「めがね」.
    """
    idle = [False] * len(writing.letters)
    single: list[int] = []
    for found in _FURNITURE.finditer(writing.letters):
        if not writing.katakana.isdisjoint(range(*found.span())) and not writing.changes >= set(found.span()):
            continue
        if found.end() - found.start() == 1:
            single.append(found.start())
        else:
            idle[found.start() : found.end()] = [True] * (found.end() - found.start())
    for at in [*single, *reversed(single)] if with_single else ():
        beside = any(0 <= next_to < len(idle) and idle[next_to] for next_to in (at - 1, at + 1))
        idle[at] = idle[at] or beside or at in writing.changes or at + 1 in writing.changes
    return tuple(idle)


def is_asking(letters: str) -> bool:
    """Whether the letters are a word of asking and nothing more: 「死体」 sounds like 「したい」."""
    return letters in _WORDS


@lru_cache(maxsize=512)
def edges_in(letters: str) -> frozenset[int]:
    """Where a longer word of asking begins or ends: 「あしたの|ごみ|なに」."""
    return frozenset(
        at for found in _FURNITURE.finditer(letters) if found.end() - found.start() > 1 for at in found.span()
    )


def intents_in(letters: str) -> frozenset[MeaningKind]:
    """Which kinds of answer the way of asking calls for: to throw away is about things, where is about places."""
    if _WASTE_PATTERN.search(letters):
        return frozenset({"item"})
    return frozenset({"place"}) if _WHERE_PATTERN.search(letters) else frozenset()


def asks_for_the_spot(letters: str) -> bool:
    """Whether a place itself is looked for: one of several libraries, not the hours of all."""
    return bool(_SPOT_PATTERN.search(letters)) and "place" in intents_in(letters)


GENERAL = frozenset(map(key, _ASKING["general"]))
"""Words that mean a part of the menu only as long as nothing more exact is said."""
