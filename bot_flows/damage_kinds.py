"""What is broken: the kinds of a report, and the everyday words for them."""

from __future__ import annotations

from functools import cache

from bot_flows.damage_facts import KINDS
from bot_flows.outcomes import Talk
from bot_flows.words import fold
from content.words import typed


def kind_word(talk: Talk, kind: str) -> str:
    """「道路の穴・段差」."""
    return talk.say(f"damage.kind_{kind}")


def kind_in(text: str) -> str:
    """The only kind whose everyday words stand in a text (「穴が開いています」 is hole), else an empty string."""
    said = fold(text)
    kinds = {kind for kind, word in _words() if word in said}
    return kinds.pop() if len(kinds) == 1 else ""


@cache
def _words() -> tuple[tuple[str, str], ...]:
    return tuple((kind, fold(word)) for kind, word in typed("damage") if kind in KINDS)
