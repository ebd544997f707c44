"""What residents type in languages other than Japanese (``words.toml``): ways out, doors, answers, days, abuse."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("words.toml")


@cache
def _tables() -> Mapping[str, Mapping[str, Mapping[str, list[str]]]]:
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


def typed(kind: str) -> Iterator[tuple[str, str]]:
    """(meaning, word) of every language; kind: ways, doors, answers, days, items, insults, damage."""
    for tables in _tables().values():
        for meaning, words in tables.get(kind, {}).items():
            for word in words:
                yield meaning, word
