"""Flow I: the nearest shelter or facility, by position, district or the name of a place.

A position is used for the answer and dropped. Only while a question about it is open the form holds it, rounded to
about 100 metres (to a metre while it may become a report); no answer, draft or door of ours carries it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import area, damage_doors, event_list, facility_card, garbage, guide, settings
from bot_flows.nearby_found import nearest
from bot_flows.nearby_named import LABELS, among_chosen, ask_among, by_name, kind_said, kinds
from bot_flows.nearby_there import ask_there, take_there
from bot_flows.outcomes import (
    Answer,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.place_names import district_said

EXACT = 5
"""Decimals kept until it is said what the place is for: a report of damage needs the very spot, about a metre."""
ROUNDED = 3
"""Decimals of a degree kept while a question is open: about 100 metres."""


# ---- doors -------------------------------------------------------------------------------------------------


def chooser(talk: Talk, lead: str = "") -> Outcome:
    """「地図・施設」: first what is looked for."""
    return Start("nearby", "kind", lead=lead)


def of_kind(talk: Talk, kind: str) -> Outcome:
    """「避難所をさがす」: the kind is known, ask where. Without a list of that kind: the town's pages."""
    if kind not in talk.facts.town.facility_kinds:
        return guide.subject(talk, "shelter" if kind == "shelter" else "map")
    return Start("nearby", "area", {"kind": kind})


def at_place(talk: Talk, position: tuple[float, float] | None) -> Outcome:
    """A position sent while nothing is asked: what is looked for there, garbage among it."""
    if position is None or not talk.facts.town.facility_kinds:
        return garbage.at_place(talk, position)
    return Start("nearby", "alone", {"at": [round(each, EXACT) for each in position]})


def shelters_at(talk: Talk, position: tuple[float, float] | None) -> Outcome:
    """A position sent from the tab for emergencies, whose one way to LINE's location screen is 「避難所」."""
    if position is None or "shelter" not in kinds(talk):
        return at_place(talk, position)
    return nearest(talk, "shelter", position)


def show(talk: Talk, facility_id: str) -> Outcome:
    """One facility of an earlier list."""
    facility = talk.facts.town.facility(facility_id)
    if facility is None:
        return chooser(talk, talk.say("nearby.gone"))
    return facility_card.one(talk, facility)


def go(talk: Talk, facility_id: str) -> Outcome:
    """「ここに行きます」 below a shelter."""
    facility = talk.facts.town.facility(facility_id)
    if facility is None:
        return chooser(talk, talk.say("nearby.gone"))
    return facility_card.going(talk, facility)


# ---- a place, and nothing said ---------------------------------------------------------------------------


def _ask_alone(talk: Talk) -> Question:
    """What people send their place for; the rest of the kinds is one touch away."""
    choices = [
        Choice("shelter", talk.say("nearby.kind_shelter"), words=LABELS["shelter"][1]),
        Choice("area", talk.say("nearby.here_area"), words=("地区を変える", "地区")),
        Choice("report", talk.say("nearby.here_report"), words=("通報",)),
        Choice("garbage", talk.say("nearby.kind_garbage"), words=("ごみ",)),
        Choice("more", talk.say("nearby.here_more"), words=("ほか", "施設")),
    ]
    if "shelter" not in kinds(talk):
        choices = choices[1:]
    return Question(f"{talk.say('nearby.ask_here')}{talk.say('nearby.position_used')}", tuple(choices))


def _take_alone(talk: Talk, given: Answer) -> Outcome:
    at = _kept_position(talk.form)
    if given.position or at is None:
        return at_place(talk, given.position)
    match given.choice:
        case "more":
            # Begun anew, so that the exact place is not kept to go back to.
            return Start("nearby", "kind", {"at": [round(each, ROUNDED) for each in at]})
        case "area":
            return _area_here(talk, at)
        case "report":
            return damage_doors.at(talk, at)
        case "shelter" | "garbage":
            return _take_kind(talk, given)
    kind = kind_said(talk, given.text)
    return nearest(talk, kind, at) if kind else Unclear()


def _area_here(talk: Talk, at: tuple[float, float]) -> Outcome:
    """The district of the place as one's own, confirmed first; outside the town it is chosen as usual."""
    district = talk.facts.town.nearest_district(*at)
    if talk.facts.resident.is_new or district is None:
        return settings.change(talk, "area")
    return settings.change_to(talk, district.code)


# ---- what ------------------------------------------------------------------------------------------------


