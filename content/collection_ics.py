"""What a resident waits for as a calendar file (RFC 5545): a whole-day entry each, reminded of at 18:00 the day before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Alarm, Calendar, Event

from content.ics import PRODUCT

BEFORE = timedelta(hours=-6)


@dataclass(frozen=True, slots=True)
class Entry:
    """One day. ``uid`` names what it is about for ever, so a newer file replaces the older entry."""

    day: date
    title: str
    uid: str
    note: str = ""


def calendar(entries: Sequence[Entry], *, name: str, host: str, stamp: datetime) -> bytes:
    """The file; b"" without entries."""
    if not entries:
        return b""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", name)
    for entry in entries:
        file.add_component(_event(entry, host, stamp))
    return bytes(file.to_ical())


def _event(entry: Entry, host: str, stamp: datetime) -> Event:
    event = Event()
    event.add("uid", f"{entry.uid}@{host}")
    event.add("dtstamp", stamp)
    event.add("summary", entry.title)
    event.add("dtstart", entry.day)
    event.add("dtend", entry.day + timedelta(days=1))
    event.add("transp", "TRANSPARENT")
    if entry.note:
        event.add("description", entry.note)
    event.add_component(_alarm(entry.title))
    return event


def _alarm(summary: str) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", BEFORE)
    return alarm
