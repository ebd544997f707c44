"""How residents say that they want to hear less (``wishes.toml``), as one list for all languages."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

FILE = Path(__file__).with_name("wishes.toml")


@cache
def wishes() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Language to what is meant (stop, loath, only, notices, fewer, pause, week, month, around) to its words."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {code: {kind: tuple(words) for kind, words in table.items()} for code, table in tables.items()}
