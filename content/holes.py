"""Holes in a notice's messages that every reader finds filled with words of their own: ``{{会場}}``. Pure.

The names are a fixed list and nothing else is interpreted: ``{{7*7}}`` and ``{0.__class__}`` go out as they
stand. Which tier lets a hole into LINE follows the government guideline of 30 April 2021 (reliability §8): up
to T2 what says nothing of the person, above it only the address of the page behind the sign-in.

A template is LINE's ``messages`` array cut once at its holes into ready JSON; only values are escaped per person.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import orjson

from content.catalogue import Tier

LINK = "案内ページ"
"""The address of the person's own page; the only hole that may stand in an address."""
_HARMLESS: frozenset[Tier] = frozenset(("T0", "T1", "T2"))
_EVERYWHERE: frozenset[Tier] = _HARMLESS | {"T2S", "T3"}
HOLES: Mapping[str, frozenset[Tier]] = {
    "会場": _HARMLESS,
    "日にち": _HARMLESS,
    "時間": _HARMLESS,
    "受付場所": _HARMLESS,
    "地区": _HARMLESS,
    "収集日": _HARMLESS,
    LINK: _EVERYWHERE,
    **dict.fromkeys(("名前", "住所", "生年月日", "宛名番号", "金額", "結果"), frozenset[Tier]()),
}
"""Name to the tiers whose LINE messages may hold it; none: it belongs behind the sign-in, always."""
WORDS = ("text", "altText")
"""Where a hole may stand: in what is read, never in data, labels or pictures."""

_HOLE = re.compile("\\{\\{(" + "|".join(HOLES) + ")\\}\\}")
_HOLE_BYTES = re.compile(_HOLE.pattern.encode())


@dataclass(frozen=True, slots=True)
class Misplaced:
    """A hole where none may stand, by LINE's own way to write a place: ``messages[0].quickReply…``."""

    name: str
    path: str


def names_in(messages: bytes) -> tuple[str, ...]:
    """The holes of a ``messages`` array, each once, in order. Outside a string ``{{`` is no JSON, so this is exact."""
    return tuple(dict.fromkeys(name.decode() for name in _HOLE_BYTES.findall(messages)))


def forbidden(names: Sequence[str], tier: Tier) -> tuple[str, ...]:
    """Which of these holes this tier keeps out of LINE."""
    return tuple(name for name in names if tier not in HOLES[name])


def misplaced(messages: Sequence[Mapping[str, Any]]) -> tuple[Misplaced, ...]:
    """Every hole outside the words that people read."""
    return tuple(_misplaced("messages", list(messages), "text"))


def _misplaced(path: str, part: Any, key: str) -> list[Misplaced]:
    if isinstance(part, Mapping):
        return [
            wrong
            for name, inner in part.items()
            for wrong in (*_names(path, str(name)), *_misplaced(f"{path}.{name}", inner, str(name)))
        ]
    if isinstance(part, list):
        return [
            wrong for n, inner in enumerate(part) for wrong in _misplaced(f"{path}[{n}]", inner, "in a list")
        ]
    found = _names(path, part) if isinstance(part, str) else []
    if key in WORDS and ".quickReply" not in path and ".action" not in path:
        return []
    return [each for each in found if not (key == "uri" and each.name == LINK)]


def _names(path: str, text: str) -> list[Misplaced]:
    return [Misplaced(name, path) for name in _HOLE.findall(text)]


@dataclass(frozen=True, slots=True)
class Template:
    """A ``messages`` array cut at its holes: one piece more than holes."""

    first: bytes
    rest: tuple[tuple[int, bytes], ...]
    """(which of the person's values stands before it, piece)."""

    def filled(self, values: Sequence[str]) -> bytes:
        """The messages of one person."""
        pieces = [self.first]
        for place, piece in self.rest:
            pieces.append(orjson.dumps(values[place])[1:-1])
            pieces.append(piece)
        return b"".join(pieces)


def template(messages: bytes, names: Sequence[str]) -> Template:
    """Cut once; ``names`` is the order of each person's values. KeyError names a hole nobody has a value for."""
    at = {name: place for place, name in enumerate(names)}
    first, *others = _HOLE_BYTES.split(messages)
    rest = zip(others[::2], others[1::2], strict=True)
    return Template(first, tuple((at[name.decode()], piece) for name, piece in rest))
