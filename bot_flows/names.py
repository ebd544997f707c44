"""Thousands of names searched by their letters without looking at each in turn. Pure.

Names that hold a word, names one letter off, names alike by letters: each looks only where something can be found,
because a word nobody said before is compared with all the names of a town.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import accumulate

from rapidfuzz import fuzz, process
from rapidfuzz.distance import DamerauLevenshtein

from bot_flows.spelling import is_one_off


class Names:
    """Distinct names by their position in the sequence given."""

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self._lines = "\n".join(self.names)
        self._starts = [0, *accumulate(len(name) + 1 for name in self.names)]
        self._of_length: dict[int, list[int]] = defaultdict(list)
        for at, name in enumerate(self.names):
            self._of_length[len(name)].append(at)
        self._spelled = {
            length: [self.names[at] for at in numbers] for length, numbers in self._of_length.items()
        }

    def holding(self, word: str) -> Iterable[int]:
        """Names in which the word stands: one search through all of them, a line each."""
        place = self._lines.find(word)
        while place >= 0:
            at = bisect_right(self._starts, place) - 1
            yield at
            place = self._lines.find(word, self._starts[at] + len(self.names[at]))

    def one_off(self, word: str) -> Iterable[int]:
        """Names one letter off (``spelling.is_one_off``); only those about as long are looked at."""
        for length in range(len(word) - 1, len(word) + 2):
            near = process.extract(
                word,
                self._spelled.get(length, []),
                scorer=DamerauLevenshtein.distance,
                score_cutoff=1,
                limit=None,
            )
            for name, _, at in near:
                if is_one_off(word, name):
                    yield self._of_length[length][at]

    def alike(self, word: str, *, limit: int, least: float) -> list[tuple[int, float]]:
        """The most alike names by ``fuzz.ratio``, best first, at least ``least`` of 100."""
        found = process.extract(word, self.names, scorer=fuzz.ratio, limit=limit, score_cutoff=least)
        return [(at, float(score)) for _, score, at in found]
