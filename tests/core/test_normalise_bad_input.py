"""Input made to break a checker: refused with a sentence or kept exactly, in time that grows with its length only."""

from __future__ import annotations

import time
from datetime import date

import pytest

from content.fields.kinds import KINDS, read
from content.fields.kinds import LONGEST as LONGEST_FIELD
from content.normalise.checking import LONGEST, check


def test_half_a_character_is_refused_and_the_text_is_not_touched() -> None:
    text = "午後1時\ud83d"
    checked = check(text)
    assert (checked.text, checked.changes) == (text, ())
    assert [problem.rule for problem in checked.problems] == ["broken-character"]


def test_a_text_that_is_no_notice_is_refused() -> None:
    checked = check("あ" * (LONGEST + 1))
    assert checked.problems[0].rule == "too-long"
    assert f"{LONGEST:,}字まで" in checked.problems[0].message


def test_a_cell_of_65536_characters_is_kept() -> None:
    text = "あ" * 65_530 + "２０００円"
    assert check(text).text == text[:65_530] + "2,000円"


UNITS = ("あ", "1", "０", "-", "ー", "ア－", "2026年1", "2026年12月5日、", "6日、", "午後1", "10時から", "10:00-", "0", "(0", "0889-", "+81", "1,", "¥", "円",
         "http://a", "https://", "a@", "a.", "@", "丁目1-", "1-", "市", "県市町", "は", "（", "#7119", "〒", "漢字の町1-", "\xa0", "①", "髙", "\U000e0100", "‍")  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_grows_with_the_length_only(unit: str) -> None:
    short, long = (unit * 5_000)[:5_000], (unit * 40_000)[:40_000]
    check(short)
    took_short, took_long = _took(short), _took(long)
    assert took_long < 8 * 4 * took_short + 0.1, (
        f"{took_short:.4f} s, then {took_long:.4f} s for eight times as much"
    )


def _took(text: str) -> float:
    """Processor seconds of one check, the best of three, so that a busy machine does not count."""
    return min(_once(text) for _ in range(3))


def _once(text: str) -> float:
    began = time.process_time()
    check(text)
    return time.process_time() - began


@pytest.mark.parametrize("kind", KINDS)
def test_no_field_is_slow(kind: str) -> None:
    began = time.process_time()
    for unit in UNITS:
        read(kind, (unit * LONGEST_FIELD)[:LONGEST_FIELD], today=date(2026, 11, 23))
    assert time.process_time() - began < 2.0
