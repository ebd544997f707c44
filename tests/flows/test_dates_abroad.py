"""Months and days as other languages write them, above all as we do."""

from __future__ import annotations

from datetime import date

import pytest

from bot_flows.dates_abroad import in_japanese
from bot_flows.days import Days, birth_date, month_written, nearby, written
from content.languages import languages

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize("code", languages())
def test_what_a_language_writes_it_reads(code: str) -> None:
    for number in range(1, 13):
        month, day = date(2025, number, 1), date(2026 + (number < 12), number, 3)
        assert birth_date(month_written(month, code), TODAY) == month
        found = nearby(written(day, code), TODAY)
        assert found == Days(day, day), written(day, code)


@pytest.mark.parametrize(
    ("said", "reads"),
    [
        ("May 2026", "2026年5月"), ("2026 May", "2026年5月"), ("Sept. 2025", "2025年9月"),
        ("May 3, 2026", "2026年5月3日"), ("3rd of May 2026", "2026年5月3日"), ("Dec 3", "12月3日"),
        ("December", "12月"), ("born in May 2026", "2026年5月生まれ"), ("5/2026", "2026年5月"),
        ("2026년 5월", "2026年5月"), ("2026년 5월 3일", "2026年5月3日"), ("6개월", "6개월"),
        ("tháng 5 năm 2026", "2026年5月"), ("thang 5/2026", "2026年5月"), ("ngày 3 tháng 5 năm 2026", "2026年5月3日"),
        ("6 tháng", "6 thang"), ("rác ngày 3/12", "rac 12月3日"), ("12/3(木)", "12/3"), ("12/3（木）", "12/3"),
        ("garbage on Friday", "garbage 金曜日"), ("next Friday", "次の金曜日"), ("Friday 3 Dec", "12月3日"), ("holiday", "holiday"), ("२०२६ मे", "2026年5月"), ("2026 मे 3", "2026年5月3日"),
        ("2026年5月", "2026年5月"), ("maybe", "maybe"), ("marathon", "marathon"), ("12月3日", "12月3日"),
    ],
)  # fmt: skip
def test_dates_are_read(said: str, reads: str) -> None:
    assert in_japanese(said) == reads
