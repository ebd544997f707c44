"""Where a resident lives, the step shared by set-up, settings and garbage day.

Ways in: postcode, a typed name, position, ward and district lists of ten with 「ほかの町」. The form gets
``area`` = {"ward", "district", "outside"}; a position is reduced to its district and not kept.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot_flows.guide import cut
from bot_flows.outcomes import Answer, Choice, Go, Outcome, Part, Question, Step, Talk, Unclear
from bot_flows.pack_facts import District
from bot_flows.place_names import district_said, latin, name_said, romaji, ward_said
from bot_flows.words import answered, fold

A_PAGE = 9
"""Districts on one page when there are more than ten; the tenth choice is 「ほかの町」."""
_SEVEN = re.compile(r"〒?\s*(\d{3})[-ー―‐−ｰ\s]?(\d{4})")
_DIGITS = re.compile(r"〒?[\d\-ー―‐−ｰ\s]+")


def shown(talk: Talk, area: Mapping[str, Any] | None = None) -> str:
    """An area as residents read it: 「東区青葉」, 「市外」."""
    chosen = talk.form.get("area", {}) if area is None else area
    if chosen.get("outside"):
        return talk.say("area.shown_outside")
    district = talk.facts.town.district(chosen.get("district", "")) if chosen.get("district") else None
    if district:
        return district_said(talk, district)
    ward = str(chosen.get("ward", ""))
    return ward_said(talk, ward) if ward else talk.say("area.shown_none")


def saved(talk: Talk) -> dict[str, Any]:
    """The area they have now, as forms keep it."""
    resident = talk.facts.resident
    return {"ward": resident.ward, "district": resident.district, "outside": resident.outside}


def _picked(talk: Talk, district: District) -> Part:
    area = {"ward": district.ward, "district": district.code, "outside": False}
    return Part("area", {**_clean(talk), "area": area})


def _clean(talk: Talk) -> dict[str, Any]:
    """The form without the scratch values of this step."""
    return {name: value for name, value in talk.form.items() if name not in ("among", "page", "here", "ward")}


# ---- the question --------------------------------------------------------------------------------------


def _ask(talk: Talk) -> Question:
    town = talk.facts.town
    by_list = talk.say("area.by_ward") if len(town.wards) > 1 else talk.say("area.by_list")
    choices = [
        Choice("position", talk.say("area.by_position"), "location", hint=talk.say("area.position_hint")),
        Choice("ward", by_list, words=("区", "区から", talk.say("area.by_ward"))),
    ]
    if talk.form.get("use") not in ("garbage", "month", "bulky"):
        choices.append(Choice("outside", talk.say("area.outside"), words=("市外",)))
    text = talk.say("area.ask")
    if _has_area(talk):
        choices.append(Choice("keep", talk.say("area.as_it_is")))
        text = f"{text}\n{talk.say('area.as_it_is_named', district=shown(talk))}"
    return Question(text, tuple(choices))


def _has_area(talk: Talk) -> bool:
    area = talk.form.get("area", {})
    return bool(area.get("district") or area.get("outside"))


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "keep":
        return Part("area", _clean(talk))
    if given.choice == "outside":
        return Part("area", {**_clean(talk), "area": {"ward": "", "district": "", "outside": True}})
    if given.choice == "ward":
        wards = talk.facts.town.wards
        if len(wards) > 1:
            return Go("ward", {**_clean(talk), "page": 0})
        return Go("district", {**_clean(talk), "among": {"ward": wards[0] if wards else ""}, "page": 0})
    if given.position is not None:
        return _by_position(talk, given.position)
    return by_text(talk, given)


def _by_position(talk: Talk, position: tuple[float, float]) -> Outcome:
    district = talk.facts.town.nearest_district(*position)
    if district is None:
        return Unclear(talk.say("area.far", town=talk.facts.town.name), talk.say("area.by_ward_instead"))
    return Go("here", {**_clean(talk), "here": district.code})


def by_text(talk: Talk, given: Answer) -> Outcome:
    """A postcode or a name; words that mean something else are left to their own meaning."""
    text = fold(given.text)
    second = talk.say("area.by_ward_instead")
    seven = _SEVEN.fullmatch(text)
    if seven:
        among = {"postcode": seven[1] + seven[2]}
        return _narrow(talk, among) or Unclear(
            talk.say("area.unknown_postcode", town=talk.facts.town.name), second
        )
    if not text or _DIGITS.fullmatch(text):
        return Unclear(talk.say("area.not_a_postcode", example=talk.facts.town.a_postcode), second)
    if given.means_else and not _exact(talk, given.text):
        return Unclear("", second)
    said = answered(given.text)
    ward = next((ward for ward in talk.facts.town.wards if fold(ward) == said), "")
    if ward:
        return Go("district", {**_clean(talk), "among": {"ward": ward}, "page": 0})
    unknown = talk.say("area.unknown_name", example=talk.facts.town.a_postcode)
    return _narrow(talk, {"words": said[:40]}) or Unclear(unknown, second)


def _exact(talk: Talk, text: str) -> bool:
    word = fold(text)
    return any(word in _names(each) for each in _found(talk, {"words": text}))


def of_name(talk: Talk, word: str) -> Sequence[District]:
    """The districts of exactly this name, folded, in kana or Latin letters, too."""
    return [each for each in _found(talk, {"words": word}) if word in _names(each)] if word else ()


def _names(district: District) -> tuple[str, ...]:
    names = (district.name, district.kana, district.ward + district.name, romaji(district.kana))
    return tuple(fold(name) for name in names)


def _narrow(talk: Talk, among: Mapping[str, str]) -> Outcome | None:
    """One district is taken (a typed name only when it is the very name, else confirmed); several are listed."""
    found = _found(talk, among)
    if not found:
        return None
    if len(found) > 1:
        said = fold(among.get("words", ""))
        very = [each for each in found if said and said in _names(each)]
        if len(very) != 1:
            return Go("district", {**_clean(talk), "among": dict(among), "page": 0})
        found = very
    sure = "postcode" in among or fold(among["words"]) in _names(found[0])
    return _picked(talk, found[0]) if sure else Go("here", {**_clean(talk), "here": found[0].code})


def _found(talk: Talk, among: Mapping[str, str]) -> Sequence[District]:
    town = talk.facts.town
    if "postcode" in among:
        return town.districts_by_postcode(among["postcode"])
    if "words" in among:
        return by_words(talk, among["words"])
    return town.districts(among.get("ward", ""))


def by_words(talk: Talk, words: str) -> Sequence[District]:
    """The districts a name fits, in Japanese or in the letters our own lists add for readers of another language."""
    return talk.facts.town.find_districts(words) or _in_letters(talk, words)


def _in_letters(talk: Talk, words: str) -> Sequence[District]:
    """A district as our own lists write it for readers of Latin letters: "Otemon", "ootemon"."""
    said = latin(fold(words))
    if len(said) < 3 or not said.isascii():
        return ()
    town = talk.facts.town
    every = [(latin(romaji(each.kana)), each) for ward in town.wards for each in town.districts(ward)]
    return [each for name, each in every if name == said] or [
        each for name, each in every if name.startswith(said)
    ][: A_PAGE + 1]


# ---- lists -----------------------------------------------------------------------------------------------


def _page(talk: Talk, labels: Sequence[tuple[str, str, str]]) -> tuple[Choice, ...]:
    """(id, label, name on the sign) as choices: all when ten or fewer, else nine and 「ほかの町」, round and round."""
    if len(labels) <= A_PAGE + 1:
        return tuple(Choice(id_, cut(label), words=(label, name)) for id_, label, name in labels)
    first = int(talk.form.get("page", 0)) * A_PAGE % (-(-len(labels) // A_PAGE) * A_PAGE)
    here = labels[first : first + A_PAGE]
    more = Choice("more", talk.say("area.more"), words=("ほか", "次", "つぎ"))
    return (*(Choice(id_, cut(label), words=(label, name)) for id_, label, name in here), more)


def _next_page(talk: Talk, step: str) -> Go:
    return Go(step, {**talk.form, "page": int(talk.form.get("page", 0)) + 1})


def _ask_ward(talk: Talk) -> Question:
    return Question(
        talk.say("area.ask_ward"),
        _page(talk, [(ward, ward_said(talk, ward), ward) for ward in talk.facts.town.wards]),
    )


def _take_ward(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "more":
        return _next_page(talk, "ward")
    if given.choice in talk.facts.town.wards:
        return Go(
            "district", {**_clean(talk), "ward": given.choice, "among": {"ward": given.choice}, "page": 0}
        )
    return by_text(talk, given) if given.position is None else _by_position(talk, given.position)


def _ask_district(talk: Talk) -> Question:
    among = talk.form.get("among", {})
    found = _found(talk, among)
    in_one_ward = len({each.ward for each in found}) == 1
    said = name_said if in_one_ward else district_said
    labels = [(each.code, said(talk, each), each.name) for each in found]
    ward = among.get("ward", "")
    text = (
        talk.say("area.ask_district_in", ward=ward_said(talk, ward))
        if ward
        else talk.say("area.ask_district")
    )
    return Question(text, _page(talk, labels))


def _take_district(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "more":
        return _next_page(talk, "district")
    district = talk.facts.town.district(given.choice) if given.choice else None
    if district:
        return _picked(talk, district)
    said = fold(given.text)
    here = [each for each in _found(talk, talk.form.get("among", {})) if said and said in _names(each)]
    if len(here) == 1:
        return _picked(talk, here[0])
    return by_text(talk, given) if given.position is None else _by_position(talk, given.position)


def _ask_here(talk: Talk) -> Question:
    name = shown(talk, {"district": talk.form.get("here", "")})
    yes = Choice("yes", talk.say("area.yes"), words=("うん", "そう", "ok", "そうです"))
    no = Choice("no", talk.say("area.no"), words=("いいえ", "ちがいます", "違う", "違います"))
    return Question(talk.say("area.ask_here", district=name), (yes, no))


def _take_here(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "no":
        return Go("area", _clean(talk))
    district = talk.facts.town.district(str(talk.form.get("here", "")))
    if given.choice == "yes" and district:
        return _picked(talk, district)
    return by_text(talk, given) if given.position is None else _by_position(talk, given.position)


STEPS = {
    "area": Step("area", _ask, _take, shown),
    "ward": Step("area", _ask_ward, _take_ward, lambda talk: str(talk.form.get("ward", ""))),
    "district": Step("area", _ask_district, _take_district, shown),
    "here": Step("area", _ask_here, _take_here),
}
