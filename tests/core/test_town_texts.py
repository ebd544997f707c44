"""The sample town's questions and child-age windows: complete, plain, and pointing at sections that exist."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from app.settings import Settings
from content.limits import grapheme_len

PACK = Path(str(Settings.model_fields["town_dir"].default))
TOWN = tomllib.loads((PACK / "town.toml").read_text(encoding="utf-8"))
FAQ = tomllib.loads((PACK / "faq.toml").read_text(encoding="utf-8"))["faq"]


def test_thirty_questions_with_names_of_their_own() -> None:
    assert len(FAQ) >= 30
    assert len({each["id"] for each in FAQ}) == len(FAQ)
    spoken = [question for each in FAQ for question in each["questions"]]
    assert len(set(spoken)) == len(spoken)


@pytest.mark.parametrize("each", FAQ, ids=lambda each: str(each["id"]))
def test_an_answer_is_short_and_has_a_section(each: dict[str, str]) -> None:
    assert each["section"] in {section["id"] for section in TOWN["sections"]}
    assert grapheme_len(each["answer"]) <= 120
    assert all(grapheme_len(sentence) <= 50 for sentence in each["answer"].split("。"))


@pytest.mark.parametrize("name", ["vaccination", "checkups"])
def test_windows_begin_before_they_end(name: str) -> None:
    windows = tomllib.loads((PACK / "childcare" / f"{name}.toml").read_text(encoding="utf-8"))["window"]
    assert len(windows) >= 6
    for window in windows:
        assert 0 <= window["from_months"] <= window["to_months"] <= 228 and window["name"] and window["note"]
