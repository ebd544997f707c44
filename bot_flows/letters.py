"""Which of thousands of names share enough letters with a word, counted for all of them at once. Pure.

A set of names is a number with one bit for each. Adding up the sets of a word's letters bit by bit counts, in a few
dozen operations on long numbers, how many letters each name has in common with it; what has too few of them needs
no closer look.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence


class Letters:
    """The letters of distinct names, which are known by their position."""

    def __init__(self, names: Sequence[str]) -> None:
        holders: dict[tuple[str, int], list[int]] = defaultdict(list)
        lengths: dict[int, list[int]] = defaultdict(list)
        for at, name in enumerate(names):
            lengths[len(name)].append(at)
            for letter, times in Counter(name).items():
                for nth in range(1, times + 1):
                    holders[letter, nth].append(at)
        self._holders = {letter: _set_of(numbers) for letter, numbers in holders.items()}
        self._lengths = {length: _set_of(numbers) for length, numbers in lengths.items()}

    def sharing(self, word: str, lengths: Iterable[int], least: Callable[[int], int]) -> list[int]:
        """Names of these lengths, in order, with at least ``least(length)`` letters of the word in any order."""
        planes = self._counted(word)
        found = 0
        for length in lengths:
            if names := self._lengths.get(length):
                found |= _at_least(planes, least(length), names)
        return _members(found)

    @property
    def lengths(self) -> Iterable[int]:
        """Every length a name has."""
        return self._lengths

    def _counted(self, word: str) -> list[int]:
        """How many of the word's letters each name has, as binary digits: the lowest digit of all names first."""
        planes: list[int] = []
        for letter, times in Counter(word).items():
            for nth in range(1, times + 1):
                carry = self._holders.get((letter, nth), 0)
                for digit, plane in enumerate(planes):
                    planes[digit], carry = plane ^ carry, plane & carry
                if carry:
                    planes.append(carry)
        return planes


def _at_least(planes: Sequence[int], least: int, names: int) -> int:
    """Those of ``names`` whose count is not below ``least``: compared from the highest digit down."""
    if least >> len(planes):
        return 0
    above, equal = 0, names
    for digit in range(len(planes) - 1, -1, -1):
        with_digit = equal & planes[digit]
        if least >> digit & 1:
            equal = with_digit
        else:
            above |= with_digit
            equal ^= with_digit
    return above | equal


def _set_of(numbers: Sequence[int]) -> int:
    held = bytearray(numbers[-1] // 8 + 1)
    for number in numbers:
        held[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(held, "little")


def _members(found: int) -> list[int]:
    digits = f"{found:b}"[::-1]
    members: list[int] = []
    at = digits.find("1")
    while at >= 0:
        members.append(at)
        at = digits.find("1", at + 1)
    return members
