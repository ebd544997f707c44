"""Wishes to hear less are read in every language, and nothing else is taken for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot_flows.outcomes import Talk
from bot_flows.pack_facts import Topic
from bot_flows.stop_said import door_of
from bot_flows.types import Facts, Resident
from bot_flows.wishes import wish_in
from content.languages import languages
from content.sentences import catalogue
from content.wishes import wishes
from tests.flows.chat import NOON
from tests.flows.measure import read, sample_town

HERE = Path(__file__).parent

TALK = Talk(Facts(sample_town(), Resident(is_new=False), NOON))


def test_every_language_has_its_words() -> None:
    assert set(wishes()) == set(languages()) - {"ja-easy"}, "やさしい日本語 is read as Japanese"
    needed = {"stop", "loath", "notices", "fewer", "pause", "week", "month", "around"}
    assert all(needed <= set(table) for table in wishes().values())


@pytest.mark.parametrize("choice", ["week", "month", "less", "often", "quiet", "all"])
def test_what_stands_on_the_buttons_can_be_typed_at_any_time(choice: str) -> None:
    assert [
        text for text in catalogue()[f"stop.{choice}"].texts.values() if door_of(TALK, text) is None
    ] == []


def test_no_question_about_anything_else_is_a_wish() -> None:
    asked = [each for name in ("questions.toml", "known_questions.toml") for each in read(HERE / name)]
    taken = [each.text for each in asked if "stop" not in each.expects and door_of(TALK, each.text)]
    assert taken == []


@pytest.mark.parametrize("topic", sample_town().topics, ids=lambda topic: topic.id)
@pytest.mark.parametrize(("code", "said"), [("ja", "{}のお知らせを止めて"), ("en", "please stop the {} notices"), ("vi", "dừng thông báo {}"), ("ko", "{} 알림 중지"), ("zh-Hans", "停止{}的通知"), ("zh-Hant", "停止{}的通知"), ("ne", "{} सूचना रोक्नुहोस्")])  # fmt: skip
def test_every_topic_is_known_by_its_name_in_every_language(topic: Topic, code: str, said: str) -> None:
    own = topic.name
    name = own if code == "ja" else sample_town().named(own, code)
    wish = wish_in(TALK, said.format(name))
    assert wish is not None and wish.is_for_topic and wish.topic == topic.id