def _ask_kind(talk: Talk) -> Question:
    choices = [Choice(kind, talk.say(LABELS[kind][0]), words=LABELS[kind][1]) for kind in kinds(talk)]
    if talk.form.get("at"):
        choices.append(Choice("garbage", talk.say("nearby.kind_garbage"), words=("ごみ",)))
        if talk.facts.town.events:
            choices.append(Choice("events", talk.say("nearby.kind_events"), words=("催し",)))
        return Question(talk.say("nearby.ask_kind_here"), tuple(choices))
    choices.append(Choice("pages", talk.say("nearby.kind_pages"), words=("地図のページ",)))
    return Question(talk.say("nearby.ask_kind"), tuple(choices))


def _take_kind(talk: Talk, given: Answer) -> Outcome:
    at = given.position or _kept_position(talk.form)
    if given.choice == "pages":
        return guide.subject(talk, "map")
    if given.choice == "garbage":
        return garbage.at_place(talk, at)
    if given.choice == "events" and at:
        return event_list.around(talk, at)
    if given.choice in kinds(talk):
        return nearest(talk, given.choice, at) if at else Go("area", {"kind": given.choice})
    if given.position:
        return Start("nearby", "kind", {"at": [round(each, ROUNDED) for each in given.position]})
    return Unclear()


def _kept_position(form: Mapping[str, Any]) -> tuple[float, float] | None:
    at = form.get("at")
    return (float(at[0]), float(at[1])) if at else None


# ---- where -------------------------------------------------------------------------------------------------


def _ask_where(talk: Talk) -> Question:
    kind = str(talk.form.get("kind", ""))
    choices = [
        Choice(
            "position",
            talk.say("nearby.by_position"),
            "location",
            words=("いまいる場所", "今いる場所", "現在地", "ここ", "近く"),
            hint=talk.say("nearby.position_hint"),
        )
    ]
    if _own(talk):
        choices.append(Choice("mine", talk.say("nearby.my_district"), words=("自分の地区", "家の近く")))
    choices.append(Choice("ward", talk.say("nearby.by_ward"), words=("区から選ぶ", "区", "地区")))
    text = talk.say("nearby.ask_where", what=facility_card.called(talk, kind))
    return Question(f"{text}{talk.say('nearby.position_used')}", tuple(choices))


def _own(talk: Talk) -> str:
    """The district the resident saved."""
    code = talk.facts.resident.district
    return code if code and talk.facts.town.position_of(code) else ""


def _take_where(talk: Talk, given: Answer) -> Outcome:
    kind = str(talk.form.get("kind", ""))
    if given.position is not None:
        return nearest(talk, kind, given.position)
    if given.choice == "mine" and _own(talk):
        return _around_district(talk, kind, _own(talk))
    if given.choice == "ward":
        return area.STEPS["area"].take(talk, given)
    named = by_name(talk, given)
    if named is not None:
        return named
    outcome = area.by_text(talk, given)
    if isinstance(outcome, Unclear):
        example = talk.facts.town.districts(talk.facts.town.wards[0])[0].name
        return Unclear(talk.say("nearby.unknown_place", example=example), talk.say("nearby.unknown_second"))
    return outcome


def _take_among(talk: Talk, given: Answer) -> Outcome:
    return among_chosen(talk, given.choice) or _take_where(talk, given)


def _around_district(talk: Talk, kind: str, code: str) -> Outcome:
    district, position = talk.facts.town.district(code), talk.facts.town.position_of(code)
    if district is None or position is None:
        return Start("nearby", "area", {"kind": kind})
    return nearest(talk, kind, position, district_said(talk, district))


def _after(talk: Talk, part: Part) -> Outcome:
    """A district was chosen from the lists; where nothing is looked for yet, what can be had there."""
    kind, code = str(part.form.get("kind", "")), str(part.form.get("area", {}).get("district", ""))
    return _around_district(talk, kind, code) if kind else Go("there", {"there": code})


def _section_of(talk: Talk) -> str:
    """Shelters are the crisis office's; who looks for a toilet is not sent there."""
    return "disaster" if talk.form.get("kind") == "shelter" else "general"


def _afresh(talk: Talk) -> Outcome:
    return Start("nearby", "kind")


FLOW = Flow(
    "nearby",
    "nearby.title",
    "kind",
    {
        "alone": Step("kind", _ask_alone, _take_alone),
        "there": Step("kind", ask_there, take_there),
        "kind": Step("kind", _ask_kind, _take_kind),
        "area": Step("area", _ask_where, _take_where),
        "among": Step("area", ask_among, _take_among),
        "ward": area.STEPS["ward"],
        "district": area.STEPS["district"],
        "here": area.STEPS["here"],
    },
    _after,
    _afresh,
    section_of=_section_of,
)
