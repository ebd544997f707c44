"""Everything that can go wrong in a conversation is shown by a script, or by a test where words are not enough.

``error_rows.toml`` is the list. A row nobody shows fails here; that what it names really happens is for
``test_scripts`` and for the test it names.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent
REPOSITORY = HERE.parents[1]
ROWS: list[dict[str, str]] = tomllib.loads((HERE / "error_rows.toml").read_text(encoding="utf-8"))["row"]
ELSEWHERE = {"J", "M", "U"}
"""Disasters and individual notices: their conversations come with their own subjects."""


def missing(row: dict[str, str]) -> str:
    """What a row lacks to be shown; "" when it is."""
    if "script" in row:
        if row["shows"].startswith((">", "@")):
            return f"{row['shows']} is what was done, not what it led to"
        script = HERE / "scripts" / f"{row['script']}.txt"
        if not script.is_file():
            return f"no script {row['script']}"
        is_shown = row["shows"] in script.read_text(encoding="utf-8").splitlines()
        return "" if is_shown else f"{row['script']} never shows {row['shows']}"
    test = REPOSITORY / row["test"]
    if not test.is_file():
        return f"no {row['test']}"
    is_there = re.search(rf"^def {row['named']}\(", test.read_text(encoding="utf-8"), re.M)
    return "" if is_there else f"no {row['named']} in {row['test']}"


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row['flow']}: {row['what']}")
def test_every_row_is_shown(row: dict[str, str]) -> None:
    assert missing(row) == ""


def test_every_conversation_has_rows() -> None:
    letters = {chr(code) for code in range(ord("A"), ord("W") + 1)}
    assert {row["flow"] for row in ROWS} == letters - ELSEWHERE | {"ways"}
    assert len({(row["flow"], row["what"]) for row in ROWS}) == len(ROWS)


def test_a_row_can_fail() -> None:
    assert missing({"script": "nobody", "shows": "< x"}) == "no script nobody"
    assert missing({"script": "l_list", "shows": "< x"}) == "l_list never shows < x"
    assert missing({"script": "l_list", "shows": "> イベント"}).endswith("not what it led to")
    assert missing({"test": "tests/flows/test_back.py", "named": "test_nothing"}).startswith(
        "no test_nothing"
    )
