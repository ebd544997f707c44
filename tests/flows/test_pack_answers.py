"""What the sample pack itself says first: plain Japanese (P01 to P12), short, and about what was asked."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.settings import Settings
from bot_flows.asked import Faq
from tests.flows.measure import sample_town
from tests.flows.test_plain_words import BRACKETS, KANJI, RULES, _unread

OF_THE_PACK = [rule for rule in RULES if not rule.startswith("P13")]
"""P13 keeps names of windows out of our sentences: they come from here."""
EXCEPTIONS = {("P06", "elder-care"): "「デイサービス」 is the everyday name of it"}
_WORD = re.compile("ごみ|[A-Zァ-ヶー]{2,}|[一-鿿々][一-鿿々ぁ-ん]")
"""What names something: two letters of it, as 「引っ」 of a move or 「母子」 of a handbook."""

PACK = Path(str(Settings.model_fields["town_dir"].default))
UNREAD_LABELS = {"中文", "家", "土地", "税金", "軽", "車", "健康保険"}
"""A language in its own letters, and taxes: with readings they would be longer than the twenty letters of a button."""


def _texts(part: Any, name: str = "") -> Iterator[str]:
    """Every text of a table that is said to residents."""
    if isinstance(part, dict):
        for key, inner in part.items():
            yield from _texts(inner, key)
    elif isinstance(part, list):
        for inner in part:
            yield from _texts(inner, name)
    elif isinstance(part, str) and name not in ("id", "url", "kana", "code"):
        yield part


@pytest.mark.parametrize("file", ["bulky.toml", "payment.toml", "town.toml"])
def test_its_other_lists_keep_the_rules(file: str) -> None:
    said = list(_texts(tomllib.loads((PACK / file).read_text(encoding="utf-8"))))
    assert len(said) > 40
    assert [(rule[:3], text) for rule in OF_THE_PACK for text in said if re.search(RULES[rule], text)] == []


def test_its_names_in_easy_japanese_are_read_and_not_crowded() -> None:
    names = list(_texts(tomllib.loads((PACK / "names/ja-easy.toml").read_text(encoding="utf-8"))))
    assert len(names) > 100
    assert {word for each in names for word in _unread(each)} == UNREAD_LABELS
    lines = [line for each in names for line in re.split(r"[。\n]", BRACKETS.sub("", each))]
    assert [line for line in lines if len(KANJI.findall(line)) > 13] == []


def _first_sentence(faq: Faq) -> str:
    return faq.answer.split("。", 1)[0]


@pytest.mark.parametrize("rule", OF_THE_PACK)
def test_every_answer_keeps_the_rule_or_says_why_not(rule: str) -> None:
    found = {faq.id for faq in sample_town().faq if re.search(RULES[rule], faq.answer)}
    assert found == {faq for number, faq in EXCEPTIONS if number == rule[:3]}


def test_an_answer_is_made_of_short_sentences() -> None:
    said = [each for faq in sample_town().faq for each in faq.answer.split("。")]
    assert len(said) > 60
    assert [each for each in said if len(each) > 40] == []


def names_its_subject(faq: Faq) -> bool:
    """Who was misunderstood sees it: the first sentence has a word of the question."""
    words = {word for question in faq.questions for word in _WORD.findall(question)}
    return any(word in _first_sentence(faq) for word in words)


def test_an_answer_names_what_it_is_about() -> None:
    assert [faq.id for faq in sample_town().faq if not names_its_subject(faq)] == []
    for said in ("保健所で渡しています。", "切ってください。市がATMを操作させることはありません。"):
        bad = Faq("x", ("母子手帳がほしい", "あやしい電話"), said, "general")
        assert not names_its_subject(bad)
