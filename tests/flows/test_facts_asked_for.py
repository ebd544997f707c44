"""Which facts a turn may need: whatever can be typed there finds what it is about."""

from __future__ import annotations

import pytest

from bot_flows import bulky
from bot_flows.types import Incoming, State

BELOW_A_RECEIPT = {"doors": [["番号をコピー", "copy:1002-02"], ["取消・変更", "f=bulky&a=show&id=1002"]]}


@pytest.mark.parametrize("said", ["2", "取消・変更", "取消"])
def test_an_order_is_known_when_its_number_in_the_last_list_is_typed(said: str) -> None:
    assert bulky.needs_facts(State(data=BELOW_A_RECEIPT), Incoming("text", said))


def test_nobody_s_orders_are_looked_up_for_words_about_something_else() -> None:
    elsewhere = State(data={"doors": [["ごみの日", "f=menu&a=garbage"]]})
    assert not bulky.needs_facts(elsewhere, Incoming("text", "1"))
    assert not bulky.needs_facts(State(), Incoming("text", "図書館"))


def test_orders_are_known_to_a_turn_that_means_one() -> None:
    for words in ("予約を取り消したい", "日をかえる", "支払いました", "粗大ごみの日を変えたい"):
        assert bulky.needs_facts(State(), Incoming("text", words)), words
