"""A monkey with a phone: presses anything, types anything, comes back later, receives things twice.

``make test`` lets it talk some thousand turns, ``make chaos ARGS="-k monkey"`` a hundred thousand; the table says how many.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from dataclasses import asdict, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from bot_flows.engine import step
from bot_flows.person_facts import EndHandOver, ToStaff
from bot_flows.table import DOORS, FLOWS, MENU_AREAS
from bot_flows.types import Facts, Incoming, State, Turn
from content.languages import languages
from tests.flows.bubbles import actions_in, said_in
from tests.flows.chat import AT_THE_DESK, Chat
from tests.flows.measure import sample_town

TURNS = 100_000 if os.environ.get("KAIRAN_CHAOS") == "full" else 2_000
LONGEST_TALK = 40
SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
_TYPED = re.compile(r"^> ([^{\[(].*)$", re.M)
TYPED_IN_SCRIPTS = sorted({said for path in SCRIPTS for said in _TYPED.findall(path.read_text("utf-8"))})
"""Whatever the scripts let residents type: so every flow's own words are among the monkey's."""
WAYS = ["もどる", "やめる", "はじめから", "つづき", "つづける", "はい", "いいえ", "もとに戻す", "メニュー", "0", "1", "2", "3", "１と３", "7", "99"]  # fmt: skip
ODD = ["あ" * 5000, "{name}", "%s", "\x00", "👨‍👩‍👧‍👦" * 50, "f=menu&a=garbage", "　", "", "1234 5678 9018"]

TEXTS = st.one_of(
    st.sampled_from(TYPED_IN_SCRIPTS),
    st.sampled_from(WAYS),
    st.text(max_size=30),
    st.text(alphabet="0123456789０１２一二三十-ー〒年月日時", max_size=10),
    st.sampled_from(ODD),
)
DATA = st.one_of(
    st.sampled_from([f"f=menu&a={area}" for area in MENU_AREAS]),
    st.sampled_from([f"f={flow}&a={act}&id={id_}" for flow in DOORS for act in DOORS[flow] for id_ in ("", "zz", "²")]),
    st.sampled_from([f"f={name}&v={flow.version}&s={step_}&n=1&a=yes" for name, flow in FLOWS.items() for step_ in flow.steps]),
    st.sampled_from(["f=x", "f=setup&n=²&s=a&a=b", "f=settings&a=topic&id=events", "f=damage&a=quiet&id=1182"]),
    st.text(max_size=40),
)  # fmt: skip
DOINGS: Counter[str] = Counter()
"""How often each thing was done, for the table."""


def _press(action: dict[str, Any]) -> Incoming | None:
    match action["type"]:
        case "postback":
            return Incoming("postback", action["data"])
        case "datetimepicker":
            picked = {"date": "2024-05-03"} if action["mode"] == "date" else {"time": "19:30"}
            return Incoming("postback", action["data"], picked)
        case "location":
            return Incoming("location", position=(33.6, 130.5))
    return None


class Monkey(RuleBasedStateMachine):
    """One resident. ``Chat`` checks every turn: limits, two bubbles, numbers, order of quick replies, state through JSON."""

    def __init__(self) -> None:
        super().__init__()
        self.chat = Chat(bulky=replace(AT_THE_DESK, has_contact=True))

    @initialize(is_sample=st.booleans(), language=st.sampled_from(tuple(languages())))
    def lives(self, is_sample: bool, language: str) -> None:
        """In the small town or in the one of the pack, in any of its languages."""
        self.chat.town = sample_town() if is_sample else self.chat.town
        self.chat.resident = replace(self.chat.resident, language=language)
        self.before: tuple[State, Facts] | None = None
        self.last: Incoming | None = None

    def does(self, what: str, incoming: Incoming | None) -> None:
        if incoming is None:
            return
        DOINGS[what] += 1
        chat = self.chat
        facts = Facts(
            chat.town, chat.resident, chat.now, damage=chat.damage, person=chat.staff, bulky=chat.bulky
        )
        is_doubled = incoming.kind == "postback" and incoming == self.last
        self.before, self.last = (chat.state, facts), incoming
        turn = chat.does(incoming)
        is_tab = "newRichMenuAliasId" in incoming.params
        is_known = _staff_read(turn) or is_tab or (is_doubled and not turn.effects)
        assert turn.messages or is_known, "never silence, unless a person was told or a tap came twice"

    @rule(text=TEXTS)
    def types(self, text: str) -> None:
        self.does("typed", Incoming("text", text))

    @rule(number=st.integers(0, 40))
    def presses(self, number: int) -> None:
        actions = actions_in(tuple(self.chat.turn.messages))
        self.does("button", _press(actions[number % len(actions)]) if actions else None)

    presses_more = presses
    """Most of what people do is press what they see."""

    @rule(number=st.integers(0, 400))
    def presses_an_old_button(self, number: int) -> None:
        actions = actions_in(tuple(m for messages in self.chat.history[-12:] for m in messages))
        self.does("old button", _press(actions[number % len(actions)]) if actions else None)

    @rule(data=DATA)
    def presses_the_menu(self, data: str) -> None:
        self.does("menu", Incoming("postback", data))

    @rule()
    def says_it_again(self) -> None:
        """A second event with the same content: a double tap."""
        self.does("double tap", self.last)

    @rule()
    def is_delivered_again_after_a_restart(self) -> None:
        """The worker died before its commit: the event is taken again by another one and gives the same turn."""
        if self.before is None or self.last is None:
            return
        DOINGS["restart and redelivery"] += 1
        state, facts = self.before
        stored = State(**json.loads(json.dumps(asdict(state), ensure_ascii=False)))
        assert step(stored, self.last, facts) == step(state, self.last, facts)

    @rule(minutes=st.sampled_from([1, 11, 31, 60 * 25]))
    def waits(self, minutes: int) -> None:
        self.chat.now += timedelta(minutes=minutes)

    @rule(kind=st.sampled_from(["sticker", "photo", "other", "follow"]))
    def sends_something_else(self, kind: Any) -> None:
        self.does("sticker, voice, follow", Incoming(kind))

    @rule(message_id=st.sampled_from(["M1", "M2", "M3", "M4"]))
    def sends_a_photo(self, message_id: str) -> None:
        self.does("photo", Incoming("photo", message_id=message_id))

    @rule(position=st.sampled_from([(33.5, 130.4), (0.0, 0.0), (90.0, -180.0)]))
    def sends_a_place(self, position: tuple[float, float]) -> None:
        self.does("place", Incoming("location", position=position))

    @rule()
    def looks_for_a_way_out(self) -> None:
        """From every state: no dead end. The conversation itself does not notice that it was tried."""
        DOINGS["ways out tried"] += 1
        _ways_out_work(self.chat)

    def teardown(self) -> None:
        _ways_out_work(self.chat)


def _staff_read(turn: Turn) -> bool:
    return [type(effect) for effect in turn.effects] == [ToStaff]


def _ways_out_work(chat: Chat) -> None:
    """From every state: もどる and はじめから answer, やめる ends what is open, and then the menu opens."""
    before, resident, now = chat.state, chat.resident, chat.now
    for word in ("もどる", "はじめから", "やめる", "つづき"):
        copy = Chat(before, resident, now, chat.town, staff=chat.staff, bulky=chat.bulky)
        turn = copy.does(Incoming("text", word))
        if word == "つづき" and _staff_read(turn):
            continue
        assert turn.messages
        assert set(turn.effects) <= {EndHandOver()}, "a way out changes no setting"
        if word == "はじめから" and copy.state.data.get("asks"):
            copy.does(Incoming("text", "はい"))
            assert not copy.state.data.get("asks")
        copy.does(Incoming("text", "やめる"))
        assert copy.state.flow == ""
        assert "f=menu&a=garbage" in str(copy.does(Incoming("text", "メニュー")).messages)


def _talked() -> int:
    return sum(count for what, count in DOINGS.items() if what != "ways out tried")


@pytest.mark.table
@pytest.mark.chaos
def test_the_monkey_meets_no_crash_no_dead_end_and_no_message_beyond_the_limits() -> None:
    DOINGS.clear()
    calm = settings(
        max_examples=25,
        stateful_step_count=LONGEST_TALK,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
        database=None,
    )
    talks = 0
    while _talked() < TURNS:
        run_state_machine_as_test(Monkey, settings=calm)
        talks += calm.max_examples
    rows = [f"{what:26}{count:>9,}" for what, count in sorted(DOINGS.items())]
    print("\n" + "\n".join([f"{_talked():,} turns in {talks:,} conversations", *rows]))
    assert len(DOINGS) >= 9, "everything was done"


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_buttons_alone_lead_everywhere_and_never_astray(presses: list[int]) -> None:
    chat = Chat()
    chat.does(Incoming("follow"))
    for number in presses:
        actions = [each for each in actions_in(chat.turn.messages) if each["type"] != "uri"]
        if not actions:
            chat.does(Incoming("text", "メニュー"))
            continue
        incoming = _press(actions[number % len(actions)])
        if incoming is None:
            continue  # the camera or what is copied: of the phone itself
        chat.now += timedelta(minutes=1)
        turn = chat.does(incoming)
        assert turn.messages
        assert "そのボタンは古いもの" not in said_in(turn.messages), "a button just shown is never old"
