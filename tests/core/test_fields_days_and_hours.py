"""What staff type for days and times, and the one form it takes; what could mean two things is left and said."""

from __future__ import annotations

from datetime import date, time

import pytest

from content.fields.kinds import read, write
from content.fields.values import Days, Hours, Period

TODAY = date(2026, 11, 23)


def text_of(kind: str, typed: str) -> str:
    reading = read(kind, typed, today=TODAY)
    assert reading.value is not None, reading.problems
    assert read(kind, write(kind, reading.value), today=TODAY).value == reading.value
    return reading.text


def doubt_of(kind: str, typed: str) -> str:
    reading = read(kind, typed, today=TODAY)
    assert reading.value is None
    assert reading.text == typed, "what is not understood stays as typed"
    assert reading.changes == ()
    (problem,) = reading.problems
    assert problem.message.endswith(("。", "）")) or "例：" in problem.message
    return problem.rule


@pytest.mark.parametrize(
    "typed",
    [
        "2026年12月5日（土）",
        "2026/12/5",
        "2026-12-05",
        "2026.12.5",
        "20261205",
        "２０２６年１２月５日（土曜日）",
        "2026年12月5日 土曜日",
        "令和8年12月5日",
        "令和８年１２月５日(土)",
        "R8.12.5",
        "㋿8年12月5日",
        "2026年（令和8年）12月5日［土］",
        "令和8年（2026年）12月5日",
        "西暦2026年12月5日",
    ],
)
def test_a_day_has_one_written_form(typed: str) -> None:
    assert text_of("date", typed) == "2026年12月5日（土）"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("令和元年5月1日", "2019年5月1日（水）"),
        ("平成31年4月30日", "2019年4月30日（火）"),
        ("平成元年1月8日", "1989年1月8日（日）"),
        ("昭和64年1月7日", "1989年1月7日（土）"),
        ("昭和元年12月25日", "1926年12月25日（土）"),
        ("大正15年12月24日", "1926年12月24日（金）"),
        ("大正元年7月30日", "1912年7月30日（火）"),
        ("明治45年7月29日", "1912年7月29日（月）"),
        ("2028年2月29日", "2028年2月29日（火）"),
    ],
)
def test_eras_begin_and_end_on_their_day(typed: str, canonical: str) -> None:
    assert text_of("date", typed) == canonical


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("2026年12月5日（金）", "weekday"),
        ("12月5日", "date-year"),
        ("平成31年5月1日", "date-era"),
        ("令和元年4月30日", "date-era"),
        ("2026年（令和7年）12月5日", "date-year"),
        ("2026年2月29日", "date"),
        ("2026年13月1日", "date"),
        ("0026年12月5日", "date"),
        ("2026年12月", "date"),
        ("令和8年度", "date"),
        ("2026年12月5日（土）雨天中止", "date"),
        ("来週の土曜", "date"),
        ("2026/12-5", "date"),
    ],
)
def test_a_day_that_is_not_certain_is_no_day(typed: str, rule: str) -> None:
    assert doubt_of("date", typed) == rule


def test_the_missing_year_is_asked_for_and_never_filled_in() -> None:
    (problem,) = read("date", "12月5日", today=TODAY).problems
    assert "「2026年12月5日」のように年から" in problem.message


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (
            "2026年12月5日（土）、6日（日）",
            (Days(date(2026, 12, 5), date(2026, 12, 5)), Days(date(2026, 12, 6), date(2026, 12, 6))),
        ),
        ("2026年12月5日～9日", (Days(date(2026, 12, 5), date(2026, 12, 9)),)),
        ("2026/12/5-2026/12/9", (Days(date(2026, 12, 5), date(2026, 12, 9)),)),
        ("令和8年12月28日（月）から1月3日（日）まで", (Days(date(2026, 12, 28), date(2027, 1, 3)),)),
        ("2026年12月5日（雨のときは12日）", (Days(date(2026, 12, 5), date(2026, 12, 5), "雨のときは12日"),)),
    ],
)
def test_days_and_stretches(typed: str, value: tuple[Days, ...]) -> None:
    reading = read("dates", typed, today=TODAY)
    assert reading.value == value
    assert read("dates", reading.text, today=TODAY).value == value


