"""Flow V: two taps to another language, its own days and hours, undo; only one that is whole is offered.

Only languages that are whole can be tested talking: the others are not offered, and the table of languages
(``test_translations_complete``) names what they lack.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.town.names import needed_names, read_names
from bot_flows.types import Incoming
from content.languages import EASY, languages, offered
from content.sentences import say, spoken
from tests.flows.bubbles import said_in
from tests.flows.chat import Chat
from tests.flows.measure import sample_town
from tests.flows.tongues import KNOWN, OTHERS, chat_in, label


@pytest.mark.parametrize("code", OTHERS)
def test_two_taps_to_a_language_and_back(code: str) -> None:
    chat = chat_in()
    chat.does(Incoming("postback", "f=menu&a=language"))
    chat.presses(languages()[code].name)
    assert chat.taps == 1  # and the area of the menu is the other one
    assert chat.resident.language == code
    assert languages()[code].name in said_in(chat.turn.messages)
    assert label("menu.area_garbage", code) in said_in(chat.turn.messages)
    chat.types(label("settings.title", code))
    assert languages()[code].name in said_in(chat.turn.messages)
    chat.types("もとに戻す")
    assert chat.resident.language == "ja"
    assert "もとに戻しました：言葉・文字 日本語。" in said_in(chat.turn.messages)


@pytest.mark.parametrize("code", OTHERS)
def test_its_own_name_typed_is_enough(code: str) -> None:
    chat = chat_in()
    chat.types(languages()[code].name)
    assert chat.resident.language == code


@pytest.mark.skipif(EASY not in OTHERS, reason="easy Japanese lacks sentences: see the table of languages")
@pytest.mark.parametrize(
    ("code", "line"),
    [
        ("en", "Tomorrow, Tue 24 Nov: no reminder of "),
        ("vi", "Ngày mai, Thứ Ba 24/11: không nhắc "),
    ],
)
def test_a_day_left_out_begins_its_sentence(code: str, line: str) -> None:
    """A day's name says already that it is one, and is written with a capital."""
    here = replace(KNOWN, ward="東区", district="e01", language=code)
    assert said_in(Chat(resident=here).does(Incoming("postback", "f=settings&a=rest")).messages).startswith(
        line
    )


def test_an_hour_in_nepali_has_one_ending() -> None:
    """「20 बजे」 says at that hour already; मा behind it says it twice."""
    hour = say("reminder.hour", "ne", hour=20)
    assert f"{hour}, " in say("reminder.next", "ne", when="भोलि", time=hour, what="फोहोर")


def test_easy_japanese_has_readings() -> None:
    chat = chat_in(EASY)
    chat.types("ごみ")
    said = said_in(chat.turn.messages)
    assert "曜日（" in said
    assert "もえる ごみ" in said or "プラスチック" in said or "紙（かみ）" in said


def test_a_language_that_is_not_whole_is_not_offered() -> None:
    for code in languages():
        assert (code in {each.code for each in offered()}) == (spoken(code) == code)
    chat = chat_in()
    chat.does(Incoming("postback", "f=language&a=set&id=tlh"))
    assert chat.resident.language == "ja"
    assert "どの言葉で案内しますか" in said_in(chat.turn.messages)


def test_every_language_writes_days() -> None:
    for each in languages().values():
        assert (len(each.weekdays), len(each.near), len(each.months) in (0, 12)) == (7, 3, True), each.code
        assert "24" in each.written(date(2026, 11, 24))
        assert "2026" in each.written(date(2026, 11, 24), each.dated)
    assert languages()["en"].written(date(2026, 11, 24)) == "Tue 24 Nov"


def test_each_gap_of_a_names_file_is_named() -> None:
    town = sample_town()
    needed = needed_names(town.settings, town.wards, town.guides, town.fees, town.pay_ways)
    problems: list[object] = []
    found = read_names(
        {"names/vi.toml": b'[topics]\n"\xe3\x81\x94\xe3\x81\xbf" = "R\xc3\xa1c"\n', "names/xx.toml": b""},
        needed,
        problems,
    )
    assert found == {"vi": {"ごみ": "Rác"}}
    assert len(problems) == sum(map(len, needed.values())) - 1 + 1
