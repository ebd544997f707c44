"""Plain Japanese (P01–P14) and the chat's own checks (C01–C15), over every sentence and over everything the scripts say.

``EXCEPTIONS`` names what breaks a rule on purpose, each with its reason; one that is no longer needed fails too.
P14 (read it aloud, ask somebody) is for people; C15 (the loading animation for waits over a second, a line of text after ten): ``tests/contract/test_waiting.py``; C06 is
``tests/core/test_menu_words.py``; C13 and C14 are about pushes: ``tests/db/test_attention*.py``, ``tests/core/test_cards.py``.
"""

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
from bot_flows.turns import asked_now
from bot_flows.types import Facts, Incoming, State, Turn
from content.limits import grapheme_len
from content.sentences import catalogue
from tests.flows.bubbles import WAYS, actions_in, check, said_in
from tests.flows.chat import Chat
from tests.flows.script import run
from tests.flows.tables import BULKY

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
HOLE = re.compile(r"\{[a-z_]+\}")
BRACKETS = re.compile(r"（[^）]*）")
KANJI = re.compile("[\u4e00-\u9fff々]")

RULES: dict[str, str] = {
    "P02 no law, no history": r"条例|法律|に基づ|第[0-9一二三]+条|施行|制度改正",
    "P03 verbs, not noun chains": r"を実施|実施し|の実施|を行[いうっ]|をおこな|の提出|となります|に関する|における",
    "P04 no double negative": r"ない(?:わけ|こと|もの)?(?:では|は)(?:ありません|ない)|なければ(?:なりません|いけません)",
    "P05 no vague amounts or times": r"早めに|できるだけ|なるべく|多少|しばらく|適宜|後日|随時|相当|そのうち|近日|すみやか|速やか|など必要",
    "P06 no office words, no needless katakana": r"エントリー|アクセス|キャンセル|還付|当該|所定|併せ|及び|並びに|添付|インストール|ログイン|オンライン|デジタル|サービス|メッセージ|アカウント|ファイル|ダウンロード",
    "P07 disaster words with their meaning": r"避難指示(?!（)|高齢者等避難(?!（)|緊急安全確保(?!（)",
    "P08 no stacked politeness": r"いただ|くださいますよう|致し|ございません|になられ|ご[一-龠]{2}(?:ください|願)",
    "P09 half-width numbers, commas in money": r"[０-９]|[0-9]{4,}円",
    "P12 no years of eras or offices": r"令和|平成|年度",
    "P13 names of windows come from the town": r"[一-龠]{2,}(?:課|係|局|部)(?![をがはに]?読)",
}
EXCEPTIONS: dict[tuple[str, str], str] = {
    ("P06", "events.wait"): "the word on every application form; 「空き」 explains it in the next sentence",
    ("P06", "events.wait_who"): "answers that button, by its name",
    ("P06", "mydata.download"): "the word on the button of every phone; the sentence beside it says 保存",
    ("P06", "mydata.download_ready"): "names that button",
    ("P06", "mydata.download_card"): "names that button",
    ("P06", "mydata.download_alt"): "names that button",
    ("P06", "mydata.alt"): "names that button",
    ("P06", "mydata.page_care"): "names that button",
    ("P06", "mydata.page_title"): "names that button",
    ("P06", "mydata.page_csv"): "「サービス」 is the everyday word for what reads these data",
    ("P06", "mydata.page_json"): "「サービス」 is the everyday word for what reads these data",
    ("P06", "mydata.page_json_note"): "「サービス」 is the everyday word for what reads these data",
}


@cache
def japanese() -> dict[str, str]:
    return {key: sentence.texts["ja"] for key, sentence in catalogue().items()}


@cache
def chats() -> dict[str, Chat]:
    return {path.stem: run(path.read_text(encoding="utf-8")) for path in SCRIPTS}


@cache
def turns() -> tuple[tuple[str, tuple[dict[str, Any], ...]], ...]:
    """Everything the scripts say: script and messages of one turn."""
    return tuple((name, messages) for name, chat in chats().items() for messages in chat.history)


def _breaking(rule: str) -> set[str]:
    return {key for key, text in japanese().items() if re.search(RULES[rule], text)}


@pytest.mark.parametrize("rule", RULES)
def test_every_sentence_keeps_the_rule_or_says_why_not(rule: str) -> None:
    excepted = {key for number, key in EXCEPTIONS if number == rule[:3]}
    found = _breaking(rule)
    assert sorted(found - excepted) == [], [japanese()[key] for key in sorted(found - excepted)]
    assert sorted(excepted - found) == [], "an exception nobody needs"


