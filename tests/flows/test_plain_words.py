"""Plain Japanese (P01–P14) and the chat's own checks (C01–C15), over every sentence and over everything the scripts say.

``EXCEPTIONS`` names what breaks a rule on purpose, each with its reason; one that is no longer needed fails too.
P14 (read it aloud, ask somebody) is for people; C15 (the loading animation for waits over a second, a line of text after ten): ``tests/contract/test_waiting.py``; C06 is
``tests/core/test_menu_words.py``; C13 and C14 are about pushes: ``tests/db/test_attention*.py``, ``tests/core/test_cards.py``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

import pytest

from content.sentences import catalogue

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


def test_p09_amounts_of_every_sentence_are_filled_as_money() -> None:
    """Whatever has a hole for an amount says it with its unit, in every language; nothing prints a bare number."""
    holed = {key: each.texts for key, each in catalogue().items() if "{amount}" in each.texts["ja"]}
    assert holed
    units = re.compile(r"\{amount\} ?(?:円|yen|日元|日圓|엔)|¥\{amount\}")
    assert [
        (key, code) for key, texts in holed.items() for code, text in texts.items() if not units.search(text)
    ] == []
