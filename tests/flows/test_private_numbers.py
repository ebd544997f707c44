"""Numbers that must not be kept are found by their check digits; everything else is left alone."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_flows.private_numbers import hide
from tests.flows.bubbles import actions_in, said_in
from tests.flows.chat import Chat

MY_NUMBER = "123456789018"
"""The number the government uses on samples of the card: right check digit, nobody's."""


@pytest.mark.parametrize(
    "text",
    [
        MY_NUMBER,
        "1234 5678 9018",
        "1234-5678-9018",
        "１２３４５６７８９０１８",
        "１２３４ー５６７８ー９０１８",
        "4111 1111 1111 1111",
        "378282246310005",
    ],
)
def test_is_hidden_in_every_spelling(text: str) -> None:
    hidden, found = hide(f"番号は{text}です")
    assert found
    assert hidden == f"番号は{'＊' * len(text)}です"


@pytest.mark.parametrize(
    "text",
    [
        "0889-00-1111",
        "090-0000-0000",
        "123456789012",
        "2026-12-01 10:00",
        "1234567890123456",
        "000000000000000",
        "R-1182",
        "",
    ],
)
def test_is_left_alone(text: str) -> None:
    assert hide(text) == (text, False)


@given(st.text(alphabet="0123456789０１２ -ー番号です", max_size=60))
def test_the_length_and_all_other_letters_stay(text: str) -> None:
    hidden, found = hide(text)
    assert len(hidden) == len(text)
    assert found == (hidden != text)
    assert all(new in (old, "＊") for old, new in zip(text, hidden, strict=True))
    assert hide(hidden)[0] == hidden


@pytest.mark.parametrize(
    "said",
    ["個人番号は123456789018です。ごみが回収されません", "山田太郎 090-1234-5678", "4111 1111 1111 1111"],
)
def test_no_such_number_and_no_telephone_is_said_back(said: str) -> None:
    chat = Chat()
    chat.types("分け方")
    chat.types(said)
    shown = said_in(chat.turn.messages)
    assert not re.search(r"[0-9][0-9 -]{6,}", shown.replace(chat.town.section("garbage").phone, ""))
    assert "090" not in str(actions_in(chat.turn.messages))
