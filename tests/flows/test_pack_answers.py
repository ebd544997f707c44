"""What the sample pack itself says first: plain Japanese (P01 to P12), short, and about what was asked."""

from __future__ import annotations

import re

import pytest

from bot_flows.asked import Faq
from tests.flows.measure import sample_town
from tests.flows.test_plain_words import RULES

OF_THE_PACK = [rule for rule in RULES if not rule.startswith("P13")]
"""P13 keeps names of windows out of our sentences: they come from here."""
EXCEPTIONS = {("P06", "elder-care"): "「デイサービス」 is the everyday name of it"}
_WORD = re.compile("ごみ|[A-Zァ-ヶー]{2,}|[一-鿿々][一-鿿々ぁ-ん]?")
"""What names something: two letters of it, as 「引っ」 of a move or 「母子」 of a handbook."""


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
