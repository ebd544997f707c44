"""Simpler forms (縮退) of kanji outside JIS X 0213: offered to staff, never put into a name by force.

Chosen by hand for what occurs in the names of people and places and for every kanji that a Windows keyboard can
type beyond the standard; compatibility ideographs follow Unicode's own mapping. A test compares every pair with the
MJ縮退マップ where that map knows the character. The wheels for old forms are no better here: of the characters
outside the standard, joyokanji 1.1 knows two, and a third of ja-itaiji 1.0's forms contradict the map.
"""

from __future__ import annotations

import unicodedata

_FORMS = (
    "髙高 𠮷吉 靑青 淸清 昻昂 亱夜 凬風 囯国 囬回 彥彦 惪徳 戶戸 敎教 畵画 悅悦 絕絶 內内 吳呉 㪅更 㨂揀 㵎澗 䥫鉄 䨺雲 䮾竜龍 "
    "銳鋭 產産 仼任 僴僩 峵嶸 愠慍 櫢擻 赶趕 﨣赳 﨩搗 㐧第 㝎定 䆫窓 䨇双 叄参 啔啓 囸日 奌点 扵於 枀松 胷胸 "
    "䛒弁 稅税 說説 歲歳 旣既 姬姫 尙尚 閒間"
)
_SIMPLER = {pair[0]: tuple(pair[1:]) for pair in _FORMS.split()}


def simpler(character: str) -> tuple[str, ...]:
    """Forms in JIS X 0213, the usual one first; none when nothing is known."""
    if character not in _SIMPLER and "\uf900" <= character <= "\ufaff":
        unified = unicodedata.normalize("NFC", character)
        return (unified,) if unified != character else ()
    return _SIMPLER.get(character, ())


def known() -> tuple[str, ...]:
    """Every character that has a simpler form here."""
    return tuple(_SIMPLER)
