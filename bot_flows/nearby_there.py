"""A postcode, a district or an address written while nothing is asked: what can be looked up there.

The bot asks for exactly these everywhere else. Only the district is kept; the rest of an address is not read.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot_flows import area, garbage, menu, settings
from bot_flows.nearby_found import nearest
from bot_flows.nearby_named import LABELS, kind_said, kinds
from bot_flows.outcomes import Answer, Choice, Outcome, Question, Reply, Start, Talk, Unclear
from bot_flows.pack_facts import District
from bot_flows.place_names import district_said
from bot_flows.words import fold, plain

_POSTCODE = re.compile(r"(?:郵便番号|〒)?[\s:は]*(\d{3})([-ー―‐−ｰ]?)(\d{4})")
_HOUSE = re.compile(r"\s*\d.*|(?:の|に)?(?:近く|ちかく|あたり|辺り|へん|付近)?(?:です|に住んでいます)?")
"""What may follow a district: the numbers of a house, and nothing that would make it another question."""
ROUNDED = 3
"""Decimals of a degree kept of the middle of a district, as of a position."""


def outcome_of(talk: Talk, text: str) -> Outcome | None:
    """What the name of a place opens at rest; None for a text that names none."""
    said = _POSTCODE.fullmatch(fold(text))
    if said is None:
        return _at(talk, _districts(talk, text)) or _ward(talk, text)
    found = talk.facts.town.districts_by_postcode(said[1] + said[3])
    if found or not said[2]:
        return _at(talk, found, {"postcode": said[1] + said[3]})
    return Reply(talk.say("area.unknown_postcode", town=talk.facts.town.name), menu.home(talk).choices)


def _at(talk: Talk, found: Sequence[District], among: dict[str, str] | None = None) -> Outcome | None:
    if not found:
        return None
    if len(found) == 1:
        return Start("nearby", "there", {"there": found[0].code})
    return Start("nearby", "district", {"among": among or {"words": found[0].name}, "page": 0})


def _ward(talk: Talk, text: str) -> Outcome | None:
    """A ward has districts to choose from."""
    ward = next((each for each in talk.facts.town.wards if fold(each) == plain(text)), "")
    return Start("nearby", "district", {"among": {"ward": ward}, "page": 0}) if ward else None


def _districts(talk: Talk, text: str) -> Sequence[District]:
    """The districts of this very name, or at the beginning of this address; the longest name of those that fit."""
    said = fold(text).removeprefix(fold(talk.facts.town.name))
    if very := area.of_name(talk, plain(said)):
        return very
    fits = [
        (len(name), each)
        for each in talk.facts.town.find_districts(said)
        for name in (fold(each.ward + each.name), fold(each.name))
        if said.startswith(name) and _HOUSE.fullmatch(said[len(name) :])
    ]
    longest = max((length for length, _ in fits), default=0)
    return [each for length, each in fits if length == longest]


def _district(talk: Talk) -> District | None:
    return talk.facts.town.district(str(talk.form.get("there", "")))


def ask_there(talk: Talk) -> Question:
    """What is looked for in the district; a report needs the very spot and asks for it itself."""
    district = _district(talk)
    choices = [
        Choice("shelter", talk.say("nearby.kind_shelter"), words=LABELS["shelter"][1]),
        Choice("garbage", talk.say("nearby.kind_garbage"), words=("ごみ",)),
        Choice("area", talk.say("nearby.here_area"), words=("地区を変える", "地区")),
        Choice("more", talk.say("nearby.here_more"), words=("ほか", "施設")),
    ]
    known, is_own = kinds(talk), district and district.code == talk.facts.resident.district
    left_out = {"shelter": "shelter" not in known, "area": bool(is_own), "more": not known}
    name = district_said(talk, district) if district else ""
    offered = tuple(each for each in choices if not left_out.get(each.id))
    return Question(talk.say("nearby.ask_there", district=name), offered)


def take_there(talk: Talk, given: Answer) -> Outcome:
    """The answer around the middle of the district, or what is told of it."""
    district = _district(talk)
    if district is None:
        return Start("nearby", "kind")
    if given.choice == "garbage":
        return garbage.told(talk, district, "")
    if given.choice == "area":
        is_new = talk.facts.resident.is_new
        return settings.change(talk, "area") if is_new else settings.change_to(talk, district.code)
    kind = "shelter" if given.choice == "shelter" else kind_said(talk, given.text)
    at = talk.facts.town.position_of(district.code)
    if kind or given.choice == "more":
        return _around(talk, kind, at, district)
    other = None if given.means_else or not given.text else outcome_of(talk, given.text)
    return other or Unclear()


def _around(talk: Talk, kind: str, at: tuple[float, float] | None, district: District) -> Outcome:
    if kind and at:
        return nearest(talk, kind, at, district_said(talk, district))
    return Start("nearby", "kind", {"at": [round(each, ROUNDED) for each in at]} if at else {})
