"""Where the damage is: a position inside the town, or typed words with their district for PCs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot_flows import area
from bot_flows.guide import cut
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Part, Question, Step, Talk, Unclear
from bot_flows.pack_facts import District
from bot_flows.private_numbers import hide, said_back
from bot_flows.words import door_word, fold, plain
from content.fields.values import Position
from content.links import map_url

_NO_PLACE = frozenset(
    map(
        plain,
        [
            "つぎへ",
            "次へ",
            "つぎ",
            "なし",
            "ない",
            "送る",
            "おくる",
            "はい",
            "いいえ",
            "スキップ",
            "ok",
            "next",
            "none",
            "no",
            "yes",
        ],
    )
)
"""Said to get on, for instance after an early photo, and not to say where it is."""
LONGEST_PLACE = 100
SHORTEST_PLACE = 2
MOST_DISTRICTS = 8
ROAD_CALL = "#9910"
"""道路緊急ダイヤル of the national road authority, day and night, for roads that are not the town's."""


def shown(talk: Talk) -> str:
    """「東区青葉1丁目のあたり」, 「東区青葉1丁目 交番の前」."""
    code, place = str(talk.form.get("district", "")), str(talk.form.get("place", ""))
    district = area.shown(talk, {"district": code}) if code else ""
    if talk.form.get("position"):
        return talk.say("damage.around", district=district)
    return f"{district} {place}".strip()


def on_map(talk: Talk) -> tuple[Choice, ...]:
    """The place that was sent, on a map, to look whether it is the right one; LINE's cards hold no map of their own."""
    at = talk.form.get("position")
    if not at:
        return ()
    page = map_url(Position(float(at[0]), float(at[1])))
    return (Choice("map", talk.say("nearby.map"), "page", opens=page, words=("地図", "マップ", "map")),)


def _clean(talk: Talk, **values: Any) -> dict[str, Any]:
    """The form with another place; the former one is forgotten whole."""
    gone = ("position", "place", "district", "among", "near", "sent")
    return {name: value for name, value in talk.form.items() if name not in gone} | values


def _ask(talk: Talk) -> Question:
    by_map = Choice("map", talk.say("damage.by_map"), "location", hint=talk.say("damage.map_hint"))
    typed = Choice("typed", talk.say("damage.by_words"), words=("文字", "住所", "目印"))
    return Question(talk.say("damage.ask_place"), (by_map, typed))


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.position is not None:
        return by_position(talk, given.position)
    if given.choice == "typed":
        return Again(talk.say("damage.type_place"))
    if given.means_else and door_word(given.text):
        return Unclear()
    text, hidden = hide(given.text)
    if hidden or len(text) < SHORTEST_PLACE or plain(text) in _NO_PLACE:
        return Unclear(talk.say("damage.place_unclear"), talk.say("damage.map_hint"))
    if len(text) > LONGEST_PLACE:
        return Unclear(talk.say("damage.place_long", most=LONGEST_PLACE), talk.say("damage.map_hint"))
    return _by_words(talk, text)


def by_position(talk: Talk, position: tuple[float, float]) -> Outcome:
    """The place sent; one outside the town is asked about twice."""
    district = talk.facts.town.nearest_district(*position)
    if district is not None:
        form = _clean(talk, position=list(position), district=district.code)
        where = area.shown(talk, {"district": district.code})
        return Part(
            "place", form, talk.say("damage.place_is", place=talk.say("damage.around", district=where))
        )
    return _far(talk)


def _far(talk: Talk) -> Outcome:
    """Outside the town, by its position or by the name of the town it is in: asked about once, then it is theirs."""
    if not talk.form.get("far"):
        # Words typed before stay: the district question that was open still needs them.
        return Again(talk.say("damage.far", town=talk.facts.town.name), {**talk.form, "far": True})
    return Go("outside", _clean(talk, far=True))


def _all(talk: Talk) -> list[District]:
    town = talk.facts.town
    return [district for ward in town.wards for district in town.districts(ward)]


def _named(text: str, found: Sequence[District]) -> list[District]:
    """The districts whose name stands in the words; with its ward when the words name one."""
    said = fold(text)
    named = [each for each in found if fold(each.name) in said]
    return [each for each in named if fold(each.ward + each.name) in said] or named


def _by_words(talk: Talk, text: str) -> Outcome:
    named = _named(text, _all(talk))
    if len(named) == 1:
        return _placed(talk, text, named[0].code)
    if not named and any(fold(each.name) in fold(text) for each in talk.facts.town.neighbours):
        return _far(talk)
    if not named and talk.is_abroad and (spelled := area.by_words(talk, text)) and len(spelled) == 1:
        return _placed(talk, text, spelled[0].code)
    among = [each.code for each in named[:MOST_DISTRICTS]]
    return Go("district", _clean(talk, place=text, among=among))


def _placed(talk: Talk, text: str, district: str) -> Part:
    return Part(
        "place",
        _clean(talk, place=text, district=district),
        talk.say("damage.place_is", place=said_back(text)),
    )


def _joined(place: str, said: str, found: Sequence[District]) -> str:
    """The words of both questions; a district's name alone says no more of the place.

    「道路の穴」, and then 「駅前町の交差点」: people say what before where.
    """
    text, hidden = hide(said)
    names = [name for each in found for name in (fold(each.ward + each.name), fold(each.kana))]
    is_name = any(plain(text) in name for name in names)
    return place if hidden or is_name or not place else cut(f"{place} {text}", LONGEST_PLACE)


def _ask_district(talk: Talk) -> Question:
    codes = [str(code) for code in talk.form.get("among", ())]
    choices = [Choice(code, cut(area.shown(talk, {"district": code}))) for code in codes]
    unsure = Choice("unsure", talk.say("damage.no_district"), words=("わからない", "不明"))
    return Question(talk.say("damage.ask_district"), (*choices, unsure))


def _take_district(talk: Talk, given: Answer) -> Outcome:
    if given.position is not None:
        return by_position(talk, given.position)
    place = str(talk.form.get("place", ""))
    if given.choice == "unsure":
        return _placed(talk, place, "")
    if given.choice and talk.facts.town.district(given.choice):
        return _placed(talk, place, given.choice)
    found = [] if given.means_else else list(area.by_words(talk, given.text))
    very = _named(given.text, found) or found
    place = _joined(place, given.text, very)
    if len(very) == 1:
        return _placed(talk, place, very[0].code)
    if very:
        codes = [each.code for each in very[:MOST_DISTRICTS]]
        return Again(talk.say("damage.which_district"), {**talk.form, "among": codes, "place": place})
    return Unclear(talk.say("damage.district_unclear"), talk.say("damage.district_second"))


def _ask_outside(talk: Talk) -> Question:
    ring = Choice("ring", talk.say("damage.road_call"), "page", opens="tel:%239910")
    again = Choice("again", talk.say("damage.other_place"), words=("送りなおす", "もう一度"))
    return Question(talk.say("damage.outside", town=talk.facts.town.name, call=ROAD_CALL), (ring, again))


def _take_outside(talk: Talk, given: Answer) -> Outcome:
    if given.position is not None:
        return by_position(talk, given.position)
    if given.choice == "ring":
        return Again(talk.say("damage.call_now", number=ROAD_CALL))
    if given.choice == "again":
        return Go("place", _clean(talk))
    return Unclear(talk.say("damage.outside_unclear", town=talk.facts.town.name))


STEPS = {
    "place": Step("place", _ask, _take, shown),
    "district": Step("place", _ask_district, _take_district),
    "outside": Step("place", _ask_outside, _take_outside),
}