@pytest.mark.parametrize(
    ("typed", "rule"),
    [
        ("2026年12月28日から1月3日まで", "date-year"),
        ("2026年12月9日から2026年12月5日まで", "date-order"),
        ("2026年12月5日（土）、6日（月）", "weekday"),
        ("12月5日、6日", "date-year"),
        ("毎週土曜", "date"),
    ],
)
def test_stretches_that_are_not_certain(typed: str, rule: str) -> None:
    assert doubt_of("dates", typed) == rule


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        (
            "2026年12月1日 9時から12月18日 17時まで",
            Period(date(2026, 12, 1), date(2026, 12, 18), time(9), time(17)),
        ),
        ("令和8年12月18日（金）まで", Period(None, date(2026, 12, 18))),
        ("2026年12月1日から", Period(date(2026, 12, 1), None)),
        ("2026/12/1~2026/12/18", Period(date(2026, 12, 1), date(2026, 12, 18))),
    ],
)
def test_periods_may_be_open_and_carry_times(typed: str, value: Period) -> None:
    reading = read("period", typed, today=TODAY)
    assert reading.value == value
    assert read("period", reading.text, today=TODAY).value == value


def test_a_period_says_from_or_until() -> None:
    assert doubt_of("period", "2026年12月18日") == "period"
    assert doubt_of("period", "2026年12月18日 17時から2026年12月18日 9時まで") == "date-order"


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("10:00-12:00、13:00-17:00", "10:00-12:00、13:00-17:00"),
        ("１０：００～１２：００　１３：００～１７：００", "10:00-12:00、13:00-17:00"),
        ("午前10時から12時まで", "10:00-12:00"),
        ("午後2時〜4時", "14:00-16:00"),
        ("9時30分－17時", "9:30-17:00"),
        ("09:00-17:00", "9:00-17:00"),
        ("午後12時半から午後2時15分まで", "12:30-14:15"),
        ("22:00-翌5:00", "22:00-翌5:00"),
        ("18:00～24:00", "18:00-24:00"),
        ("10時から", "10:00から"),
        ("10時", "10:00から"),
        ("10:00-12:00（受付９時〜）", "10:00-12:00（受付９時〜）"),
        ("AM10:00～PM3:00", "10:00-15:00"),
        ("9:00-11:30 AM", "9:00-11:30"),
    ],
)
def test_times_are_written_in_24_hours(typed: str, canonical: str) -> None:
    if typed == "9:00-11:30 AM":
        assert doubt_of("times", typed) == "time-half", "the start might be in the evening before"
    else:
        assert text_of("times", typed) == canonical


def test_the_next_day_is_kept() -> None:
    assert read("times", "22時から翌日5時まで", today=TODAY).value == (
        Hours(time(22), time(5), next_day=True),
    )


@pytest.mark.parametrize(
    ("kind", "typed", "rule"),
    [
        ("times", "1時~午後2時30分", "time-half"),
        ("times", "8時から午後9時", "time-half"),
        ("times", "1:00-3:00 PM", "time-half"),
        ("times", "午後12時", "time-half"),
        ("times", "午後15時", "time-half"),
        ("times", "3時", "time-half"),
        ("times", "13時から3時", "time-half"),
        ("times", "9:00-5:00", "time-order"),
        ("times", "9:00-17", "time"),
        ("times", "25:00", "time"),
        ("times", "10時60分", "time"),
        ("times", "受付9時30分から", "time"),
        ("times", "10:00-12:00 予約制", "time"),
        ("time", "24:00", "time"),
        ("time", "10:00-12:00", "time"),
    ],
)
def test_a_time_that_could_be_half_a_day_off_is_left(kind: str, typed: str, rule: str) -> None:
    assert doubt_of(kind, typed) == rule


@pytest.mark.parametrize(
    ("typed", "at"), [("午後1時", "13:00"), ("13時半", "13:30"), ("正午", "12:00"), ("0時", "0:00")]
)
def test_one_time(typed: str, at: str) -> None:
    assert text_of("time", typed) == at
