"""Who writes another language than they read here is told, in that language, how to change it (flow V)."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from bot_flows import languages
from bot_flows.scene import Scene
from bot_flows.values import replace
from bot_flows.words import fold
from content.languages import offered
from content.sentences import FIRST_LANGUAGE, say
from content.words import of_language

_KANA = re.compile("[ぁ-ゖァ-ヺ]")
_LETTERS = (
    ("ko", re.compile("[가-힣]")),
    ("ne", re.compile("[\u0900-\u097f]")),
    ("vi", re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")),
)
_HAN = re.compile("[一-鿿]")
_SMALL = re.compile("[a-z]")
_WORD = re.compile("[a-z']{2,}")
_SENTENCE = 3
"""Words in Latin letters from which they are English and no name: 「LINE」, 「USB ケーブル」."""


def with_note(scene: Scene, text: str) -> Scene:
    """At rest, for whoever reads Japanese as everybody does at first: the answer ends with the way to their language."""
    code = "" if scene.flow is not None else _other(scene, text)
    if not code or languages.named(text):
        return scene
    return replace(scene, note=say("language.also", code, language=languages.own_name(code)))


def in_need(scene: Scene, text: str) -> Scene:
    """Words of need are answered in the language they are written in: nobody has to choose one first."""
    code = _other(scene, text)
    if not code and scene.facts.resident.language == FIRST_LANGUAGE and not _HAN.search(text):
        code = _latin_cry(text)
    return replace(scene, facts=languages.facts_in(scene.facts, code)) if code else scene


def _latin_cry(text: str) -> str:
    """Of the languages whose words of need are known, two have Latin letters; 「DV」 and 「SOS」 are Japanese, too."""
    if _KANA.search(text) or not _SMALL.search(text):
        return ""
    return "en" if text.isascii() else "vi"


def _other(scene: Scene, text: str) -> str:
    """The offered language a text is in, where its writer reads Japanese; else ""."""
    if scene.facts.resident.language != FIRST_LANGUAGE or _KANA.search(text):
        return ""
    code = language_of(text)
    return code if code and code in {each.code for each in offered()} else ""


@lru_cache(maxsize=4096)
def language_of(text: str) -> str:
    """The code of the language a text without kana is in, as far as its letters and our own words show; else ""."""
    for code, letters in _LETTERS:
        if letters.search(text):
            return code
    if _HAN.search(text):
        return _chinese(text)
    said = fold(text).rstrip("!.? ")
    return _latin().get(said) or ("en" if len(_WORD.findall(said)) >= _SENTENCE else "")


def _chinese(text: str) -> str:
    """Chinese by a letter that Japan does not use: the letters of Japanese keyboards are those of Windows-31J."""
    if _fits(text, "cp932"):
        return ""
    return "zh-Hans" if _fits(text, "gb2312") else "zh-Hant"


def _fits(text: str, letters: str) -> bool:
    try:
        text.encode(letters)
    except UnicodeEncodeError:
        return False
    return True


@cache
def _latin() -> dict[str, str]:
    return {fold(word): code for code in ("vi", "en") for word in of_language(code)}