def test_a_rule_can_fail() -> None:
    """Each pattern finds the bad example it was made for."""
    bad = ["条例に基づき", "水分補給を実施", "対象外ではないではありません", "早めに", "エントリー", "避難指示が出ました", "ご提出いただき", "１０時", "令和8年", "環境課"]  # fmt: skip
    assert all(re.search(pattern, text) for pattern, text in zip(RULES.values(), bad, strict=True))


def test_p01_sentences_are_short() -> None:
    """50 at most (``test_plain_japanese``), over 40 is the rare case."""
    long = [
        key
        for key, text in japanese().items()
        for each in re.split(r"[。\n]", text)
        if len(BRACKETS.sub("", HOLE.sub("", each))) > 40
    ]
    assert len(long) <= len(japanese()) // 100, long


def test_p10_many_things_are_a_list() -> None:
    """Four things in a row at most; the welcome names what the account is for."""
    rows = [key for key, text in japanese().items() if any(each.count("、") > 4 for each in re.split(r"[。\n]", text))]  # fmt: skip
    assert rows == []


def _easy() -> Iterator[tuple[str, str]]:
    for key, sentence in catalogue().items():
        if "ja-easy" in sentence.texts:
            yield key, HOLE.sub("", sentence.texts["ja-easy"])


def test_p11_easy_japanese_has_few_kanji() -> None:
    """At most 13 kanji a sentence."""
    crowded = [
        key for key, text in _easy() for each in re.split(r"[。\n]", text) if len(KANJI.findall(BRACKETS.sub("", each))) > 13
    ]  # fmt: skip
    assert crowded == []


UNREAD: dict[tuple[str, str], str] = {
    ("guide.code_title", "登録"): "stands so on the slip from the counter",
    ("bulky.page_name_help", "汐野"): "the example of a name, read as a whole in the brackets behind it",
}
"""Kanji without their reading, by the beginning of the key and the word, each with its reason."""
NUMBERED = "年月日時分円個回点人歳番階件枚"
"""What counts: 「12月5日」, 「18時」 are written so on every clock, calendar and price, and read by their number."""
AS_ON_THE_SIGN = re.compile("「[^」]*」")
"""What is to be typed or is written somewhere stands there as it is (P13)."""


def _unread(text: str) -> list[str]:
    """Words in kanji that no reading in brackets follows: 「出（だ）す」 has one, 「火曜日」 none."""
    read = re.compile(r"[ぁ-んー]{0,4}（[ぁ-んァ-ヶー0-9、・ ]+[。）]")
    words = [(found[0], found.start(), found.end()) for found in re.finditer(r"[一-鿿々]+", text)]
    return [
        word
        for word, first, end in words
        if not read.match(text, end) and not (word in NUMBERED and re.search(r"[0-9}＊]$", text[:first]))
    ]


def test_p11_easy_japanese_reads_its_kanji() -> None:
    easy = {
        key: sentence.texts["ja-easy"] for key, sentence in catalogue().items() if "ja-easy" in sentence.texts
    }
    found = {(key, word) for key, text in easy.items() for word in _unread(text)}
    needed = {
        (start, word)
        for start, word in UNREAD
        if any(key.startswith(start) and word == w for key, w in found)
    }
    assert (
        sorted(each for each in found if not any(each[0].startswith(s) and each[1] == w for s, w in UNREAD))
        == []
    )
    assert needed == set(UNREAD), "an exception nobody needs"


def test_p11_can_fail() -> None:
    assert _unread("ごみは 火曜日に 出（だ）して ください。") == ["火曜日"]
    assert _unread("ごみは 火曜日（かようび）に 出（だ）して ください。12月5日、{hour}時") == []


def test_p12_easy_japanese_has_no_words_of_offices() -> None:
    assert [key for key, text in _easy() if re.search("年度|令和|平成", text)] == []


# ---- the chat ----------------------------------------------------------------------------------------------


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
    abroad = {"v_letters"}
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


def test_p09_amounts_of_every_sentence_are_filled_as_money() -> None:
    """Whatever has a hole for an amount says it with its unit, in every language; nothing prints a bare number."""
    holed = {key: each.texts for key, each in catalogue().items() if "{amount}" in each.texts["ja"]}
    assert holed
    units = re.compile(r"\{amount\} ?(?:円|yen|日元|日圓|엔)|¥\{amount\}")
    assert [
        (key, code) for key, texts in holed.items() for code, text in texts.items() if not units.search(text)
    ] == []


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
    choices = asked_now(scene)[1].choices
    found = [n for n, each in enumerate(choices, start=1) if each.id == press.act and each.kind == "answer"]
    return (str(found[0]), choices[found[0] - 1].label) if found else ()
