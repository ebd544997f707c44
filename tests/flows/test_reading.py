"""How what residents write is read: numbers, words, days, dates of birth, times, codes, button data."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot_flows import postback
from bot_flows.counter import code_in
from bot_flows.days import Days, birth_date, called, clock_time, nearby
from bot_flows.distress import cry_for_help
from bot_flows.table import AREAS, DOORS
from bot_flows.words import DOOR_WORDS, door_word, kanji_number, masked, numbers, way_out

MONDAY = date(2026, 11, 23)
PACK = Path(__file__).parents[2] / "content" / "town" / "garbage" / "target.csv"


def _one(day: date) -> Days:
    return Days(day, day)


@pytest.mark.parametrize(
    ("text", "read"),
    [
        *(((one, (1,))) for one in ("1", "１", "一", "①", "1番", " 1。")),
        *(((two, (1, 3))) for two in ("1と3", "１、３", "一と三", "1 3", "1,3", "1番と3番")),
        *(
            ((one, (1,)))
            for one in ("1️⃣", "(1)", "（１）", "1)", "【1】", "#1", "1-", "1で", "ひとつです", "一番目")
        ),
        *(((two, (1, 3))) for two in ("1️⃣3️⃣", "１と３です", "1と3でお願いします")),
        ("3個です", (3,)),
        ("十二", (12,)),
        ("ごみ", ()),
        ("2024", ()),
        ("1丁目", ()),
        ("", ()),
        ("-1", ()),
    ],
)
def test_numbers(text: str, read: tuple[int, ...]) -> None:
    assert numbers(text) == read


def test_kanji_numbers() -> None:
    assert [kanji_number(text) for text in ("一", "十", "十二", "二十", "九十九", "十十", "一二", "")] == [
        1, 10, 12, 20, 99, None, None, None,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("明日のごみ", _one(date(2026, 11, 24))),
        ("あしたって何ゴミ？", _one(date(2026, 11, 24))),
        ("来週の火曜", _one(date(2026, 12, 1))),
        ("さ来週の月曜日", _one(date(2026, 12, 7))),
        ("来週", Days(date(2026, 11, 30), date(2026, 12, 6), "来週")),
        ("今週のごみ", Days(MONDAY, date(2026, 11, 29), "今週")),
        ("来月", Days(date(2026, 12, 1), date(2026, 12, 31), "来月")),
        ("週末", Days(date(2026, 11, 28), date(2026, 11, 29), "週末")),
        ("月曜", _one(MONDAY)),
        ("次の月曜", _one(date(2026, 11, 30))),
        ("12月3日", _one(date(2026, 12, 3))),
        ("十二月三日のごみ", _one(date(2026, 12, 3))),
        ("1月4日", _one(date(2027, 1, 4))),
        ("3日", _one(date(2026, 12, 3))),
        ("2026/12/5", _one(date(2026, 12, 5))),
        ("らいしゅうの かようび", _one(date(2026, 12, 1))),
        ("すいようび", _one(date(2026, 11, 25))),
        ("にちようびの ごみは なんですか", _one(date(2026, 11, 29))),
        ("12がつ 1にち", _one(date(2026, 12, 1))),
        ("12がつ ついたちの ごみ", _one(date(2026, 12, 1))),
        ("あしたは なんの ひ", _one(date(2026, 11, 24))),
        ("きょうは なんの ひですか", _one(MONDAY)),
        ("2月30日", None),
        ("明日のイベント", None),
        ("日曜大工", None),
        ("月", None),
        ("ごみ", None),
        ("", None),
    ],
)
def test_days(text: str, read: Days | None) -> None:
    assert nearby(text, MONDAY) == read


def test_another_year_is_said() -> None:
    assert called(date(2026, 11, 24), MONDAY) == "あした 11月24日（火）"
    assert called(date(2027, 1, 5), MONDAY) == "1月5日（火）"
    assert called(date(2027, 11, 24), MONDAY) == "2027年11月24日（水）"


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("2024年5月3日", date(2024, 5, 3)),
        ("２０２４/５", date(2024, 5, 1)),
        ("20240503", date(2024, 5, 3)),
        ("令和6年5月生まれ", date(2024, 5, 1)),
        ("R6.5.3", date(2024, 5, 3)),
        ("令和元年5月", date(2019, 5, 1)),
        ("H31/4/1", date(2019, 4, 1)),
        ("去年の7月", date(2025, 7, 1)),
        ("来年の三月です", date(2027, 3, 1)),
        ("2024ねん 5がつ みっか", date(2024, 5, 3)),
        ("れいわ6ねん 5がつ", date(2024, 5, 1)),
        ("2024年13月", None),
        ("20240231", None),
        ("5月3日", None),
        ("たろう", None),
    ],
)
def test_dates_of_birth(text: str, read: date | None) -> None:
    assert birth_date(text, date(2026, 11, 23)) == read


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("前の日19時", ("before", 19, 0)),
        ("当日 6:30", ("same", 6, 30)),
        ("夜8時", ("", 20, 0)),
        ("朝６時半", ("", 6, 30)),
        ("よる 8じ", ("", 20, 0)),
        ("まえの ひ 7じ30ぷん", ("before", 7, 30)),
        ("あさ 6じはん", ("", 6, 30)),
        ("24時", None),
        ("19", None),
    ],
)
def test_times(text: str, read: tuple[str, int, int] | None) -> None:
    assert clock_time(text) == read


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("登録 KODOMO-3", "KODOMO-3"),
        ("登録　ｋｏｄｏｍｏ－３", "KODOMO-3"),
        ("kodomo-3", "KODOMO-3"),
        ("登録コード 7H4K-92PX", ""),
        ("登録", ""),
        ("DVD", ""),
    ],
)
def test_counter_codes(text: str, code: str) -> None:
    assert code_in(text) == code


def test_words_open_doors_whatever_their_spelling() -> None:
    for text, door in {
        "ゴミ": "garbage", "ごみを教えて？": "garbage", "粗大": "bulky", "そだいごみ": "bulky", "ひなん": "shelter",
        "台風": "alert", "健診": "vaccination", "イベントは？": "events", "納付": "pay", "穴": "report", "地区": "area",
        "やめたい": "stop", "消して": "delete", "ダウンロード": "data", "ＥＮＧＬＩＳＨ": "language", "職員": "contact",
        "？": "home", "MENU": "home", "粗大ごみの申し込み": "bulky", "税を払いたい": "pay", "避難所をさがしたい": "shelter",
        "設定を見る": "settings", "イベントに行きたいです": "events", "予防接種の予約": "vaccination",
    }.items():  # fmt: skip
        assert door_word(text) == door, text
    assert way_out("戻る") and way_out("０") and way_out("キャンセル！") and not way_out("やめたい")


def test_every_door_word_opens_something() -> None:
    assert set(DOOR_WORDS.values()) - {"thanks", "hello", "code"} <= set(AREAS)
    assert set(AREAS) == set(DOORS["menu"])


def test_no_item_of_the_dictionary_is_taken_for_something_else() -> None:
    rows = PACK.read_text(encoding="utf-8-sig").splitlines()
    items = [row["name"] for row in csv.DictReader(rows)]
    assert len(items) >= 300
    for item in items:
        assert not cry_for_help(item), item
        assert not way_out(item) and not door_word(item) and not numbers(item), item
        assert nearby(item, MONDAY) is None, item


def test_words_of_distress() -> None:
    assert cry_for_help("助けて！") == "emergency"
    assert cry_for_help("ＤＶを受けています") == "care"
    assert cry_for_help("DVDの捨て方") == ""


@pytest.mark.parametrize(
    ("text", "cry"),
    [
        ("ｼﾆﾀｲ", "care"),
        ("きえてしまいたい", "care"),
        ("お金がなくて食べるものがない", "care"),
        ("旦那に なぐられる", "care"),
        ("子どもをたたいてしまう", "care"),
        ("夜ねむれません", "care"),
        ("ガスくさい", "emergency"),
        ("家が燃えてる", "emergency"),
        ("じいちゃんがたおれた", "emergency"),
        ("息をしていない", "emergency"),
        ("火事場の馬鹿力", ""),
        ("ドラマで殺人", ""),
        ("本棚が倒れて壊れた", ""),
        ("辛いカレー", ""),
        ("助けてくれてありがとう", ""),
        ("税金が払えない", ""),
        ("火災保険の書類", ""),
    ],
)
def test_distress_in_every_spelling_and_nothing_else(text: str, cry: str) -> None:
    assert cry_for_help(text) == cry


def test_kept_words_hold_no_numbers() -> None:
    assert masked("０９０-1234-5678 です") == "＊＊＊-＊＊＊＊-＊＊＊＊ です"
    assert len(masked("あ" * 500)) == 100


@given(st.text(max_size=60), st.integers(0, 10**6), st.text(alphabet="abc_", min_size=1, max_size=20))
def test_button_data_come_back(act: str, nonce: int, step: str) -> None:
    data = postback.answer("setup", 1, step, nonce, act[:20] or "x")
    assert postback.read(data) == postback.Press("setup", act[:20] or "x", 1, step, nonce)


@given(st.text(max_size=400))
def test_made_up_data_never_break_anything(data: str) -> None:
    press = postback.read(data)
    assert press is None or (press.flow and press.act)


def test_data_beyond_lines_limit_are_a_fault_of_ours() -> None:
    with pytest.raises(postback.TooLong):
        postback.door("menu", "x" * 300)
