"""Words of emergency and distress: looked at before anything else, in every spelling and language people use in need.

When in doubt the numbers that help are shown. Only what plainly speaks of something else is left out first:
stories, idioms, things with such a word in their name.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache

from bot_flows.cry_lines import Notation, Words, words
from bot_flows.words import fold
from content import cries

EMERGENCY, DISASTER, CARE = "emergency", "disaster", "care"
_KINDS = (EMERGENCY, DISASTER, CARE)
_WITHOUT_MARKS = "vi-bare"
LANGUAGES = ("ja", "zh", "ko", "ne", "en", "vi", _WITHOUT_MARKS, "latin")
"""Vietnamese as it is typed on a phone that has no marks."""

_KANA, _KANJI = re.compile("[ぁ-ん]"), re.compile("[一-龠]")
_LATIN, _HANGUL, _NAGARI = re.compile("[a-zà-ỹ]"), re.compile("[가-힣]"), re.compile("[ऀ-ॿ]")
_ONE_BY_ONE = re.compile(r"(?<![^\W\d_])([^\W\d_])[.。・…·*/_\-]+(?=[^\W\d_](?:[.。・…·*/_\-]|$))")
"""A letter standing alone between dots: 「死.に.た.い」."""
_BLANKS, _MARKS, _APOSTROPHES = re.compile(r"[\s・]+"), re.compile(r"[\W_]+"), re.compile("['’`]")


@lru_cache(maxsize=4096)
def cry_for_help(text: str) -> str:
    """``EMERGENCY``, ``DISASTER`` or ``CARE`` when the text speaks of such a need, else an empty string."""
    found = {_cry(language, said) for language, said in _read(fold(text))}
    return next((kind for kind in _KINDS if kind in found), "")


def warm_up() -> None:
    """Make the patterns before the first resident waits for them: half a second, once a process."""
    for language in LANGUAGES:
        _words(language)


def _read(folded: str) -> Iterator[tuple[str, str]]:
    """The languages whose letters stand there, each with the text as its lines are compared."""
    if not folded.isascii():
        joined = _BLANKS.sub("", _ONE_BY_ONE.sub(r"\1", folded))
        if _KANA.search(joined):
            yield "ja", joined
        elif _KANJI.search(joined):
            yield from (("ja", joined), ("zh", joined))
        elif _HANGUL.search(joined):
            yield "ko", joined
        elif _NAGARI.search(joined):
            yield "ne", joined
    if _LATIN.search(folded) or folded.isdigit():
        spaced = _MARKS.sub(" ", _APOSTROPHES.sub("", folded)).strip()
        vietnamese = _WITHOUT_MARKS if spaced.isascii() else "vi"
        yield from ((each, spaced) for each in ("en", vietnamese, "latin"))


def _cry(language: str, said: str) -> str:
    """What the text says once harmless things and stories are left out."""
    known = _words(language)
    kind = _first(known, said)
    if not kind or (known["story"].found_in(said) and not known["own"].found_in(said)):
        return ""
    left = known["harmless"].taken_out(said)
    return kind if left == said else _first(known, left)


def _first(known: Mapping[str, Words], said: str) -> str:
    return next((kind for kind in _KINDS if known[kind].found_in(said)), "")


@cache
def _words(language: str) -> Mapping[str, Words]:
    """The patterns of a language, made once a process; what it has no lines of is found nowhere."""
    file = language.removesuffix("-bare")
    spell = _without_marks if language == _WITHOUT_MARKS else str
    tables = cries.lines(file)
    sets = {spell(name): spell(text) for name, text in tables.get("sets", {}).items()}
    notation = Notation(sets, cries.readings(file), spaced=file in ("en", "vi", "latin"))
    kinds = (*_KINDS, "harmless", "story", "own")
    return {
        kind: words(
            (spell(line) for idea in tables.get(kind, {}).values() for line in idea.splitlines()), notation
        )
        for kind in kinds
    }


def _without_marks(text: str) -> str:
    """「cứu tôi」 → 「cuu toi」"""
    parts = unicodedata.normalize("NFD", text.replace("đ", "d").replace("Đ", "D"))
    return "".join(each for each in parts if not unicodedata.combining(each))
