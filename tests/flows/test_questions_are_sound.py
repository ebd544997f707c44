"""The questions that measure the matching: enough of every kind, asked once, and every answer really exists."""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

TOWN = Path(__file__).parents[2] / "content" / "town"
QUESTIONS = [Path(__file__).with_name(name) for name in ("questions.toml", "later_questions.toml")]

AT_LEAST = {"item": 200, "place": 70, "procedure": 90, "area": 50, "nonsense": 40, "care": 40}
AREAS = frozenset(
    {
        "garbage",
        "sorting",
        "bulky",
        "shelter",
        "events",
        "children",
        "vaccination",
        "pay",
        "apply",
        "report",
        "settings",
        "stop",
        "delete",
        "data",
        "language",
        "contact",
        "hazard",
        "map",
        "news",
        "safety",
    }
)


@dataclass(frozen=True)
class Question:
    """One thing a resident types, and every answer to it that is right."""

    asks: str
    kind: str
    expects: tuple[str, ...]


def questions() -> list[Question]:
    """Every question of the file, in its order; a missing or an unknown field is a TypeError."""
    files = [tomllib.loads(path.read_text(encoding="utf-8")) for path in QUESTIONS]
    entries = [entry for file in files for entry in file["question"]]
    return [Question(**{**entry, "expects": tuple(entry["expects"])}) for entry in entries]


def column(path: Path, name: str) -> set[str]:
    """The values of one column of a town list."""
    with path.open(encoding="utf-8-sig", newline="") as lines:
        return {row[name] for row in csv.DictReader(lines)}


def answers() -> dict[str, frozenset[str]]:
    """For each kind, every answer the sample town can give."""
    places = [column(path, "名称") for path in sorted((TOWN / "places").glob("*.csv"))]
    faq = tomllib.loads((TOWN / "faq.toml").read_text(encoding="utf-8"))["faq"]
    return {
        "item": frozenset(column(TOWN / "garbage" / "target.csv", "name")),
        "place": frozenset().union(*places),
        "procedure": frozenset(entry["id"] for entry in faq),
        "area": AREAS,
        "nonsense": frozenset(),
        "care": frozenset({"care", "emergency"}),
    }


ASKED = questions()
ANSWERS = answers()


def test_every_expected_answer_exists() -> None:
    strangers = {
        question.asks: sorted(set(question.expects) - ANSWERS[question.kind])
        for question in ASKED
        if not set(question.expects) <= ANSWERS[question.kind]
    }
    assert strangers == {}


def test_an_answer_is_expected_of_everything_but_nonsense() -> None:
    assert [
        question.asks for question in ASKED if bool(question.expects) != (question.kind != "nonsense")
    ] == []
    assert [question.asks for question in ASKED if len(set(question.expects)) != len(question.expects)] == []


def test_nothing_is_asked_twice() -> None:
    counted = Counter(question.asks for question in ASKED)
    assert [asks for asks, times in counted.items() if times > 1] == []


def test_nothing_is_blank_or_padded() -> None:
    assert [question.asks for question in ASKED if question.asks != question.asks.strip()] == []
    assert all(question.asks for question in ASKED)


def test_there_are_enough_of_every_kind() -> None:
    counted = Counter(question.kind for question in ASKED)
    assert set(counted) == set(AT_LEAST)
    assert {kind: counted[kind] for kind in AT_LEAST if counted[kind] < AT_LEAST[kind]} == {}
    assert len(ASKED) >= 480


def test_every_procedure_and_every_area_is_asked_for() -> None:
    for kind in ("procedure", "area"):
        asked = {answer for question in ASKED if question.kind == kind for answer in question.expects}
        assert ANSWERS[kind] - asked == frozenset()


def test_letters_are_typed_as_residents_type_them() -> None:
    """Half-width kana, full-width letters and kana-only questions are there, and no editor has tidied them away."""
    folded = [question for question in ASKED if unicodedata.normalize("NFKC", question.asks) != question.asks]
    kana = [
        question
        for question in ASKED
        if all("ぁ" <= letter <= "ゖ" or letter in "ー 　" for letter in question.asks)
    ]
    assert len(folded) >= 10
    assert len(kana) >= 60
