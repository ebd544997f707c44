"""Promises of the conversations that no single script can show."""

from __future__ import annotations

import ast
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot_flows.days import written
from bot_flows.engine import step
from bot_flows.mydata_facts import AskMyData, OpenPage
from bot_flows.notice_facts import Sent
from bot_flows.person_facts import EndHandOver, HandOver, ToStaff
from bot_flows.table import MENU_AREAS
from bot_flows.types import Facts, Incoming, Resident, State
from content.languages import offered
from tests.flows.bubbles import actions_in, said_in
from tests.flows.chat import NOON, Chat
from tests.flows.tables import WINDOWS
from tests.flows.town import SmallTown

KNOWN = Resident(frozenset({"garbage"}), "東区", "e01", reminder="-1 18:00", is_new=False)
PACKAGE = Path(__file__).parents[2] / "bot_flows"


def _first_line(said: str, resident: Resident = KNOWN) -> str:
    turn = step(State(), Incoming("text", said), Facts(SmallTown(), resident, NOON))
    return str(turn.messages[0]["text"]).splitlines()[0]


@pytest.mark.parametrize("ahead", range(0, 120, 3))
def test_the_first_line_about_a_day_is_the_answer(ahead: int) -> None:
    day = (NOON + timedelta(days=ahead)).date()
    collected = [one for one in SmallTown().collections("北", day, day) if one.categories]
    line = _first_line(f"{day.year}年{day.month}月{day.day}日のごみ")
    assert written(day) in line
    assert (collected[0].categories[0] if collected else "ありません") in line


@pytest.mark.parametrize("area", MENU_AREAS)
def test_every_area_of_the_menu_answers_from_every_state(area: str) -> None:
    for resident in (Resident(), KNOWN, replace(KNOWN, district="", ward="", outside=True)):
        for before in ([], ["設定"], ["設定", "1", "つぎへ"], ["登録 KODOMO-3"], ["ハンガー"], ["分け方"]):
            chat = Chat(resident=resident)
            for said in before:
                chat.types(said)
            turn = chat.does(Incoming("postback", f"f=menu&a={area}"))
            assert turn.messages
            assert "そのボタンは古いもの" not in said_in(turn.messages)
            assert {type(each) for each in turn.effects} <= {AskMyData, OpenPage}, (
                "opening something changes nothing"
            )


def test_a_tab_of_the_menu_is_changed_without_a_word() -> None:
    chat = Chat()
    chat.types("設定")
    before = chat.state
    turn = chat.does(
        Incoming("postback", "f=menu&a=home", {"newRichMenuAliasId": "safe", "status": "SUCCESS"})
    )
    assert turn.messages == () and turn.effects == ()
    assert turn.state == replace(before, at=turn.state.at, kept=turn.state.kept)


def test_what_a_button_shows_is_what_it_says() -> None:
    chat = Chat(resident=KNOWN)
    for said in ("設定", "ごみ", "ハンガー", "メニュー", "申請", "登録 KODOMO-3"):
        for action in actions_in(chat.types(said).messages):
            assert action["type"] != "postback" or action["displayText"] == action["label"]
            assert len(action.get("data", "")) <= 300


def test_an_answer_carries_flow_version_step_and_nonce() -> None:
    chat = Chat()
    turn = chat.types("設定")
    data = [action["data"] for action in actions_in(turn.messages) if "data" in action]
    assert data[0] == "f=setup&v=1&s=topics&n=1&a=garbage"
    assert all(each.startswith("f=setup&v=1&s=topics&n=1&a=") for each in data)


def test_the_same_event_twice_gives_the_same_turn() -> None:
    facts = Facts(SmallTown(), Resident(), NOON)
    state = step(State(), Incoming("text", "設定"), facts).state
    pressed = Incoming("postback", "f=setup&v=1&s=topics&n=1&a=garbage")
    assert step(state, pressed, facts) == step(state, pressed, facts)


def test_a_state_of_an_older_version_is_left_behind_kindly() -> None:
    facts = Facts(SmallTown(), Resident(), NOON)
    now = NOON.isoformat()
    old = State("counter", "agree", {"form": {}, "trail": [], "asks": "", "v": 0}, at=now)
    draft = {"step": "gone", "form": {}, "trail": [], "v": 1, "at": now}
    for state in (old, State("nothing", "x"), State("setup", "gone"), State(drafts={"setup": draft}, at=now)):
        for said in ("つづき", "はじめから", "もどる", "やめる", "1", "設定"):
            assert step(state, Incoming("text", said), facts).messages


def test_positions_are_not_kept() -> None:
    chat = Chat()
    for said in ("設定", "1", "つぎへ"):
        chat.types(said)
    chat.does(Incoming("location", position=(33.5001, 130.4001)))
    assert "33.5" not in str(chat.state) and "130.4" not in str(chat.state)


def test_the_menu_says_when_a_language_is_missing() -> None:
    assert _first_line("メニュー", replace(KNOWN, language="eo")).startswith("何をしますか")
    turn = step(
        State(), Incoming("text", "メニュー"), Facts(SmallTown(), replace(KNOWN, language="eo"), NOON)
    )
    assert "この言葉の翻訳は まだありません" in said_in(turn.messages)


