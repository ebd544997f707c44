"""Calendar files, read back by a reader nobody here wrote (the package ``ics``) and by the writer's own library."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import ics
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from icalendar import Calendar, Component

from content.fields.kinds import write
from content.fields.values import Days
from content.ics import calendar, moments
from content.notice import Notice, make
from tests.notices import PAGE, TYPES, example, notices

TOKYO = ZoneInfo("Asia/Tokyo")
STAMP = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)


def file(notice: Notice, sequence: int = 1) -> bytes:
    return calendar(notice, uid="w5x7c2n9@kairan.shiono.example.jp", sequence=sequence, url=PAGE, stamp=STAMP)


def entries(notice: Notice) -> list[ics.Event]:
    return sorted(ics.Calendar(file(notice).decode()).events, key=lambda entry: entry.begin)


def own(notice: Notice, sequence: int = 1) -> list[Component]:
    return list(Calendar.from_ical(file(notice, sequence)).walk("VEVENT"))


def test_another_reader_finds_name_hours_place_and_page() -> None:
    morning, afternoon = entries(example("event"))
    assert morning.name == afternoon.name == "汐野みなと冬まつり"
    assert morning.begin.datetime == datetime(2026, 12, 5, 10, tzinfo=TOKYO)
    assert morning.end.datetime == datetime(2026, 12, 5, 12, tzinfo=TOKYO)
    assert afternoon.begin.datetime == datetime(2026, 12, 5, 13, tzinfo=TOKYO)
    assert morning.location == "汐野市民会館 大ホール 汐野市中区港町3-3-1"
    assert morning.url == PAGE
    assert (morning.geo.latitude, morning.geo.longitude) == (33.145, 133.605)
    assert "【料金】¥500（テキスト代）\n" in morning.description
    assert [alarm.trigger for alarm in morning.alarms] == [timedelta(days=-1)]


def test_a_newer_version_replaces_the_older_by_uid_and_sequence() -> None:
    first, second = own(example("event"), 1), own(example("event", 会場="公民館"), 2)
    assert [entry["UID"] for entry in first] == [entry["UID"] for entry in second]
    assert {int(entry["SEQUENCE"]) for entry in second} == {2}
    assert len({entry["UID"] for entry in first}) == len(first)


def test_the_same_notice_gives_the_same_bytes() -> None:
    assert file(example("event")) == file(example("event"))


def test_the_file_says_its_zone_and_stamp_and_ends_lines_with_crlf() -> None:
    raw = file(example("event"))
    assert b"BEGIN:VTIMEZONE" in raw and b"DTSTART;TZID=Asia/Tokyo:20261205T100000" in raw
    assert b"DTSTAMP:20261123T060000Z" in raw
    assert b"METHOD:PUBLISH" in raw
    assert b"\n" not in raw.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in raw.split(b"\r\n"))


def test_whole_days_end_on_the_day_after_and_ring_in_the_evening_before() -> None:
    (entry,) = own(example("event", 時間=""))
    assert (entry["DTSTART"].dt, entry["DTEND"].dt) == (date(2026, 12, 5), date(2026, 12, 6))
    (alarm,) = entry.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-6)


@pytest.mark.parametrize(
    ("days", "hours", "found"),
    [
        ("2026年12月5日（土）、2026年12月12日（土）", "10:00-12:00", 2),
        ("2026年12月5日（土）から2026年12月7日（月）まで", "10:00-12:00、13:00-17:00", 6),
        ("2026年12月5日（土）から2027年1月31日（日）まで", "10:00-12:00", 1),
        ("2026年12月1日（火）から2026年12月10日（木）まで（毎週火曜日）", "10:00-12:00", 1),
        ("2026年12月5日（土）から2026年12月7日（月）まで", "", 1),
        ("12月5日（土）", "10:00-12:00", 0),
        ("未定", "", 0),
        ("", "10:00-12:00", 0),
    ],
)
def test_several_days_and_hours(days: str, hours: str, found: int) -> None:
    notice = example("event", 開催日=days, 時間=hours)
    assert len(list(moments(notice))) == found
    assert len(own(notice)) == found if found else file(notice) == b""


def test_an_open_end_has_no_length_and_a_night_ends_on_the_next_day() -> None:
    (entry,) = own(example("event", 時間="19:00から"))
    assert "DTEND" not in entry
    (night,) = entries(example("event", 時間="22:00-24:00"))
    assert night.end.datetime == datetime(2026, 12, 6, 0, tzinfo=TOKYO)


def test_hours_nobody_can_read_make_a_whole_day_with_the_words_kept() -> None:
    (entry,) = own(example("event", 時間="日の出から"))
    assert entry["DTSTART"].dt == date(2026, 12, 5)
    assert "【時間】日の出から" in entry["DESCRIPTION"]


def test_a_deadline_is_named_in_the_entry() -> None:
    (entry,) = own(example("tax_notice"))
    assert entry["SUMMARY"] == "固定資産税・都市計画税 納付期限"
    assert entry["DTSTART"].dt == date(2026, 12, 25)


@pytest.mark.parametrize("type_id", TYPES)
def test_every_type_with_a_calendar_has_an_entry(type_id: str) -> None:
    notice = example(type_id)
    assert notice.kind is not None
    has = "calendar" in notice.kind.actions
    assert bool(file(notice)) == has == ("ics" in notice.kind.channels)
    if has:
        assert entries(notice)


@settings(max_examples=50, deadline=None)
@given(notices(["event", "volunteer", "closure"]), st.dates(date(2026, 1, 1), date(2030, 12, 31)))
def test_whatever_is_written_another_reader_can_read(notice: Notice, day: date) -> None:
    whole = make(notice.type, {**notice.fields, "開催日": write("dates", (Days(day, day),))})
    raw = file(whole)
    if raw:
        assert len(list(Calendar.from_ical(raw).walk("VEVENT"))) == len(list(moments(whole)))
        assert len(ics.Calendar(raw.decode()).events) == len(list(moments(whole)))
