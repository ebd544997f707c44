"""What is pushed can be answered without a button (chat check C12), in every language."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date

import pytest

from bot_flows import bulky_news, damage_news, person_news
from bot_flows.bulky_facts import Booked, Order
from bot_flows.damage_facts import QuietReport
from bot_flows.types import Incoming, Message
from content.languages import languages
from content.limits import problems_in
from tests.flows.bubbles import said_in
from tests.flows.chat import AT_THE_DESK, Chat

ORDER = Order(
    1001,
    (Booked("sofa/two", "ソファ（2人用以上）", 1, 1000),),
    "east",
    date(2026, 12, 3),
    "accepted",
    "sticker",
)


def _pushes(language: str) -> dict[str, Sequence[Message]]:
    return {
        "tomorrow": bulky_news.tomorrow(ORDER, "朝8時30分まで", language),
        "payment": bulky_news.payment(ORDER, "12月3日 10:12", "", language),
        "moved": bulky_news.moved(ORDER, "朝8時30分まで", "", language),
        "stopped": bulky_news.stopped(ORDER, ORDER.day, "大雨", language),
        "on again": bulky_news.on_again(ORDER, "朝8時30分まで", language),
        "report": damage_news.news(1182, "light", "working", "", language),
        "closed": person_news.closed(language),
    }


@pytest.mark.parametrize("language", ["ja", *languages()])
def test_the_words_a_push_prints_do_what_its_button_does(language: str) -> None:
    for name, messages in _pushes(language).items():
        said = said_in(tuple(messages))
        assert problems_in(tuple(messages)) == ()
        assert not re.search(r"^\d+ ", said, re.M), f"{name}: a number means nothing outside a question"
        typed = re.findall("[「“]([^」”]+)[」”]", said.splitlines()[-1])[-1]
        button = messages[0]["quickReply"]["items"][0]["action"]
        by_word, by_button = (_after(language, each) for each in (typed, button["data"]))
        assert by_word.turn.messages == by_button.turn.messages, f"{name}: 「{typed}」"
        assert name != "report" or QuietReport(1182) in by_word.turn.effects
        assert _after(language, button["label"]).turn.messages == by_button.turn.messages, name


def _after(language: str, does: str) -> Chat:
    """A form is open and a question with numbers asked; then this is typed or pressed."""
    chat = Chat(bulky=replace(AT_THE_DESK, orders=(ORDER,)))
    chat.resident = replace(chat.resident, language=language, is_new=False)
    chat.damage = replace(chat.damage, followed=((1182, "light"),))
    chat.types("設定")
    chat.does(Incoming("postback" if does.startswith("f=") else "text", does))
    return chat
