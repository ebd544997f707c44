"""Wards and districts as residents read them: as on the sign, with a reading where the sign cannot be read."""

from __future__ import annotations

import re
from functools import lru_cache

import jaconv

from bot_flows.outcomes import Talk
from bot_flows.pack_facts import District
from content.languages import EASY, language
from content.sentences import spoken

_CHOME = re.compile("([0-9]+)ちょうめ")
_LONG = re.compile(r"ou|oo|uu")


@lru_cache(maxsize=16384)
def romaji(kana: str) -> str:
    """A reading as signs in Japan write it: 「ほんまち」 is Honmachi, 「とうざい」 is Tozai."""
    spaced = _CHOME.sub(r" \1-ちょめ", jaconv.kata2hira(kana))
    latin = _LONG.sub(lambda found: found[0][0], str(jaconv.kana2alphabet(spaced)))
    return latin[:1].upper() + latin[1:]


def latin(text: str) -> str:
    """Latin letters as they are compared: without blanks, hyphens and long vowels."""
    return _LONG.sub(lambda found: found[0][0], re.sub(r"[^a-z0-9]", "", text.lower()))


def _reading(talk: Talk, kana: str) -> str:
    code = spoken(talk.facts.resident.language)
    if code == EASY:
        return jaconv.kata2hira(kana)
    return romaji(kana) if language(code).latin else ""


def district_said(talk: Talk, district: District) -> str:
    """「東区青葉」; 「東区青葉（あおば）」 in easy Japanese, 「東区青葉 (Aoba)」 for Latin letters."""
    return _with(district.ward + district.name, _reading(talk, district.kana), talk)


def name_said(talk: Talk, district: District) -> str:
    """The district without its ward."""
    return _with(district.name, _reading(talk, district.kana), talk)


def ward_said(talk: Talk, ward: str) -> str:
    """「東区」; 「東区 (Higashi-ku)」 when the pack has the ward's reading."""
    return _with(ward, talk.facts.town.named(ward, spoken(talk.facts.resident.language)), talk)


def _with(name: str, reading: str, talk: Talk) -> str:
    if not reading or reading == name:
        return name
    is_easy = spoken(talk.facts.resident.language) == EASY
    return f"{name}（{reading}）" if is_easy else f"{name} ({reading})"
