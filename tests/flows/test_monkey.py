"""A monkey with a phone: presses anything, types anything, comes back later, receives things twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot_flows.person_facts import EndHandOver, ToStaff
from bot_flows.table import MENU_AREAS
from bot_flows.types import Incoming, Turn
from tests.flows.script import AT_THE_DESK, Chat, actions_in, said_in

TEXTS = st.one_of(
    st.sampled_from(
        [
            "ごみ",
            "設定",
            "もどる",
            "やめる",
            "はじめから",
            "つづき",
            "つづける",
            "はい",
            "いいえ",
            "1",
            "2",
            "3",
            "１と３",
            "7",
            "99",
            "200-0001",
            "300-0000",
            "本町",
            "青葉",
            "東区",
            "市外",
            "2024年5月",
            "5/3",
            "19時",
            "23時",
            "アイロン",
            "ハンガー",
            "マグネット",
            "明日のごみ",
            "来週",
            "粗大ごみ",
            "人",
            "電話",
            "登録",
            "登録_KODOMO-3",
            "登録_MATSURI-1",
            "つぎへ",
            "？",
            "もとに戻す",
            "あとで",
            "これで登録",
            "なおす",
            "助けて",
            "ありがとう",
            "むにゃ",
            "0",
            "10",
            "ほかの町",
            "避難所",
            "地図",
            "予防接種",
            "イベント",
            "ほかの選び方",
            "通報",
            "急がない",
            "写真なしで つづける",
            "書かない",
            "人に聞く",
            "つなぐ",
            "1234 5678 9018",
            "はじめる",
            "ソファ",
            "棚",
            "テレビ",
            "12/3",
            "12/10（木）",
            "一戸建て",
            "入力しました",
            "払いました",
            "申し込む",
            "申し込みの確認・取消",
            "取り消します",
        ]
    ).map(lambda word: word.replace("_", " ")),
    st.text(max_size=30),
    st.text(alphabet="0123456789０１２一二三十-ー〒年月日時", max_size=10),
    st.sampled_from(["あ" * 5000, "{name}", "%s", "\x00", "👨‍👩‍👧‍👦" * 50, "f=menu&a=garbage", "　", ""]),
)
DATA = st.one_of(
    st.sampled_from([f"f=menu&a={area}" for area in MENU_AREAS]),
    st.sampled_from(
        [
            "f=settings&a=undo",
            "f=settings&a=topic&id=events",
            "f=settings&a=children",
            "f=garbage&a=keep&id=zz",
            "f=setup&v=1&s=topics&n=1&a=garbage",
            "f=x",
            "f=setup&n=²&s=a&a=b",
            "f=damage&a=quiet&id=1182",
            "f=damage&a=quiet&id=²",
            "f=bulky_order&a=show&id=4821",
            "f=bulky_order&a=show&id=²",
        ]
    ),
    st.text(max_size=40),
)
DEEDS = st.one_of(
    st.tuples(st.just("type"), TEXTS),
    st.tuples(st.just("press"), st.integers(0, 40)),
    st.tuples(st.just("press old"), st.integers(0, 200)),
    st.tuples(st.just("menu"), DATA),
    st.tuples(st.just("again"), st.none()),
    st.tuples(st.just("wait"), st.sampled_from([1, 11, 31, 60 * 25])),
    st.tuples(st.just("other"), st.sampled_from(["sticker", "photo", "other", "follow"])),
    st.tuples(st.just("photo"), st.sampled_from(["M1", "M2", "M3", "M4"])),
    st.tuples(st.just("place"), st.sampled_from([(33.5, 130.4), (0.0, 0.0), (90.0, -180.0)])),
)


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


def _deed(chat: Chat, deed: str, value: Any, last: Incoming | None) -> Incoming | None:
    if deed == "wait":
        chat.now += timedelta(minutes=value)
        return None
    if deed in ("press", "press old"):
        shown = chat.turn.messages if deed == "press" else [m for messages in chat.history for m in messages]
        actions = actions_in(tuple(shown))
        return _press(actions[value % len(actions)]) if actions else None
    if deed == "again":
        return last
    if deed == "place":
        return Incoming("location", position=value)
    if deed == "photo":
        return Incoming("photo", message_id=value)
    return Incoming({"type": "text", "menu": "postback"}.get(deed, value), value if deed != "other" else "")


@settings(max_examples=600, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(DEEDS, min_size=1, max_size=25))
def test_nothing_a_resident_does_breaks_a_conversation(deeds: list[tuple[str, Any]]) -> None:
    chat, last = Chat(bulky=replace(AT_THE_DESK, has_contact=True)), None
    for deed, value in deeds:
        incoming = _deed(chat, deed, value, last)
        if incoming is None:
            continue
        # Chat checks every turn: limits, two bubbles, numbers, order of quick replies; state goes through JSON.
        turn = chat.does(incoming)
        assert turn.messages or _staff_read(turn), "never silence, unless a person was told"
        last = incoming
    _ways_out_work(chat)


def _staff_read(turn: Turn) -> bool:
    return [type(effect) for effect in turn.effects] == [ToStaff]


def _ways_out_work(chat: Chat) -> None:
    """From every state: もどる and はじめから answer, やめる ends what is open, and then the menu opens."""
    before, resident, now = chat.state, chat.resident, chat.now
    for word in ("もどる", "はじめから", "やめる", "つづき"):
        copy = Chat(state=before, resident=resident, now=now, staff=chat.staff)
        turn = copy.does(Incoming("text", word))
        assert turn.messages
        assert set(turn.effects) <= {EndHandOver()}, "a way out changes no setting"
        if word == "はじめから" and copy.state.data.get("asks"):
            copy.does(Incoming("text", "はい"))
            assert not copy.state.data.get("asks")
        copy.does(Incoming("text", "やめる"))
        assert copy.state.flow == ""
        assert "ごみの日" in said_in(copy.does(Incoming("text", "メニュー")).messages)


@settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(0, 40), min_size=1, max_size=30))
def test_buttons_alone_lead_everywhere_and_never_astray(presses: list[int]) -> None:
    chat = Chat(bulky=replace(AT_THE_DESK, has_contact=True))
    chat.does(Incoming("follow"))
    for number in presses:
        actions = [each for each in actions_in(chat.turn.messages) if each["type"] != "uri"]
        if not actions:
            chat.does(Incoming("text", "メニュー"))
            continue
        incoming = _press(actions[number % len(actions)])
        if incoming is None:
            continue  # the camera or what is copied: of the phone itself
        turn = chat.does(incoming)
        assert turn.messages
        assert "そのボタンは古いもの" not in said_in(turn.messages), "a button just shown is never old"
