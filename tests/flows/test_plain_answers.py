"""Whatever the account answers in any script keeps the checks C01 to C12 of cards, questions, days and money."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from bot_flows import postback
from bot_flows.engine import step
from bot_flows.memory import is_doubled
from bot_flows.scene import Scene
from bot_flows.town_spoken import as_read
from bot_flows.types import Facts, Incoming, State, Turn
from content.limits import grapheme_len
from content.sentences import catalogue
from tests.flows.bubbles import WAYS, actions_in, check, said_in
from tests.flows.chat import Chat
from tests.flows.script import run
from tests.flows.tables import BULKY
from tests.flows.test_plain_words import japanese

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


@cache
def chats() -> dict[str, Chat]:
    return {path.stem: run(path.read_text(encoding="utf-8")) for path in SCRIPTS}


@cache
def turns() -> tuple[tuple[str, tuple[dict[str, Any], ...]], ...]:
    """Everything the scripts say: script and messages of one turn."""
    return tuple((name, messages) for name, chat in chats().items() for messages in chat.history)


def _flex() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, messages in turns():
        for message in messages:
            if message["type"] == "flex":
                yield name, message


def _parts(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        yield part
        for inner in part.values():
            yield from _parts(inner)
    elif isinstance(part, list):
        for inner in part:
            yield from _parts(inner)


def test_c01_alternative_texts_carry_the_content() -> None:
    long = {m["altText"] for _, m in _flex() if grapheme_len(m["altText"]) > 60}
    assert sorted(long) == []
    assert not [
        m["altText"] for _, m in _flex() if m["altText"] in ("お知らせ", "お知らせがあります", "カード")
    ]


def test_c02_c03_text_comes_first_and_nothing_is_only_a_picture() -> None:
    kinds = {message["type"] for _, messages in turns() for message in messages}
    assert kinds <= {"text", "flex", "location"}
    assert all(messages[0]["type"] == "text" for _, messages in turns() if messages)
    assert not [p for _, m in _flex() for p in _parts(m["contents"]) if p.get("type") in ("image", "icon", "video")]  # fmt: skip


def test_c04_cards_follow_the_resident_s_font_size_in_two_sizes() -> None:
    for name, message in _flex():
        words = [part for part in _parts(message["contents"]) if part.get("type") == "text"]
        assert all(part.get("wrap") and part.get("scaling") for part in words), name
        sizes = {part["size"] for part in words if "size" in part}
        assert sizes <= {"md", "lg"}, (name, sizes)
        buttons = [part for part in _parts(message["contents"]) if part.get("type") == "button"]
        assert all(part.get("scaling") for part in buttons), name


def test_c08_no_signs_in_place_of_words() -> None:
    emoji = re.compile("[\U0001f300-\U0001faff☀-✒✔-➿⬀-⯿]")
    assert [key for key, text in japanese().items() if emoji.search(text)] == []


def _questions() -> Iterator[tuple[str, tuple[dict[str, Any], ...]]]:
    """Every turn of the scripts after which a question is open."""
    for name, chat in chats().items():
        after = [*(state for state, _, _ in chat.asked[1:]), chat.state]
        for state, messages in zip(after, chat.history, strict=True):
            if state.flow and messages:
                yield name, messages


def test_c07_two_short_bubbles() -> None:
    """``check`` holds 120 characters for every open question, here every answer is read once more by its own rule: what
    stands above its numbered choices and its list is short, too."""
    assert all(len(messages) <= 2 for _, messages in turns())
    long = [
        (name, said)
        for name, messages in turns()
        for said in (messages[0]["text"].splitlines()[0] if messages else "",)
        if len(said) > 120 and not said.startswith("https://")
    ]
    assert long == []
    with pytest.raises(AssertionError, match="C07"):
        _checked("あ" * 121)
    _checked("あ" * 120)


def test_c09_the_same_ways_out_under_every_question() -> None:
    """The same three, in the same order, in the language of the talk, at the end of every open question."""
    ways = {
        code: [catalogue()[f"way.{each}_label"].texts[code] for each in ("back", "stop", "human")]
        for code in catalogue()["way.back_label"].texts
    }
    assert ways["ja"] == WAYS
    asked = list(_questions())
    labels = [
        (name, [item["action"]["label"] for item in messages[-1].get("quickReply", {}).get("items", [])][-3:])
        for name, messages in asked
    ]
    assert [(name, found) for name, found in labels if found not in ways.values()] == []
    abroad = {
        "v_letters", "v_not_japanese", "d_undo_in_form", "k_month_abroad", "o_in_letters", "r_in_other_languages",
        "p_fever_abroad",
    }  # fmt: skip
    assert {name for name, found in labels if found != WAYS} <= abroad
    assert len(asked) > 600, "questions were asked at all"
    with pytest.raises(AssertionError, match="ways"):
        _checked("どれですか。", ways=("もどる", "やめる"))
    with pytest.raises(AssertionError, match="ways"):
        _checked("どれですか。", ways=("やめる", "もどる", "人に聞く"))


def _checked(said: str, ways: tuple[str, ...] = tuple(WAYS)) -> None:
    """``check`` of an open question in these words with these ways out."""
    items = [
        {
            "type": "action",
            "action": {"type": "postback", "label": way, "data": "f=menu&a=home", "displayText": way},
        }
        for way in ways
    ]
    message = {"type": "text", "text": said, "quickReply": {"items": items}}
    check(Turn(State(flow="damage", step="kind"), (message,)))


MONEY = re.compile(r"(?<![0-9,])([0-9][0-9,]*)円")
PROPER = re.compile(r"[1-9][0-9]{0,2}(?:,[0-9]{3})*")
STANDARD = re.compile(r"^【.*$", re.M)
"""Lines of the standard text are read by machines and keep its own form, 「¥1,500」."""


def test_p09_money_as_residents_read_it() -> None:
    """Every amount the scripts and the sample town name: 円, half-width, a comma from a thousand on."""
    said = [(name, STANDARD.sub("", said_in(messages))) for name, messages in turns()]
    amounts = [(name, found) for name, text in said for found in MONEY.findall(text)]
    assert [each for each in amounts if not PROPER.fullmatch(each[1])] == []
    assert {found for _, found in amounts} >= {"500", "1,000", "2,500"}
    assert [(name, text) for name, text in said if re.search(r"[¥￥]|[０-９]", text)] == []
    fees = [kind.fee for item in BULKY.items.values() for kind in item.kinds]
    assert max(fees) >= 1_000, "an amount that needs its comma was asked for"
    assert not PROPER.fullmatch("1000") and not PROPER.fullmatch("0500") and PROPER.fullmatch("12,345")


def test_c10_days_are_said_with_their_date() -> None:
    bare = re.compile(r"(?:あした|あさって)(?! ?[0-9]+月[0-9]+日)")
    assert sorted({(name, m["text"]) for name, said in turns() for m in said if m["type"] == "text" and bare.search(m["text"])}) == []  # fmt: skip
    dates = re.compile(r"(?<![0-9])[0-9]{1,2}/[0-9]{1,2}(?![0-9])|[0-9]{1,2}:[0-9]{2} ?[AaPp][Mm]")
    assert [key for key, text in japanese().items() if dates.search(text)] == []


def test_c11_every_number_an_answer_names_can_be_tapped() -> None:
    """Below a question 「人に聞く」 leads to the number's button; beside a card's four buttons the phone finds hyphens."""
    number = re.compile(r"(?<![0-9-])(?:0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}|11[09])(?![0-9m-])")
    named = [
        (name, found, str(actions_in(messages)), messages[-1])
        for name, messages in turns()
        if messages
        for found in number.findall(said_in(messages[:1]))
    ]
    assert len(named) > 50
    silent = [
        (name, found)
        for name, found, actions, last in named
        if f"tel:{found.replace('-', '')}" not in actions
        and WAYS[-1] not in actions
        and not ("-" in found and last["type"] == "flex" and len(actions_in((last,))) >= 4)
    ]
    assert silent == []


def test_c12_everything_can_be_typed() -> None:
    """Whatever the scripts press on a question does the same by its number and by its label, to the last effect."""
    pressed = 0
    for chat in chats().values():
        for state, incoming, facts in chat.asked:
            for typed in _typed(state, incoming, facts):
                pressed += 1
                assert _done(state, Incoming("text", typed), facts) == _done(state, incoming, facts), typed
    assert pressed > 150


def _done(state: State, incoming: Incoming, facts: Facts) -> Turn:
    """The turn; only a button is remembered, so that a doubled tap is known."""
    turn = step(state, incoming, facts)
    kept = {name: thing for name, thing in turn.state.kept.items() if name != "press"}
    return replace(turn, state=replace(turn.state, kept=kept))


def _typed(state: State, incoming: Incoming, facts: Facts) -> tuple[str, ...]:
    """Number and label of the choice that was pressed; nothing for pickers, pages and buttons that were old."""
    press = postback.read(incoming.text) if incoming.kind == "postback" and not incoming.params else None
    scene = Scene(state, as_read(facts))
    if is_doubled(state, incoming, facts.now):
        return ()
    if press is None or scene.flow is None or press.nonce != state.nonce or press.step != state.step:
        return ()
    choices = scene.question.choices
    found = [n for n, each in enumerate(choices, start=1) if each.id == press.act and each.kind == "answer"]
    return (str(found[0]), choices[found[0] - 1].label) if found else ()
