"""What the searches of this folder hand to ``checking``: a place in the text with its meaning."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from content.fields.reading import Finding

HOLE = "\x00"
"""Stands where something has been understood already; no search matches it."""


@dataclass(frozen=True, slots=True)
class Spot:
    """``text[start:end]`` says ``found`` (canonical) and is better written as ``written``."""

    start: int
    end: int
    written: str
    rule: str
    found: tuple[str, ...] = ()


@dataclass(slots=True)
class Search:
    """One search's result."""

    spots: list[Spot] = field(default_factory=list)
    doubts: list[Finding] = field(default_factory=list)
    left: list[tuple[int, int]] = field(default_factory=list)
    """Places that are in doubt: nothing else may be read into them."""


def without(folded: str, places: Iterable[tuple[int, int]]) -> str:
    """The same text with holes; ``places`` in ascending order."""
    parts: list[str] = []
    position = 0
    for start, end in places:
        if end > position:
            start = max(start, position)
            parts.append(folded[position:start])
            parts.append(HOLE * (end - start))
            position = end
    if not parts:
        return folded
    parts.append(folded[position:])
    return "".join(parts)
