"""A talk in another language shows no Japanese but names and what stands in brackets."""

from __future__ import annotations

import re

import pytest

from bot_flows.guide import SUBJECTS
from bot_flows.town_facts import KINDS
from bot_flows.types import Incoming
from content.languages import EASY, languages
from tests.flows.bubbles import actions_in
from tests.flows.measure import sample_town
from tests.flows.tongues import GARBAGE, KNOWN, OTHERS, chat_in, label, read_in

BRACKETS = re.compile(r"「[^」]*(?:」|…$)|（[^）]*）|\([^)]*\)")
KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa]")
HAN = re.compile(r"[\u4e00-\u9fff]")


def _japanese_in(text: str, code: str) -> list[str]:
    """Lines with Japanese outside brackets and proper names."""
    names = [place.district.ward + place.district.name for place in sample_town().places]
    names += [name for language in languages().values() for name in (language.name,)]
    names += [place.district.name for place in sample_town().places] + list(sample_town().wards) + ["汐野市"]
    for name in names:
        text = text.replace(name, "")
    letters = KANA if code.startswith("zh") else re.compile(f"{KANA.pattern}|{HAN.pattern}")
    return [line for line in text.splitlines() if letters.search(BRACKETS.sub("", line))]


def _talk(code: str) -> list[str]:
    """Set the language, ask for garbage, change a setting, leave: what was read."""
    chat = chat_in(code)
    read = [read_in(chat)]
    back, stop = label("way.back_label", code), label("way.stop_label", code)
    for said in (
        GARBAGE[code], label("garbage.to_month", code), label("settings.title", code), "3", "2",
        label("settings.undo", code), label("menu.area_settings", code), "1", "2", back, stop,
        label("stop.title", code), "3", "4", label("menu.area_map", code), stop, "xyzzy", "0",
    ):  # fmt: skip
        chat.types(said)
        read.append(read_in(chat))
    assert chat.resident.topics > {"garbage"}
    assert chat.resident.reminder == "-1 18:00"
    return read


@pytest.mark.parametrize("code", [code for code in OTHERS if code != EASY])
def test_no_japanese_in_a_talk_of_another_language(code: str) -> None:
    assert [line for each in _talk(code) for line in _japanese_in(each, code)] == []


def _near_and_events(code: str) -> list[str]:
    """Every kind of facility near a district and one of each, the town's pages, the events: what was read."""
    chat, town = chat_in(code), sample_town()
    here = town.position_of(KNOWN.district)
    assert here is not None
    read = []
    for kind in sorted(town.facility_kinds):
        near = town.nearest(kind, *here, 1)
        for data in (f"f=nearby&a=kind&id={kind}", *(f"f=nearby&a=show&id={n.facility.id}" for n in near)):
            chat.does(Incoming("postback", data))
            read.append(read_in(chat))
            if "a=kind" in data:
                chat.does(Incoming("location", position=here))
                read.append(read_in(chat))
    for subject in SUBJECTS:
        chat.does(Incoming("postback", f"f=guide&a=pages&id={subject}"))
        read.append(read_in(chat))
    for data, word in (("f=menu&a=sorting", "ハンガー"), ("f=menu&a=home", "引っ越したときの手続き")):
        chat.does(Incoming("postback", data))
        chat.types(word)
        read.append(read_in(chat))
    coming = [event for event in town.events if event.first > chat.now.date()]
    for data in ("f=menu&a=events", *(f"f=events&a=show&id={event.id}" for event in coming[:3])):
        chat.does(Incoming("postback", data))
        read.append(read_in(chat))
    return read


def _without_signs(text: str) -> str:
    """Without names and addresses of places and names of events, which stay as on the sign."""
    town = sample_town()
    here = town.position_of(KNOWN.district)
    assert here is not None
    near = [each.facility for kind in KINDS for each in town.nearest(kind, *here, 12)]
    signs = {sign for each in near for sign in (each.name, each.address)} | {e.name for e in town.events}
    for sign in sorted(signs - {""}, key=len, reverse=True):
        text = text.replace(sign, "")
    return text


@pytest.mark.parametrize("code", [code for code in OTHERS if code != EASY])
def test_no_japanese_about_places_pages_and_events(code: str) -> None:
    read = _near_and_events(code)
    assert label("nearby.hazard_quake", code) in "".join(read)
    assert label("events.button_calendar", code) in "".join(read)
    assert [line for each in read for line in _japanese_in(_without_signs(each), code)] == []


@pytest.mark.parametrize("code", [code for code in OTHERS if code != EASY])
def test_no_japanese_about_bulky_waste(code: str) -> None:
    """A sofa, its fees and sizes, the place and the days that can be chosen."""
    chat = chat_in(code)
    chat.does(Incoming("postback", "f=bulky_fee&a=ask"))
    chat.types("ソファ")
    read = [read_in(chat)]
    chat.does(Incoming("postback", "f=menu&a=bulky"))
    for said in ("ソファ", label("bulky.sizes_label", code), "1", "1", label("bulky.next", code), "1", "1"):
        chat.types(said)
        read.append(read_in(chat))
    assert chat.state.step == "day"
    days = [action["label"] for action in actions_in(chat.turn.messages)][:3]
    assert any(name in days[0] for name in languages()[code].weekdays)
    assert [line for each in read for line in _japanese_in(each, code)] == []


def test_the_test_finds_japanese() -> None:
    """It can fail: the same talk in Japanese is full of what is looked for."""
    assert len(_japanese_in(read_in(chat_in("ja")) + "\nつぎは ごみの日", "en")) == 1
