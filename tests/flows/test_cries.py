"""Cries for help are found in every language and spelling, whatever language is set, and everyday questions are none."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot_flows.distress import cry_for_help
from bot_flows.engine import step
from bot_flows.types import Facts, Incoming, Resident, State
from content.words import typed
from tests.flows.bubbles import said_in
from tests.flows.chat import NOON
from tests.flows.town import SmallTown

CRIES = tomllib.loads(Path(__file__).with_name("cries.toml").read_text(encoding="utf-8"))
KINDS = {
    "emergency": {"emergency"},
    "disaster": {"disaster"},
    "care": {"care"},
    "either": {"emergency", "care"},
    "harmless": {""},
}


def _texts(*kinds: str) -> Iterator[tuple[str, str]]:
    """(kind, text) of every language."""
    for tables in CRIES.values():
        for kind, texts in tables.items():
            if kind in kinds:
                yield from ((kind, text) for text in texts.splitlines() if text)


@pytest.mark.parametrize("language", CRIES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_text_is_taken_for_what_it_is(language: str, kind: str) -> None:
    texts = CRIES[language].get(kind, "").splitlines()
    wrong = {text: found for text in texts if text and (found := cry_for_help(text)) not in KINDS[kind]}
    assert wrong == {}


def test_there_are_enough_of_them() -> None:
    assert len(list(_texts("harmless"))) >= 60
    for language, least in {"ja": 80, **dict.fromkeys(set(CRIES) - {"ja"}, 25)}.items():
        assert len(CRIES[language]["emergency"].split("\n") + CRIES[language]["care"].split("\n")) >= least


@pytest.mark.parametrize("blank", [" ", "　", "・", ".", "…", "。"])
def test_letters_written_one_by_one(blank: str) -> None:
    assert cry_for_help(blank.join("しにたい")) == "care"
    assert cry_for_help(blank.join("助けて")) == "emergency"


@pytest.mark.parametrize("text", ["家は燃えるごみですか。山では", "消えた。いいえ", "かさ。いす。"])
def test_marks_between_sentences_join_nothing(text: str) -> None:
    assert cry_for_help(text) == ""


def test_no_word_that_opens_or_answers_something_is_a_cry() -> None:
    kinds = ("ways", "doors", "answers", "days", "insults", "items", "damage")
    assert {word for kind in kinds for _, word in typed(kind) if cry_for_help(word)} == set()


@pytest.mark.parametrize("language", ["ja", "ja-easy", "en", "zh-Hans", "zh-Hant", "ko", "vi", "ne"])
@pytest.mark.parametrize("text", ["help", "救命", "살려줘", "cứu tôi", "बचाउनुहोस्", "助けて", "sos"])
def test_the_numbers_that_help_are_shown_in_any_language(language: str, text: str) -> None:
    resident = Resident(frozenset(), "東区", "e01", language=language, is_new=False)
    turn = step(State(), Incoming("text", text), Facts(SmallTown(), resident, NOON))
    assert "119" in str(turn.messages[0])


def test_no_cry_is_answered_with_a_list_or_kept_as_unknown() -> None:
    facts = Facts(SmallTown(), Resident(frozenset(), "東区", "e01", is_new=False), NOON)
    for _, text in _texts("emergency", "disaster", "care", "either"):
        turn = step(State(), Incoming("text", text), facts)
        assert "119" in said_in(turn.messages), text
        assert turn.effects == (), text