def test_flows_read_no_clock_and_touch_nothing() -> None:
    forbidden = {
        "os",
        "time",
        "random",
        "socket",
        "subprocess",
        "asyncio",
        "app",
        "worker",
        "sqlalchemy",
        "redis",
    }
    for path in PACKAGE.glob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [a.name for a in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert not {name.split(".")[0] for name in names} & forbidden, f"{path.name} imports {names}"
            if isinstance(node, ast.Attribute):
                assert ast.unparse(node) not in ("date.today", "datetime.now", "datetime.utcnow"), path.name


def test_from_the_tab_for_emergencies_a_position_alone_finds_shelters() -> None:
    """Two touches: the area opens LINE's location screen, 送信; elsewhere a position alone is asked about."""
    for alias, finds in (("safe", True), ("safe-en", True), ("home", False)):
        chat = Chat(resident=KNOWN)
        chat.does(
            Incoming("postback", f"f=tab&a={alias}", {"newRichMenuAliasId": alias, "status": "SUCCESS"})
        )
        said = said_in(chat.does(Incoming("location", position=(33.6, 130.5))).messages)
        assert ("いちばん近い指定緊急避難場所は、青葉小学校です" in said) == finds, alias


def test_a_doubled_tap_is_told_by_lines_time_and_not_by_ours() -> None:
    """Taps that waited here for minutes and are read at once were each meant; one delivered late may still be double."""
    for apart, waited, is_doubled in ((500, 0, True), (500, 60, True), (30_000, 0, False)):
        chat = Chat(resident=KNOWN)
        chat.types("設定")
        chat.presses("知りたいこと")
        data = next(a["data"] for a in actions_in(chat.turn.messages) if a["label"] == "災害")
        first = 1_764_000_000_000
        chat.does(Incoming("postback", data, at=first))
        chat.now += timedelta(seconds=waited)
        turn = chat.does(Incoming("postback", data, at=first + apart))
        assert (turn.messages == () and turn.effects == ()) == is_doubled, apart


def test_nobody_is_sent_to_a_button_that_is_not_there() -> None:
    """「ぜんぶ見る」 belongs to registered children: who only typed a month reads everything at once."""
    windows = (*WINDOWS, *(replace(WINDOWS[0], name=f"その{n}") for n in range(6)))
    for month in range(1, 13):
        chat = Chat(town=replace(SmallTown(), windows=windows))
        chat.types("予防接種")
        said = said_in(chat.types(f"2026年{month}月").messages)
        assert "ぜんぶ見る" not in said


@pytest.mark.parametrize(("word", "title"), [("市のお知らせ", "市のお知らせ"), ("防犯", "防犯・交通")])
def test_what_the_town_sent_last_comes_before_its_pages(word: str, title: str) -> None:
    """One touch to the newest notices themselves; where there are none, the pages as before."""
    sent = (Sent(NOON.date(), "市長のあいさつ", "abc"), Sent(NOON.date(), "冬の計画", "def"))
    state, said = State(), Incoming("text", word)
    facts = Facts(SmallTown(), KNOWN, NOON, public_url="https://kairan.example.jp", notices=sent)
    turn = step(state, said, facts)
    assert str(turn.messages[0]["text"]).splitlines()[:2] == [
        f"{title}：新しい2件です。", "11月23日（月） 市長のあいさつ",
    ]  # fmt: skip
    pages = [action["uri"] for action in actions_in(turn.messages) if "/n/" in action.get("uri", "")]
    assert pages == [f"https://kairan.example.jp/n/{token}?lang=ja" for token in ("abc", "def")]
    without = step(state, said, replace(facts, notices=()))
    assert "ページで見られます" in said_in(without.messages) and without.effects == ()


@pytest.mark.parametrize("code", [each.code for each in offered()])
def test_the_word_that_ends_a_talk_with_staff_is_the_one_that_is_said_in_every_language(code: str) -> None:
    chat = Chat()
    chat.resident = replace(chat.resident, language=code, is_new=False)
    chat.does(Incoming("postback", "f=person&a=care"))
    chat.types("2")
    assert [type(effect) for effect in chat.turn.effects] == [HandOver]
    named = re.search("[「“](.+?)[」”]", said_in(chat.turn.messages))
    assert named
    chat.types("0")
    assert [type(effect) for effect in chat.turn.effects] == [ToStaff]
    chat.types(named[1])
    assert [type(effect) for effect in chat.turn.effects] == [EndHandOver]


@pytest.mark.parametrize("language", [each.code for each in offered()])
def test_a_follow_that_comes_late_greets_in_one_line_above_the_open_question(language: str) -> None:
    chat = Chat(resident=replace(KNOWN, language=language))
    chat.does(Incoming("postback", "f=menu&a=report"))
    asked = chat.turn.messages[0]["text"]
    chat.does(Incoming("follow"))
    assert chat.turn.messages[0]["text"].endswith(asked)
    assert chat.turn.messages[0]["text"].removesuffix(asked).strip().count("\n") == 0
