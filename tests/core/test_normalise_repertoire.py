"""The repertoire against published tables: JIS X 0213, the era table, the MJ縮退マップ."""

from __future__ import annotations

import csv
import os
import re
import unicodedata
from datetime import date
from pathlib import Path

import pytest

from content.fields.days import ERAS
from content.normalise.characters import plain_characters
from content.normalise.checking import check
from content.normalise.shrink import known, simpler

pytestmark = pytest.mark.real_data


def _folder() -> Path:
    return Path(os.environ["KAIRAN_REAL_DATA"]) / "text"


def test_every_kanji_of_jis_x_0213_needs_no_look() -> None:
    levels = sorted((_folder() / "charsets").glob("JISX0213_第*水準.txt"))
    assert len(levels) == 4
    kanji = {sign for path in levels for sign in path.read_text("utf-8") if not sign.isspace()}
    assert len(kanji) > 10_000
    asked = [sign for sign in kanji if any(p.rule == "outside-jis" for p in check(sign).problems)]
    assert asked == []
    assert len(kanji & plain_characters()) > 0.95 * len({sign for sign in kanji if sign <= "\uffff"})


def test_joyo_kanji_are_plain() -> None:
    everyday = {
        sign for sign in (_folder() / "charsets" / "常用漢字.txt").read_text("utf-8") if not sign.isspace()
    }
    outside = everyday - plain_characters()
    assert all(check(sign).problems == () for sign in outside)


def test_simpler_forms_are_those_of_the_published_map() -> None:
    table = {
        row["kanji"]: row["shrink"]
        for row in csv.DictReader((_folder() / "mj_shrink" / "moji.csv").read_text("utf-8-sig").splitlines())
    }
    compared = [sign for sign in known() if table.get(sign)]
    assert len(compared) >= 40
    for sign in compared:
        assert set(simpler(sign)) <= set(table[sign]), f"{sign}: {simpler(sign)} against {table[sign]}"


def test_every_kanji_a_windows_keyboard_types_beyond_the_standard_has_a_form_or_a_sentence() -> None:
    typed = {
        bytes([high, low]).decode("cp932", "ignore")
        for high in range(0xFA, 0xFD)
        for low in range(0x40, 0xFD)
    }
    beyond = {
        sign
        for sign in typed
        if len(sign) == 1 and unicodedata.name(sign, "").startswith("CJK") and sign not in plain_characters()
    }
    offered = {sign for sign in beyond if simpler(sign)}
    assert len(offered) >= 20
    for sign in beyond:
        (problem,) = check(sign).problems
        assert ("ひらがな" in problem.message) or any(form in problem.message for form in simpler(sign)), (
            problem
        )
    assert {problem.rule for sign in beyond for problem in check(sign).problems} == {"outside-jis"}


def test_simpler_forms_are_in_the_repertoire_and_what_they_replace_is_not() -> None:
    for sign in known():
        assert set(simpler(sign)) <= plain_characters()
        assert [problem.rule for problem in check(sign).problems] == ["outside-jis"]


def test_eras_agree_with_the_public_table() -> None:
    rows = list(csv.DictReader((_folder() / "元号西暦対応表.csv").read_text("utf-8-sig").splitlines()))
    for row in rows[1:]:
        year = int(row["西暦"])
        _, month, day = map(int, re.findall(r"\d+", row["元号による最初の日付"]))
        assert ERAS[row["元号"]][0] == date(year, month, day)
