"""One spelling for words that sound or look alike, and where a word may begin and end in a sentence. Pure.

``key`` is for comparing only, never for showing: widths, case, kana kinds, long vowels, small kana and marks are gone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Set
from dataclasses import dataclass
from functools import cached_property, lru_cache

from rapidfuzz.distance import DamerauLevenshtein

from content.asking import kanji, readings

_TO_HIRAGANA = {code: code - 0x60 for code in range(0x30A1, 0x30F7)}
_SMALL = str.maketrans("ぁぃぅぇぉっゃゅょゎゕゖ", "あいうえおつやゆよわかけ")
_KANA_FOR = {
    ord(kanji): kana
    for kanji, kana in zip(
        "瓶壜蓋鞄鋏燃傘靴皿枕鍋釘鍵箸畳机",
        [
            "びん",
            "びん",
            "ふた",
            "かばん",
            "はさみ",
            "も",
            "かさ",
            "くつ",
            "さら",
            "まくら",
            "なべ",
            "くぎ",
            "かぎ",
            "はし",
            "たたみ",
            "つくえ",
        ],
        strict=True,
    )
}
"""Kanji people write in kana as often."""
_ONE_WAY = {
    "たいくかん": "たいいくかん", "ベット": "ベッド", "べっと": "べっど", "バック": "バッグ", "ホッチキス": "ホチキス", "ティシュ": "ティッシュ",
    "子供": "こども", "子ども": "こども", "広場": "ひろば", "無くし": "なくし", "失くし": "なくし", "亡くし": "なくし", "無くな": "なくな",
    "分か": "わか", "判ら": "わか", "解ら": "わか", "引越": "引っ越", "申込": "申し込", "受取": "受け取", "引取": "引き取",
    "払込": "払い込", "届出": "届け出", "問合": "問い合", "問い合せ": "問い合わせ", "下さい": "ください", "出来": "でき",
    "何処": "どこ", "欲し": "ほし", "貰": "もら", "壊": "こわ", "汚": "よご", "舘": "館",
}  # fmt: skip
"""Words people write in several ways, to one of them; the same for what a town writes and what is asked."""
_WAYS = re.compile("|".join(sorted(map(re.escape, _ONE_WAY), key=len, reverse=True)))
_DROP = re.compile(r"[^\w〇々]+|[_ー]+")
_KANJI = re.compile("[\u4e00-\u9fff々]")
_PARTICLES = frozenset("をはがのにでもとへやか")


def one_way(text: str) -> str:
    """The text in half-width letters, with what is written in several ways written in one."""
    return _WAYS.sub(lambda found: _ONE_WAY[found[0]], unicodedata.normalize("NFKC", text))


@lru_cache(maxsize=4096)
def key(text: str) -> str:
    """The letters a word is compared by: 「ペット・ボトル」 and 「ぺっとぼとる」 are both 「ぺつとぼとる」."""
    folded = one_way(text).casefold().translate(_TO_HIRAGANA).translate(_KANA_FOR)
    return _DROP.sub("", folded).translate(_SMALL)


_READINGS, _LETTERS = readings(), kanji()
_JOINED, _ALONE = 0, 1
_SHORTEST_SOUND, _SHORTEST_APART = 3, 4


def _lengths() -> dict[str, list[int]]:
    """How long the listed words are that begin with a letter, the longest first."""
    found: dict[str, set[int]] = {}
    for word in [*_READINGS, *_LETTERS]:
        found.setdefault(word[0], set()).add(len(word))
    return {first: sorted(lengths, reverse=True) for first, lengths in found.items()}


_LENGTHS = _lengths()


def sound(text: str, *, apart: bool = False) -> str:
    """The text in kana as far as it can be read; ``apart`` reads unlisted words kanji by kanji: 「庭木」 is 「にわき」."""
    heard, at = "", 0
    while at < len(text):
        lengths = _LENGTHS.get(text[at])
        if not lengths:
            heard += text[at]
            at += 1
            continue
        words = (text[at : at + length] for length in lengths)
        word = next((each for each in words if each in _READINGS or each in _LETTERS), text[at])
        beside = text[at - 1 : at] + text[at + len(word) : at + len(word) + 1]
        heard += _read(word, joined=has_kanji(beside) and not apart)
        at += len(word)
    return heard


def _read(word: str, *, joined: bool) -> str:
    if word in _LETTERS:
        return _LETTERS[word][_JOINED] if joined else _READINGS.get(word, _LETTERS[word][_ALONE])
    return _READINGS.get(word, word)


def spellings(word: str) -> tuple[str, ...]:
    """The keys of a word as written and, when all of it can be read, in kana; short ones are too often by chance."""
    written = key(word)
    if not has_kanji(word):
        return (written,)
    sounds = [(key(sound(word)), _SHORTEST_SOUND), (key(sound(word, apart=True)), _SHORTEST_APART)]
    kana = (each for each, least in sounds if not has_kanji(each) and len(each) >= least)
    return tuple(dict.fromkeys((written, *kana)))


def has_kanji(letters: str) -> bool:
    """Whether a single letter already carries a meaning."""
    return bool(_KANJI.search(letters))


def is_one_off(one: str, other: str) -> bool:
    """One kana wrong, missing, too many or swapped; only for words of four letters and more."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    if DamerauLevenshtein.distance(one, other, score_cutoff=1) > 1:
        return False
    return _KANJI.findall(one) == _KANJI.findall(other)


