"""The words residents wrap their questions in, and how the others are read: read once per process."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("asking.toml")
READINGS = Path(__file__).with_name("readings.toml")
LETTERS = Path(__file__).with_name("kanji.toml")


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """``waste``, ``where``, ``spot``, ``talk`` and ``general``, each a tuple of words as written."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(text.split()) for name, text in tables.items()}


@cache
def readings() -> Mapping[str, str]:
    """Words with kanji and their kana, the longest first."""
    pairs = (pair.split("=") for pair in tomllib.loads(READINGS.read_text(encoding="utf-8"))["words"].split())
    return dict(sorted(((word, kana) for word, kana in pairs), key=lambda pair: -len(pair[0])))


@cache
def kanji() -> Mapping[str, tuple[str, str]]:
    """Single kanji and how they are read beside other kanji, and alone or before kana."""
    letters = tomllib.loads(LETTERS.read_text(encoding="utf-8"))["letters"].split()
    pairs = ((each[0], each[1:].partition("/")) for each in letters)
    return {letter: (joined, alone or joined) for letter, (joined, _, alone) in pairs}
