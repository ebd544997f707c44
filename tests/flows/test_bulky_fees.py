"""A fee that changes while somebody fills the form: today's promise is kept, an older draft is asked again."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import MappingProxyType

from bot_flows.bulky_facts import Kind, PlaceOrder
from tests.flows.bubbles import said_in
from tests.flows.chat import AT_THE_DESK, Chat
from tests.flows.tables import BULKY
from tests.flows.town import SmallTown

TO_THE_SUMMARY = ("つぎへ", "1", "1", "1", "入力しました", "処理券を買って貼る")
DEARER = replace(BULKY.items["chair"], kinds=(Kind("chair/one", "いす", "", 800),))
NEW_LIST = replace(BULKY, items=MappingProxyType({**BULKY.items, "chair": DEARER}))


def begun() -> Chat:
    chat = Chat(bulky=replace(AT_THE_DESK, has_contact=True))
    chat.resident = replace(chat.resident, ward="東区", district="e01", is_new=False)
    for text in ("粗大ごみ", "はじめる", "いす", "1"):
        chat.types(text)
    return chat


def fee_of(chat: Chat) -> int:
    (placed,) = chat.turn.effects
    assert isinstance(placed, PlaceOrder)
    return placed.lines[0].fee


def test_the_fee_of_the_day_is_kept() -> None:
    chat = begun()
    chat.town = SmallTown(bulky=NEW_LIST)
    for text in TO_THE_SUMMARY:
        chat.types(text)
    chat.types("申し込む")
    assert fee_of(chat) == 500


def test_tomorrow_the_new_fee_is_shown_before_anything_is_ordered() -> None:
    chat = begun()
    chat.types("やめる")
    chat.town, chat.now = SmallTown(bulky=NEW_LIST), chat.now + timedelta(hours=23)
    chat.types("つづき")
    for text in TO_THE_SUMMARY:
        chat.types(text)
    assert "800円" in said_in(chat.turn.messages)
    chat.types("申し込む")
    assert "料金が変わりました。" in said_in(chat.turn.messages) and chat.turn.effects == ()
    chat.types("申し込む")
    assert fee_of(chat) == 800
