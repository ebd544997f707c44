"""Everything a resident's words may mean in one town: things, places, questions, areas of the menu. Pure.

A phrase is one word, or several with blanks between them that must all stand in the text, in any order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Literal

from bot_flows.spelling import key

MeaningKind = Literal["item", "place", "faq", "area", "care"]
_BRACKETS = re.compile(r"[(（](.*?)[)）]")
_DOTS = re.compile("[・、/]")
_SUFFIX = re.compile(
    r"(?:の?もの|製|式|型|用|製のもの|など|の部分)$|(?:[0-9.]+(?:cm|kg|リットル).*)|(?:が|に|で|を).*"
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """One thing a text can be about. ``id`` is an item's or place's name, a question's id, an area of the menu."""

    kind: MeaningKind
    id: str
    phrases: tuple[str, ...]
    narrower: tuple[str, ...] = ()
    """Phrases this is only a kind of: 「ペットボトル（油…）」 for 「ペットボトル」."""


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary:
    """All meanings of a town; one object per town, so that what is prepared from it is prepared once."""

    meanings: tuple[Meaning, ...] = ()


@dataclass(frozen=True, slots=True)
class Synonyms:
    """The pack's ``synonyms.toml``: words that mean the same thing, and what people say for an area of the menu."""

    groups: tuple[tuple[str, ...], ...] = ()
    areas: Mapping[str, Sequence[str]] = field(default_factory=dict)


def item_names(name: str) -> tuple[str, ...]:
    """The spellings inside an entry's name.

    「イヤホン（コードつき）」 is 「イヤホン」 and 「イヤホン コードつき」; 「ひも・ロープ」 is either;
    「パック（豆腐・いちご）」 is 「豆腐 パック」 and 「いちご パック」.
    """
    bare = _BRACKETS.sub("", name).strip()
    inner = [part for found in _BRACKETS.findall(name) for part in _DOTS.split(found)]
    things = [bare, *_DOTS.split(bare)] if _DOTS.search(bare) else [bare]
    kinds = [each for part in inner if (each := _SUFFIX.sub("", part)) and len(each) > 1]
    told_apart = [f"{kind} {thing}" for kind in kinds for thing in things]
    return tuple(dict.fromkeys([name, *things, *told_apart]))


def item_meaning(name: str, readings: Sequence[str]) -> Meaning:
    """An entry of the dictionary; its bare name counts less when it is only one kind of what the name says."""
    bare = _BRACKETS.sub("", name).strip()
    names = (*item_names(name), *readings)
    own = {key(each) for each in readings}
    is_kind = bare != name and key(bare) not in own
    return Meaning("item", name, names, (bare,) if is_kind else ())


def item_widened(name: str, readings: Iterable[str], groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """An entry's readings and every synonym of its whole name or of a reading; a bare name is not its own."""
    return widened((name, *([] if _BRACKETS.search(name) else _DOTS.split(name)), *readings), groups)[1:]


def widened(phrases: Iterable[str], groups: Sequence[Sequence[str]]) -> tuple[str, ...]:
    """The phrases and everything that means the same as one of them. Groups are read in both directions."""
    own = list(dict.fromkeys(phrases))
    with_key = _groups_by_key(tuple(map(tuple, groups)))
    meant = sorted({number for each in own for number in with_key.get(key(each), ())})
    for number in meant:
        own.extend(groups[number])
    return tuple(dict.fromkeys(own))


@lru_cache(maxsize=4)
def _groups_by_key(groups: tuple[tuple[str, ...], ...]) -> Mapping[str, tuple[int, ...]]:
    """The groups a word stands in: a pack has hundreds of groups and asks for each of hundreds of entries."""
    found: dict[str, list[int]] = {}
    for number, group in enumerate(groups):
        for word in dict.fromkeys(map(key, group)):
            found.setdefault(word, []).append(number)
    return {word: tuple(numbers) for word, numbers in found.items()}
