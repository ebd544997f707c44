"""What residents type in languages other than Japanese (``words.toml``): ways out, doors, answers, days, abuse."""

from __future__ import annotations

import tomllib
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.toml")


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def typed(kind: str) -> Iterator[tuple[str, str]]:
    """(meaning, word) of every language; kind: ways, doors, answers, days, items, insults, damage.

    Vietnamese comes without its marks, too, as it is typed on a keyboard that has none.
    """
    yield from _written(kind)
    if kind in _WHOLE:
        yield from _without_marks(kind)


_WHOLE = ("ways", "doors", "answers", "days")
"""Kinds whose words are a whole text; without marks others would be found inside of words they are not."""


def of_language(code: str) -> Iterator[str]:
    """The words of one language, with and without their marks."""
    for kind in _WHOLE:
        for words in _tables().get(code, {}).get(kind, {}).values():
            yield from words
            yield from map(unmarked, words)


def _written(kind: str) -> Iterator[tuple[str, str]]:
    for tables in _tables().values():
        for meaning, words in tables.get(kind, {}).items():
            for word in words:
                yield meaning, word


def _without_marks(kind: str) -> Iterator[tuple[str, str]]:
    yield from ((meaning, word) for among, meaning, word in _bare() if among == kind)


@cache
def _bare() -> tuple[tuple[str, str, str], ...]:
    """(kind, meaning, word without marks) of what then is no other word: „dừng“ and „đúng“ stay with theirs."""
    marked = [(kind, meaning, word) for kind in _WHOLE for meaning, word in _written(kind)]
    known = {word.lower() for _, _, word in marked}
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    for kind, meaning, word in marked:
        if unmarked(word) not in known:
            found[unmarked(word)].add((kind, meaning))
    return tuple((*next(iter(means)), word) for word, means in found.items() if len(means) == 1)


def unmarked(text: str) -> str:
    """「huỷ」 as "huy"; other scripts as they are."""
    if not any("\u00c0" <= letter <= "\u024f" or "\u1e00" <= letter <= "\u1eff" for letter in text):
        return text.lower()
    letters = unicodedata.normalize("NFD", text.lower()).replace("đ", "d")
    return "".join(letter for letter in letters if not unicodedata.combining(letter))
