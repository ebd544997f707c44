"""The words residents wrap their questions in, from ``asking.toml``: read once per process."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("asking.toml")


@cache
def words() -> Mapping[str, tuple[str, ...]]:
    """``waste``, ``where`` and ``talk``, each a tuple of words as written."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {name: tuple(text.split()) for name, text in tables.items()}
