"""When repeats go out, held against a plain reading of the calendar, day by day."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import Refused
from app.repeats import rules
from app.repeats.rules import Pattern

HOLIDAYS = {date(2026, 11, 23), date(2027, 1, 1), date(2026, 12, 23), date(2028, 2, 29)}


def is_holiday(day: date) -> bool:
    return day in HOLIDAYS


def days(pattern: Pattern) -> list[date]:
    return [(each + timedelta(hours=9)).date() for each in rules.instants(pattern, is_holiday)]


def pattern(kind: rules.Kind, first: date, until: date, **more: object) -> Pattern:
    return Pattern(kind, time(18), first, until, **more)


def test_an_instant_is_japanese_time_in_utc() -> None:
    one = pattern("daily", date(2026, 12, 1), date(2026, 12, 1))
    assert rules.instants(one, is_holiday) == [datetime(2026, 12, 1, 9, 0, tzinfo=UTC)]


ELSEWHERE = """
from datetime import date, time
from app.repeats import rules
every = rules.Pattern("daily", time(2, 30), date(2026, 1, 1), date(2026, 12, 31))
print([f"{each:%m%d%H%M}" for each in rules.instants(every, lambda _: False)])
"""


def test_a_year_of_instants_is_the_same_where_the_machine_s_own_clock_changes_for_summer() -> None:
    every = Pattern("daily", time(2, 30), date(2026, 1, 1), date(2026, 12, 31))
    told = subprocess.run(
        [sys.executable, "-c", ELSEWHERE],
        env=os.environ | {"TZ": "America/New_York"},
        capture_output=True,
        text=True,
        check=True,
    )
    here = [f"{each:%m%d%H%M}" for each in rules.instants(every, lambda _: False)]
    assert told.stdout.strip() == str(here) and len(here) == 365


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (pattern("weekly", date(2026, 12, 1), date(2026, 12, 14), weekdays=(1, 4)), ["12-01", "12-04", "12-08", "12-11"]),
        (pattern("monthly", date(2026, 12, 1), date(2027, 4, 30), day=31), ["12-31", "01-31", "02-28", "03-31", "04-30"]),
        (pattern("monthly", date(2028, 2, 1), date(2028, 2, 29), day=30), ["02-29"]),
        (pattern("nth", date(2026, 12, 1), date(2027, 2, 28), weekdays=(0,), nth=2), ["12-14", "01-11", "02-08"]),
        (pattern("nth", date(2026, 12, 1), date(2027, 1, 31), weekdays=(6,), nth=rules.LAST), ["12-27", "01-31"]),
        (pattern("nth", date(2027, 2, 1), date(2027, 3, 31), weekdays=(0,), nth=5), ["03-29"]),
        (pattern("dates", date(2026, 12, 1), date(2026, 12, 31), dates=(date(2026, 12, 24), date(2027, 1, 5))), ["12-24"]),
        (pattern("weekly", date(2026, 11, 20), date(2026, 11, 30), weekdays=(0,), holidays="skip"), ["11-30"]),
        (pattern("weekly", date(2026, 11, 20), date(2026, 11, 24), weekdays=(0,), holidays="before"), ["11-20"]),
        (pattern("weekly", date(2026, 11, 20), date(2026, 11, 24), weekdays=(0,), holidays="after"), ["11-24"]),
        (pattern("monthly", date(2026, 12, 1), date(2027, 1, 1), day=1, holidays="after"), ["12-01", "01-04"]),
        (pattern("weekly", date(2026, 11, 23), date(2026, 11, 30), weekdays=(0,), holidays="before"), ["11-20", "11-30"]),
        (pattern("daily", date(2026, 12, 1), date(2026, 12, 3), excluded=(date(2026, 12, 2),)), ["12-01", "12-03"]),
    ],
)  # fmt: skip
def test_kinds(asked: Pattern, expected: list[str]) -> None:
    assert [f"{day:%m-%d}" for day in days(asked)] == expected


STARTS = st.dates(date(2026, 1, 1), date(2032, 12, 31))


@given(
    STARTS, st.integers(0, 366), st.sets(st.integers(0, 6), min_size=1), st.sampled_from([1, 2, 3, 4, 5, -1])
)
def test_nth_weekdays_against_counting_them(first: date, length: int, weekdays: set[int], nth: int) -> None:
    until = first + timedelta(days=length)
    found = set(days(pattern("nth", first, until, weekdays=tuple(weekdays), nth=nth)))
    for number in range(length + 1):
        day = first + timedelta(days=number)
        month = [day.replace(day=1) + timedelta(days=n) for n in range(31)]
        same = [each for each in month if each.month == day.month and each.weekday() == day.weekday()]
        position = same[-1] if nth == -1 else same[nth - 1] if len(same) >= nth else None
        assert (day in found) == (day.weekday() in weekdays and day == position)


def _is_free(day: date) -> bool:
    return is_holiday(day) or day.weekday() > 4


@given(STARTS, st.integers(0, 366), st.sampled_from(["send", "skip", "before", "after"]))
def test_every_instant_comes_once_in_order_and_only_a_holiday_moves_it_out_of_the_period(
    first: date, length: int, holidays: rules.Holidays
) -> None:
    asked = pattern("daily", first, first + timedelta(days=length), holidays=holidays)
    found = days(asked)
    assert found == sorted(set(found))
    assert all(asked.first <= day or (holidays == "before" and _is_free(asked.first)) for day in found)
    assert all(day <= asked.until or (holidays == "after" and _is_free(asked.until)) for day in found)
    if holidays != "send":
        assert not any(map(is_holiday, found))


@given(STARTS, st.integers(0, 366), st.sampled_from(["daily", "weekly", "monthly", "nth"]))
def test_the_stored_form_reads_back(first: date, length: int, kind: rules.Kind) -> None:
    asked = pattern(kind, first, first + timedelta(days=length), weekdays=(0, 3), day=12, nth=-1)
    assert rules.from_json(rules.to_json(asked)) == asked


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"at": "21:00"}, "7時から21時まで"),
        ({"until": "2026-11-30"}, "始まりの日より前"),
        ({"until": "2028-12-31"}, "1年まで"),
        ({"kind": "weekly"}, "曜日を1つ以上"),
        ({"kind": "monthly", "day": 32}, "1から31まで"),
        ({"kind": "dates"}, "日付を1つから"),
        ({"kind": "dates", "dates": ["2026-12-24", "2027-01-05"]}, "選んだ1月5日が、始まりの日から"),
        ({"kind": "yearly"}, "読めません"),
        ({"first": "あした"}, "読めません"),
    ],
)
def test_what_cannot_be_meant_is_refused(changes: dict[str, object], sentence: str) -> None:
    good = {"kind": "daily", "at": "18:00", "first": "2026-12-01", "until": "2026-12-31"}
    with pytest.raises(Refused, match=sentence):
        rules.from_json(good | changes)


def test_it_is_said_as_staff_say_it() -> None:
    weekly = pattern("weekly", date(2026, 12, 1), date(2026, 12, 9), weekdays=(1, 4), holidays="before")
    assert rules.sentence(weekly) == "毎週火・金曜日の18:00。祝日は前の平日"
    last = pattern("nth", date(2026, 12, 1), date(2026, 12, 9), weekdays=(6,), nth=-1)
    assert rules.sentence(last) == "毎月最後の日曜日の18:00"
