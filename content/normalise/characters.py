"""Characters: widths, kana, short lines that are long vowels and the other way round, signs not every device has.

Repertoire: JIS X 0213 (政府の文字環境導入実践ガイドブック). What is outside is never replaced by force: names keep
their characters, a simpler form is only offered.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import cache

import jaconv

from content.fields.folding import WIDE
from content.fields.reading import Finding
from content.normalise.shrink import simpler
from content.normalise.spots import Spot

_WIDE_RUN = re.compile("[０-９Ａ-Ｚａ-ｚ]+")
_HALF_KANA = re.compile("[\uff61-\uff9f]+")
_LINES = "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\uff0d\uff70\u2500\u2501"
_BETWEEN_KANA = re.compile(rf"(?P<line>[{_LINES}])(?<=[ァ-ヺー].)(?P<after>[ァ-ヺ]{{0,20}})")
_KANA_BEFORE = re.compile("[ァ-ヺー]{1,20}$")
_BETWEEN_DIGITS = re.compile("[\u2010-\u2015\u2212\uff0dー\uff70](?<=[0-9０-９].)(?=[0-9０-９])")
_SMALL = "ァィゥェォャュョヮ"
_SQUARES = {
    "㈱": "（株）", "㈲": "（有）", "㈹": "（代）", "㍿": "株式会社", "℡": "TEL", "№": "No.", "㏍": "K.K.",
    "㎜": "mm", "㎝": "cm", "㎞": "km", "㎎": "mg", "㎏": "kg", "㏄": "cc", "ℓ": "L", "㍑": "リットル", "㍍": "メートル",
    "㌔": "キロ", "㌢": "センチ", "㌘": "グラム", "㌧": "トン", "㌫": "パーセント", "㌶": "ヘクタール", "㌍": "カロリー",
    "㌻": "ページ", "㍉": "ミリ", "㍻": "平成", "㍼": "昭和", "㍽": "大正", "㍾": "明治", "㋿": "令和", "\xa0": " ",
    "\uff5e": "\u301c",
}  # fmt: skip
_SQUARE = re.compile(f"[{''.join(_SQUARES)}]")
_INVISIBLE = re.compile("[\u200b\u2060\ufeff\u00ad\u180e]+")
_ENCLOSED = re.compile("[①-⑳Ⅰ-ⅻ㊤㊥㊦㊧㊨㉑-㊿]")
_ODD_SENTENCES = {
    "bidi": "文字の並ぶ向きを変える、見えない記号が入っています。消してください。",
    "control": "画面に出ない制御文字が入っています。消してください。",
    "private": "外字が入っています。ほかの機器では見えません。ふつうの文字かひらがなに直してください。",
    "replacement": "読めなくなった文字（�）があります。元の文を見て、入れ直してください。",
}


@cache
def plain_characters() -> frozenset[str]:
    """Characters that need no look: JIS X 0213 and ASCII, apart from those another form is better for."""
    repertoire = {chr(code) for code in (*range(0x20, 0xD800), *range(0xF900, 0xFFFE)) if _in_jis(chr(code))}
    better = {chr(code) for code in WIDE} | set(_SQUARES) | {chr(code) for code in range(0xFF61, 0xFFA0)}
    enclosed = {sign for sign in repertoire if _ENCLOSED.match(sign)}
    return frozenset((repertoire | set("\n\r\t")) - better - enclosed - set("\xad\x7f"))


def _in_jis(character: str) -> bool:
    """JIS X 0213, by Python's own codec of it."""
    try:
        character.encode("euc_jis_2004")
    except UnicodeEncodeError:
        return False
    return True


def better_characters(text: str, odd: set[str]) -> Iterator[Spot]:
    """Changes of characters; ``odd`` are the text's characters outside ``plain_characters``."""
    if odd:
        for match in _WIDE_RUN.finditer(text):
            yield Spot(*match.span(), match[0].translate(WIDE), "width")
        for match in _HALF_KANA.finditer(text):
            yield Spot(*match.span(), jaconv.h2z(match[0]), "kana-width")
        for match in _SQUARE.finditer(text):
            rule = {"\xa0": "space", "\uff5e": "wave"}.get(match[0], "machine-dependent")
            yield Spot(*match.span(), _SQUARES[match[0]], rule)
        for match in _INVISIBLE.finditer(text):
            yield Spot(*match.span(), "", "invisible")
    for match in _BETWEEN_DIGITS.finditer(text):
        yield Spot(*match.span(), "-", "hyphen")
    for match in _BETWEEN_KANA.finditer(text):
        if _is_long_vowel(_before(text, match), match["after"]):
            yield Spot(*match.span("line"), "ー", "long-vowel")


def _before(text: str, match: re.Match[str]) -> str:
    """The katakana before a line, at most twenty."""
    found = _KANA_BEFORE.search(text, max(0, match.start() - 20), match.start())
    return found[0] if found else "ー"


def _is_long_vowel(before: str, after: str) -> bool:
    """「デ－タ」, 「コンピュ－タ」: certain when what stands before cannot be a word of its own."""
    return bool(after) and before[-1] not in "ーッン" and (len(before) == 1 or before[-1] in _SMALL)


def doubtful_characters(text: str, odd: set[str]) -> Iterator[Finding]:
    """Characters to look at; one finding per character."""
    for character in sorted(odd):
        kind = _kind(character)
        if kind in _ODD_SENTENCES:
            yield Finding(kind, text.index(character), _ODD_SENTENCES[kind])
        elif kind == "enclosed":
            plain = unicodedata.normalize("NFKC", character)
            sentence = f"「{character}」は機種によって読み上げられません。「({plain})」と書くと確かです。"
            yield Finding("machine-dependent", text.index(character), sentence)
        elif kind == "kanji":
            yield Finding("outside-jis", text.index(character), _offer(character))
    for match in _BETWEEN_KANA.finditer(text):
        before = _before(text, match)
        if (
            before[-1] not in "ーッ"
            and not match["line"].isascii()
            and not _is_long_vowel(before, match["after"])
        ):
            words = f"{before}{match[0]}"
            sentence = f"「{words}」の横線は、のばす音なら「ー」、区切りなら「・」と書いてください。"
            yield Finding("long-vowel", match.start(), sentence)


def _offer(character: str) -> str:
    forms = simpler(character)
    if forms:
        names = "」か「".join(forms)
        return f"「{character}」は表示できない機器があります。名前でなければ「{names}」に替えられます。"
    return f"「{character}」は表示できない機器があります。名前でなければ、ひらがなで書いてください。"


def _kind(character: str) -> str:
    code = ord(character)
    if 0x202A <= code <= 0x202E or 0x2066 <= code <= 0x2069:
        return "bidi"
    if 0xE000 <= code <= 0xF8FF or code >= 0xF0000:
        return "private"
    if code == 0xFFFD:
        return "replacement"
    if _ENCLOSED.match(character):
        return "enclosed"
    if 0x3400 <= code <= 0x9FFF or 0xF900 <= code <= 0xFAFF or 0x20000 <= code <= 0x3FFFF:
        return "" if _in_jis(character) else "kanji"
    return "control" if unicodedata.category(character) == "Cc" and character not in "\n\r\t" else ""
