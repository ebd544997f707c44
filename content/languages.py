"""The languages of the chat: their names, and how each writes days and hours. Data in ``languages.toml``.

A language is offered only while it is spoken, that is, while not one sentence is missing in it: a resident who
picked half a language would read two. Until then the choice stays with those that are whole.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from content.sentences import FIRST_LANGUAGE, spoken

FILE = Path(__file__).with_name("languages.toml")
EASY = "ja-easy"
_JAPANESE = re.compile("[ぁ-んァ-ヶ一-鿿]")


@dataclass(frozen=True)
class Language:
    """One language. ``near`` are today, tomorrow and the day after; templates have holes in braces."""

    code: str
    name: str
    html: str
    weekdays: tuple[str, ...]
    near: tuple[str, ...]
    beside: str
    day: str
    dated: str
    month: str
    hour: str
    minute: str
    comma: str
    months: tuple[str, ...] = ()
    colon: str = ": "
    short: str = ""
    """A day on a button, when ``day`` is too long for one."""
    latin: bool = False
    stretches: Mapping[str, str] = field(default_factory=dict)
    """「来週」 and such, by their Japanese name."""

    def written(self, day: date, template: str = "") -> str:
        """A day by ``day`` or another template."""
        return _written(self.code, template or self.day, day)

    def clock(self, hour: int, minute: int = 0) -> str:
        """An hour of the day: 「17時15分」, 「17:15」."""
        template = self.minute if minute else self.hour
        shown = f"{minute:02d}" if ":" in template else str(minute)
        return template.format(h=hour, mm=shown)


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.replace("_", " ") for word in text.split())


def _made(code: str, table: Mapping[str, Any]) -> Language:
    lists = ("weekdays", "months", "near")
    values: dict[str, Any] = {key: _words(v) if key in lists else v for key, v in table.items()}
    return Language(code=code, **values)


@lru_cache(maxsize=4096)
def _written(code: str, template: str, day: date) -> str:
    """Remembered, because a town speaks of the same few months, and of each day many times."""
    known = languages()[code]
    month = known.months[day.month - 1] if known.months else str(day.month)
    weekday = known.weekdays[day.weekday()]
    return template.format(weekday=weekday, day=day.day, mon=day.month, month=month, year=day.year)


@cache
def languages() -> Mapping[str, Language]:
    """All of them by code, in the order they are offered."""
    tables = tomllib.loads(FILE.read_text(encoding="utf-8"))
    return {code: _made(code, table) for code, table in tables.items()}


@lru_cache(maxsize=64)
def language(code: str) -> Language:
    """The language residents of ``code`` read: their own when it is whole, else Japanese."""
    return languages()[spoken(code) if code in languages() else FIRST_LANGUAGE]


def quoted(text: str, code: str, longest: int = 0) -> str:
    """What somebody wrote in Japanese, for readers of another language: in 「」, so that it is seen to be a quotation.

    On a button (``longest``) it is cut inside its marks.
    """
    if spoken(code) in (FIRST_LANGUAGE, EASY):
        return text
    lines = (line.replace("「", "『").replace("」", "』") for line in text.split("\n"))
    said = "\n".join(f"「{line}」" if _JAPANESE.search(line) else line for line in lines)
    return quoted(f"{text[: longest - 3]}…", code) if 0 < longest < len(said) else said


@cache
def offered() -> tuple[Language, ...]:
    """Those that are whole, easy Japanese first, Japanese last."""
    return tuple(each for code, each in languages().items() if spoken(code) == code)