def any_of(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of words as ``key`` spells them, the longest first."""
    return re.compile("|".join(sorted({key(word) for word in words}, key=len, reverse=True)))


def _script(letter: str) -> str:
    if _KANJI.match(letter):
        return "kanji"
    if "ァ" <= letter <= "ー":
        return "katakana"
    if "ぁ" <= letter <= "ゖ":
        return "hiragana"
    return "digit" if letter.isdigit() else "latin"


@dataclass(frozen=True)
class Writing:
    """A text by its key letters. ``edges`` are the places between letters where a word may begin or end."""

    text: str
    """Already cut to what is read of it."""

    @cached_property
    def letters(self) -> str:
        return self._read[0]

    @cached_property
    def changes(self) -> frozenset[int]:
        """Where the script changes, a mark stood, or the text begins or ends."""
        return self._read[1]

    @cached_property
    def katakana(self) -> frozenset[int]:
        """Letters written in katakana: no ending of a sentence stands in there."""
        return self._read[2]

    @cached_property
    def edges(self) -> frozenset[int]:
        beside = {at + side for at, one in enumerate(self.letters) if one in _PARTICLES for side in (0, 1)}
        return self.changes | beside

    @cached_property
    def weights(self) -> tuple[float, ...]:
        """How much each letter says: a kanji or a digit says more than a kana."""
        return tuple(1.6 if _KANJI.match(one) or one.isdigit() else 1.0 for one in self.letters)

    @cached_property
    def _read(self) -> tuple[str, frozenset[int], frozenset[int]]:
        letters: list[str] = []
        changes, katakana, before = {0}, set[int](), ""
        for each in one_way(self.text):
            folded = key(each)
            script = _script(each) if folded or each == "ー" else ""
            if script != before and not (each == "ー" and before):
                changes.add(len(letters))
                before = script
            if script == "katakana":
                katakana.update(range(len(letters), len(letters) + len(folded)))
            letters.extend(folded)
        changes.add(len(letters))
        return "".join(letters), frozenset(changes), frozenset(katakana)

    def holds(self, first: int, last: int, more_edges: Set[int] = frozenset()) -> bool:
        """Whether the letters ``first:last`` may be a word: short ones must not be cut out of a longer one."""
        word = self.letters[first:last]
        kanji = sum(1 for letter in word if _KANJI.match(letter))
        if (len(word) >= 4 and not word.isascii()) or (kanji >= 2 and len(word) >= 2):
            return True
        begins, ends = (at in self.edges or at in more_edges for at in (first, last))
        return begins or ends if kanji and len(word) >= 2 else begins and ends
