"""Find an item of the sorting dictionary by what a resident types. Pure.

From sure to unsure, each with its score: the very word 100 · the same after folding widths, kana, long vowels and
small kana 95 · the same reading 95 · the word begins the item 85 · one letter off in a word of four or more 80 ·
alike by letter pairs up to 75. From 90 on an answer may be given as certain; below it is "did you mean".
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bot_flows.names import Names
from bot_flows.pack_facts import SortingHit
from bot_flows.spelling import key

CERTAIN = 90.0
MOST = 5
_REMEMBERED = 4096
"""Words whose finds are kept: most residents ask for the same few hundred things."""
_LEAST = 55.0
_BRACKETS = re.compile(r"[(（〔\[].*?[)）〕\]]")
_KANJI = re.compile("[\u4e00-\u9fff]{2}")
fold = key
"""For comparing words: width, case, kana kind, long vowels, small kana, dots and spaces do not matter."""


@dataclass(frozen=True, slots=True)
class Entry:
    item: str
    category: str
    note: str = ""
    readings: tuple[str, ...] = ()
    """Other spellings and readings people use."""


class Dictionary:
    """The entries with their folded spellings, made once per town pack."""

    def __init__(self, entries: Iterable[Entry]) -> None:
        self._entries = tuple(entries)
        owners: dict[str, list[int]] = {}
        for number, entry in enumerate(self._entries):
            for spelling in _spellings(entry):
                owners.setdefault(spelling, []).append(number)
        self._names = Names(list(owners))
        self._owners = list(owners.values())
        self._found = lru_cache(maxsize=_REMEMBERED)(self._find)

    @property
    def entries(self) -> Sequence[Entry]:
        return self._entries

    def __len__(self) -> int:
        return len(self._entries)

    def find(self, word: str) -> list[SortingHit]:
        """At most five entries, best first; an empty or meaningless word finds nothing."""
        return list(self._found(word))

    def _find(self, word: str) -> tuple[SortingHit, ...]:
        wanted = fold(word)
        if not wanted:
            return ()
        scores: dict[int, float] = {}
        for owner, score in self._scored(word, wanted):
            scores[owner] = max(score, scores.get(owner, 0.0))
        best = sorted(scores.items(), key=lambda pair: (-pair[1], len(self._entries[pair[0]].item), pair[0]))
        return tuple(self._hit(owner, score) for owner, score in best[:MOST])

    def _hit(self, owner: int, score: float) -> SortingHit:
        entry = self._entries[owner]
        return SortingHit(entry.item, entry.category, entry.note, round(score, 1))

    def _scored(self, word: str, wanted: str) -> Iterable[tuple[int, float]]:
        said = unicodedata.normalize("NFKC", word).strip()
        for at, score in self._fitting(wanted):
            for owner in self._owners[at]:
                yield owner, 100.0 if said == self._entries[owner].item else score
        if len(wanted) >= 2:
            for at, score in self._names.alike(wanted, limit=3 * MOST, least=_LEAST):
                yield from ((owner, min(75.0, score)) for owner in self._owners[at])

    def _fitting(self, wanted: str) -> Iterable[tuple[int, float]]:
        for at in self._names.holding(wanted):
            if score := _score_within(wanted, self._names.names[at]):
                yield at, score
        yield from ((at, 80.0) for at in self._names.one_off(wanted))


def _score_within(wanted: str, spelling: str) -> float:
    """How well a word fits a spelling that holds it."""
    if wanted == spelling:
        return 95.0
    if len(wanted) >= 2 and spelling.startswith(wanted):
        return 85.0
    return 78.0 if len(wanted) >= 3 or _KANJI.search(wanted) else 0.0


def _spellings(entry: Entry) -> Sequence[str]:
    """The item, the item without its remark in brackets, and every reading longer than an index letter."""
    words = [entry.item, _BRACKETS.sub("", entry.item), *(r for r in entry.readings if len(r) > 1)]
    return [folded for folded in map(fold, words) if folded]
