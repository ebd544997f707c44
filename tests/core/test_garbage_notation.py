"""The 5374 day notation, token by token, and every variation towns made of it."""

from __future__ import annotations

from datetime import date

import pytest

from app.garbage.notation import Cell, each_day, read_cell

YEAR = (date(2026, 1, 1), date(2026, 12, 31))


def days(cell: Cell, first: date = YEAR[0], last: date = YEAR[1]) -> list[str]:
    return [f"{day:%m-%d}" for day in each_day(first, last) if cell.falls_on(day)]


def test_a_weekday_is_every_week() -> None:
    assert days(read_cell("月 木"), date(2026, 11, 23), date(2026, 12, 3)) == [
        "11-23",
        "11-26",
        "11-30",
        "12-03",
    ]


def test_the_nth_weekday_counts_occurrences_not_weeks() -> None:
    # 1 December 2026 is a Tuesday: the first Wednesday is the 2nd, the first Monday the 7th.
    assert days(read_cell("水1 月1"), date(2026, 12, 1), date(2026, 12, 31)) == ["12-02", "12-07"]
    assert days(read_cell("日5"), date(2026, 11, 1), date(2026, 12, 31)) == ["11-29"]


def test_months_limit_every_token_before_the_colon() -> None:
    assert days(read_cell("水2:4 6")) == ["04-08", "06-10"]
    assert days(read_cell("水2 20260401:4")) == ["04-01", "04-08"]


def test_dates_and_weekdays_may_stand_in_one_cell() -> None:
    found = days(read_cell("木1 20261224"), date(2026, 12, 1), date(2026, 12, 31))
    assert found == ["12-03", "12-24"]


def test_every_other_week_goes_on_for_ever_from_its_first_day() -> None:
    cell = read_cell("隔水20260107")
    assert days(cell)[:3] == ["01-07", "01-21", "02-04"]
    assert not cell.falls_on(date(2025, 12, 24))
    assert cell.falls_on(date(2028, 1, 5))


def test_tokushima_counts_weeks() -> None:
    assert days(read_cell("e4w20260105"))[:3] == ["01-05", "02-02", "03-02"]


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u3000", "  ", "\t"])
def test_any_kind_of_space_separates(space: str) -> None:
    assert read_cell(f"月{space}木") == read_cell("月 木")
    assert read_cell(f"{space}月{space}") == read_cell("月")


def test_full_width_digits_are_digits() -> None:
    assert read_cell("水２：４") == read_cell("水2:4")


def test_remarks_may_have_numbers_of_several_digits() -> None:
    assert read_cell("火 *1 *10").remarks == ("1", "10")


@pytest.mark.parametrize(
    ("text", "odd", "kept"),
    [
        ("20150198", "20150198", 0),
        ("2020024", "2020024", 0),
        ("月 2020024", "2020024", 1),
        ("隔火20150114", "隔火20150114", 0),  # a Wednesday
        ("隔金20150198 月", "隔金20150198", 1),
        ("水6", "水6", 0),
        ("水0", "水0", 0),
        ("月木", "月木", 0),
        ("第1月", "第1月", 0),
        ("水2:13 4", "13", 1),
        ("水2:", "水2:", 0),
        ("水2:4:6", "4:6", 0),
        ("e0w20180425", "e0w20180425", 0),
        ("毎日", "毎日", 0),
        ("*", "*", 0),
    ],
)
def test_what_is_not_understood_is_named_and_the_rest_still_counts(text: str, odd: str, kept: int) -> None:
    cell = read_cell(text)
    assert odd in [token for token, _ in cell.odd]
    assert len(cell.days) == kept


def test_an_empty_cell_collects_nothing() -> None:
    assert read_cell("") == Cell()
    assert days(read_cell("  ")) == []
