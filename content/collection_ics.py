"""Collection days as a calendar file (RFC 5545): a whole-day entry per day, reminded of at 18:00 the day before."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from content.ics import PRODUCT

BEFORE = timedelta(hours=-6)


def calendar(
    days: Sequence[tuple[date, Sequence[str]]], *, name: str, uid: str, host: str, stamp: datetime
) -> bytes:
    """The file; b"" without days. UIDs name the place and the day, so a newer file replaces the older entries."""
    if not days:
        return b""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    for day, categories in days:
        event = Event()
        event.add("uid", f"garbage-{uid}-{day:%Y%m%d}@{host}")
        event.add("dtstamp", stamp)
        event.add("summary", "、".join(categories))
        event.add("dtstart", day)
        event.add("dtend", day + timedelta(days=1))
        event.add("transp", "TRANSPARENT")
        event.add_component(_alarm("、".join(categories)))
        file.add_component(event)
    return bytes(file.to_ical())


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", BEFORE)
    return alarm
