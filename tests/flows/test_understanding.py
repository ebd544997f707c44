"""What free text is understood as: measured on questions the matching was not tuned on, when they are there."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from bot_flows.matching import MOST_BY_LIKENESS
from bot_flows.table import AREAS
from bot_flows.understanding import AREA_TITLES, NOTHING, understand
from content.sentences import FOLDER, catalogue
from tests.flows.measure import read, sample_town, share, table, told, unseen_half

HERE = Path(__file__).parent
ASKING = FOLDER.parent / "asking.toml"
KNOWN, OTHERS = HERE / "known_questions.toml", HERE / "questions.toml"
LATER = HERE / "later_questions.toml"
"""Of an answer made after the others were written; all of them are unseen."""


@pytest.mark.table
def test_questions_it_was_tuned_on() -> None:
    answers = told(read(KNOWN))
    print(f"\n{table(answers)}")
    assert len(answers) >= 150
    assert share([each.is_first for each in answers]) >= 0.95
    assert share([each.is_among_three for each in answers]) >= 0.98
    assert share([each.is_wrong_and_sure for each in answers]) <= 0.01
    assert all(each.is_first for each in answers if each.asked.kind == "care")


@pytest.mark.table
def test_questions_written_by_others() -> None:
    tuned = {each.text for each in read(KNOWN)}
    unseen = [*unseen_half(read(OTHERS)), *read(LATER)]
    asked = [each for each in unseen if each.text not in tuned]  # the same letters are not unseen
    assert len(asked) >= 300
    answers = told(asked)
    print(f"\n{table(answers)}\nwanted: top-1 90 %, top-3 97 %, care 100 %, wrong and sure at most 1 %")
    # More questions were written for tuning without a look at these; the 28 of these that happen to have the same
    # letters are counted here and stay out of the known ones. Without them the shares differ by less than a point.
    assert share([each.is_first for each in answers]) >= 0.90
    assert share([each.is_among_three for each in answers]) >= 0.97
    assert share([each.is_wrong_and_sure for each in answers]) <= 0.01
    assert all(each.is_first for each in answers if each.asked.kind == "care")


def test_every_area_that_can_be_meant_has_a_title_and_a_door() -> None:
    meant = {each.id for each in sample_town().vocabulary.meanings if each.kind == "area"}
    assert meant - set(AREA_TITLES) == set()
    assert {f"menu.title_{area}" for area in AREA_TITLES} <= set(catalogue())
    assert set(AREA_TITLES) <= set(AREAS)


@pytest.mark.parametrize("text", ["", "　", "？？？", "の", "は", "👍", "\x00", "あ" * 300])
def test_nothing_is_made_of_nothing(text: str) -> None:
    assert understand(text, sample_town()).confident is False


def test_the_same_text_means_the_same() -> None:
    assert understand("傘", sample_town()) == understand("傘", sample_town())
    assert understand("むにゃむにゃ", sample_town()) == NOTHING


def test_no_entry_of_the_dictionary_is_taken_for_something_else() -> None:
    town = sample_town()
    for entry in town.dictionary.entries:
        found = understand(entry.item, town)
        assert entry.item in [each.id for each in found.candidates], entry.item
        if found.confident:
            assert found.candidates[0].id == entry.item, entry.item


def test_what_everybody_wraps_a_question_in_is_sure_of_nothing() -> None:
    words = tomllib.loads(ASKING.read_text(encoding="utf-8"))
    heads = ("", "これは", "それは", "あの、", "すみません、", "今日", "ちょっと")
    sure = [
        (head + word, found.candidates[0].id)
        for table in words.values()
        for word in table.split()
        for head in heads
        if (found := understand(head + word, sample_town())).confident and found.kind in ("item", "place")
    ]
    assert not sure


@pytest.mark.parametrize(
    "text",
    [
        "引き取ってほしい",
        "できない",
        "きょうはやすみですか",
        "いつから",
        "こと",
        "片付けたい",
        "これはなに",
        "(1)",
    ],
)
def test_no_thing_is_read_out_of_the_way_of_asking(text: str) -> None:
    """「キー」 is spelled as 「き」 and stands in 「引き取って」; 「花」 stands in 「これはなに」."""
    found = understand(text, sample_town())
    assert not any(each.kind == "item" and each.score > MOST_BY_LIKENESS for each in found.candidates)
