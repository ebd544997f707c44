"""Simpler forms (縮退) of kanji outside JIS X 0213: offered to staff, never put into a name by force.

Chosen by hand for what occurs in the names of people and places; a test compares every pair with the
MJ縮退マップ where that map knows the character.
"""

from __future__ import annotations

_FORMS = (
    "髙高 𠮷吉 靑青 淸清 昻昂 亱夜 凬風 囯国 囬回 彥彦 惪徳 戶戸 敎教 畵画 悅悦 絕絶 內内 吳呉 㪅更 㨂揀 㵎澗 䥫鉄 䨺雲 䮾竜龍 "
    "䛒弁 稅税 說説 歲歳 旣既 姬姫 尙尚 閒間"
)
_SIMPLER = {pair[0]: tuple(pair[1:]) for pair in _FORMS.split()}


def simpler(character: str) -> tuple[str, ...]:
    """Forms in JIS X 0213, the usual one first; none when nothing is known."""
    return _SIMPLER.get(character, ())


def known() -> tuple[str, ...]:
    """Every character that has a simpler form here."""
    return tuple(_SIMPLER)
