"""The days of a notice as a calendar file (RFC 5545) that phones import and later replace.

One entry per day and time. The UID stays the same for the life of the notice and SEQUENCE grows with every frozen
version, so a newer file replaces the older entry instead of standing beside it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vGeo, vUri

from content.fields.kinds import read
from content.fields.values import Days, Hours, Period
from content.notice import Notice
from content.places import position_of
from content.standard import field_lines

TOKYO = ZoneInfo("Asia/Tokyo")
PRODUCT = "-//Kairan//Municipal notices//JA"
REMINDER = timedelta(days=-1)
LONGEST_DAILY = 14
"""A period with hours becomes one entry per day up to this many days. A longer one, or one with a remark such as
「毎週火曜日」, is one entry without hours: which of its days are meant is only said in words."""


def calendar(notice: Notice, *, uid: str, sequence: int, url: str, stamp: datetime) -> bytes:
    """The calendar file; b"" when the notice names no day that can be read.

    ``uid`` names the notice for ever and everywhere (``token@host``), ``stamp`` is an aware instant.
    """
    spans = list(moments(notice))
    if not spans:
        return b""
    file = Calendar()
    file.add("prodid", PRODUCT)
    file.add("version", "2.0")
    file.add("calscale", "GREGORIAN")
    file.add("method", "PUBLISH")
    file.add_component(_japan())
    for number, (start, end) in enumerate(spans):
        event = _event(notice, start, end)
        event.add("uid", uid if number == 0 else f"{number}-{uid}")
        event.add("sequence", sequence)
        event.add("dtstamp", stamp)
        event.add("url", vUri(url))
        file.add_component(event)
    return bytes(file.to_ical())


@cache
def _japan() -> Timezone:
    """Looked for change by change through eighteen years, which takes most of the time of a file, and ever the same."""
    return Timezone.from_tzinfo(TOKYO, "Asia/Tokyo", date(2020, 1, 1), date(2038, 1, 1))


def moments(notice: Notice) -> Iterator[tuple[datetime, datetime] | tuple[date, date]]:
    """(start, end) of every entry: instants in Tokyo time, or civil days with the end excluded (RFC 5545 DTEND).

    Which fields hold days and times is said by the type's ``calendar`` action. A day that cannot be read gives no
    entry; hours that cannot be read make it a whole day, with the hours as written in the description.
    """
    kind = notice.kind
    labels = kind.actions.get("calendar", ()) if kind else ()
    values = [each for label in labels for each in _values(notice, label)]
    hours = [each for each in values if isinstance(each, Hours)]
    for span in (each for each in values if isinstance(each, Days)):
        if hours and not span.note and (span.last - span.first).days < LONGEST_DAILY:
            yield from (_at(day, each) for day in _each_day(span) for each in hours)
        else:
            yield span.first, span.last + timedelta(days=1)


_ANY_DAY = date(2000, 1, 1)
"""Canonical dates have their year, so reading them does not depend on today."""


def _value(notice: Notice, label: str) -> object:
    spec = notice.kind.field(label) if notice.kind else None
    return read(spec.kind, notice.get(label), today=_ANY_DAY).value if spec else None


def _values(notice: Notice, label: str) -> tuple[object, ...]:
    """The days or hours of one field; nothing when it is empty or unclear."""
    value = _value(notice, label)
    if isinstance(value, date):
        return (Days(value, value),)
    if isinstance(value, Period):
        return (Days(value.first, value.last),) if value.first and value.last else ()
    return value if isinstance(value, tuple) else ()


def _each_day(span: Days) -> Iterator[date]:
    return (span.first + timedelta(days=n) for n in range((span.last - span.first).days + 1))


def _at(day: date, hours: Hours) -> tuple[datetime, datetime]:
    """Without an end the entry has no length."""
    start = datetime.combine(day, hours.start, TOKYO)
    if hours.end is None:
        return start, start
    return start, datetime.combine(day + timedelta(days=hours.next_day), hours.end, TOKYO)


def _event(notice: Notice, start: date, end: date) -> Event:
    """What the phone shows: title, place, the standard fields, a point on the map, a reminder the day before."""
    kind = notice.kind
    card = kind.card if kind else None
    event = Event()
    summary = notice.get(card.headline) if card else ""
    if kind and card and card.until in kind.actions.get("calendar", ()):
        summary = f"{summary} {card.until}"
    event.add("summary", summary)
    event.add("dtstart", start)
    if end > start:
        event.add("dtend", end)
    place = " ".join(filter(None, (notice.get(label) for label in (card.where if card else ()))))
    if place:
        event.add("location", place)
    event.add("description", "\n".join(field_lines(notice.fields)))
    if position := position_of(notice):
        event.add("geo", vGeo((position.latitude, position.longitude)))
    event.add("status", "CONFIRMED")
    event.add_component(_alarm(summary, timed=isinstance(start, datetime)))
    return event


def _alarm(summary: str, *, timed: bool) -> Alarm:
    """A day before; for a whole day at 18:00 the day before, since an alarm at midnight wakes people."""
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", summary)
    alarm.add("trigger", REMINDER if timed else timedelta(hours=-6))
    return alarm
