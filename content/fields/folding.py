"""Folding without moving: every character becomes at most one other, so that places stay the same.

Only digits, Latin letters and the signs that join numbers are folded; kana, kanji, brackets and commas are not.
NFKC over whole texts would also turn ㈱ into (株) and ① into 1 (reference: Unicode Annex 15, compatibility forms).
"""

from __future__ import annotations

WIDE = {
    code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
"""Full-width digits and Latin letters."""

DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\ufe63"
"""Everything drawn as a short line, without the long vowel marks ー and ｰ."""
WAVES = "~\u301c\uff5e\u223c"

_SIGNS = {
    "：": ":",
    "／": "/",
    "．": ".",
    "＠": "@",
    "＃": "#",
    "＋": "+",
    "￥": "¥",
    "，": ",",
    "\u3000": " ",
    "\xa0": " ",
    "\t": " ",
}
_FOLD = (
    WIDE
    | {ord(sign): plain for sign, plain in _SIGNS.items()}
    | {ord(dash): "-" for dash in DASHES}
    | {ord(wave): "~" for wave in WAVES}
)

_UNITS = {digit: number for number, digit in enumerate("〇一二三四五六七八九")}


def fold(text: str) -> str:
    """The same text, same length, with half-width digits, letters, hyphens, waves, colons and spaces."""
    return text if text.isascii() else text.translate(_FOLD)


def number_of(kanji: str) -> int | None:
    """「十二」 is 12, 「二十」 20, 「二一」 None (digit by digit is not how block numbers are written)."""
    tens, ten, units = kanji.partition("十")
    if len(tens) > 1 or len(units) > 1 or (not ten and not tens):
        return None
    if not all(sign in _UNITS for sign in tens + units):
        return None
    if not ten:
        return _UNITS[tens]
    return _UNITS.get(tens, 1) * 10 + _UNITS.get(units, 0)
