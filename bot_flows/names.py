"""Thousands of names searched by their letters without looking at each in turn. Pure.

Names that hold a word, names one letter off, names alike by letters: each looks only where something can be found,
because a word nobody said before is compared with all the names of a town.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import accumulate
from math import ceil

from rapidfuzz import fuzz, process

from bot_flows.letters import Letters
from bot_flows.spelling import is_one_off

_ROUNDING = 1e-9


class Names:
    """Distinct names by their position in the sequence given."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._lines = "\n".join(self.names)
        self._starts = [0, *accumulate(len(name) + 1 for name in self.names)]
        self._letters = Letters(self.names)

    def holding(self, word: str) -> Iterable[int]:
        """Names in which the word stands: one search through all of them, a line each."""
        place = self._lines.find(word)
        while place >= 0:
            at = bisect_right(self._starts, place) - 1
            yield at
            place = self._lines.find(word, self._starts[at] + len(self.names[at]))

    def one_off(self, word: str) -> Iterable[int]:
        """Names one letter off (``spelling.is_one_off``): all letters but one are the same."""
        about_as_long = range(len(word) - 1, len(word) + 2)
        near = self._letters.sharing(word, about_as_long, lambda length: max(length, len(word)) - 1)
        return (at for at in near if is_one_off(word, self.names[at]))

    def alike(self, word: str, *, limit: int, least: float) -> list[tuple[int, float]]:
        """The most alike names by ``fuzz.ratio``, best first, at least ``least`` of 100.

        A ratio is the share of letters in common order; so many must be in common in any order.
        """

        def common(length: int) -> int:
            return ceil(least * (len(word) + length) / 200 - _ROUNDING)

        near = self._letters.sharing(word, self._letters.lengths, common)
        names = [self.names[at] for at in near]
        found = process.extract(word, names, scorer=fuzz.ratio, limit=limit, score_cutoff=least)
        return [(near[at], float(score)) for _, score, at in found]
