"""Words of need in every language, as lines people can review: one file a language, one line an idea."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent

Lines = Mapping[str, Mapping[str, str]]
"""kind (emergency, disaster, care, harmless, story) → idea → lines."""


@cache
def lines(language: str) -> Lines:
    """What a language's file holds of each kind; a kind it lacks is simply not there."""
    tables = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8"))
    return {kind: table for kind, table in tables.items() if isinstance(table, dict)}


@cache
def readings(language: str) -> Mapping[str, tuple[str, ...]]:
    """Words with kanji and what they are read as, the longest first."""
    text = tomllib.loads((FOLDER / f"{language}.toml").read_text(encoding="utf-8")).get("readings", "")
    pairs = (pair.split("=") for pair in text.split())
    return {word: tuple(kana.split("/")) for word, kana in sorted(pairs, key=lambda pair: -len(pair[0]))}
