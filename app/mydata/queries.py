"""What is held about a resident, listed and exported from every subject's part. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.bulky import queries as bulky_queries
from app.clock import in_japan
from app.delivery.mine import received
from app.mine import Part, Reader
from app.mydata import rules
from app.mydata.models import NUMBERS
from app.residents.models import Resident
from bot_flows import bulky_page, child_calendar, types
from bot_flows.bulky_words import receipt
from bot_flows.mydata_facts import KINDS, Got, Held
from bot_flows.outcomes import Talk
from bot_flows.town_spoken import as_read
from content import collection_ics
from content.collection_ics import Entry

NEWEST = 3
AHEAD = timedelta(days=365)


def next_number(session: Session) -> int:
    """The number of the next deletion; one not used in the end leaves a gap."""
    return int(session.execute(select(NUMBERS.next_value())).scalar_one())


def held(session: Session, parts: Sequence[Part], resident: Resident) -> tuple[Held, ...]:
    """Every kind of which there is something, in the order residents read them."""
    found = [Held(part.kind, part.held(session, resident)) for part in parts]
    return tuple(sorted((each for each in found if each.count), key=lambda each: KINDS.index(each.kind)))


def newest(session: Session, resident: Resident) -> tuple[Got, ...]:
    """The notices that came last."""
    got = received(session, resident)[:NEWEST]
    return tuple(Got(in_japan(each.at).date(), each.title) for each in got if each.at is not None)


def sections(session: Session, parts: Sequence[Part], reader: Reader) -> list[rules.Section]:
    """Everything that is held, kinds without anything included, so that a file's shape never changes."""
    ordered = sorted(parts, key=lambda part: KINDS.index(part.kind))
    return [
        rules.Section(part.kind, reader.say(f"mydata.file_{part.kind}"), part.export(session, reader))
        for part in ordered
    ]


def calendar(session: Session, reader: Reader) -> bytes:
    """What the coming year brings for a phone's calendar; b"" when it brings nothing."""
    district = reader.town.district(reader.resident.district)
    where = f" {district.ward}{district.name}" if district else ""
    return collection_ics.calendar(
        [*_garbage_days(reader), *_bulky_days(session, reader), *child_calendar.entries(_talk(reader))],
        name=f"{reader.town.name}{where}",
        host=reader.base_url.partition("://")[2].partition(":")[0],
        stamp=reader.now,
    )


def _garbage_days(reader: Reader) -> list[Entry]:
    """The collection days of the district; none without a district or its calendar."""
    district = reader.town.district(reader.resident.district)
    if district is None:
        return []
    today = in_japan(reader.now).date()
    days = reader.town.collections(district.garbage_area, today, today + AHEAD)
    return [
        Entry(each.day, "、".join(each.categories), f"garbage-{district.code}-{each.day:%Y%m%d}")
        for each in days
        if each.categories
    ]


def _bulky_days(session: Session, reader: Reader) -> list[Entry]:
    """One entry a day with the receipt numbers; its name is that of the file below the receipt, which it replaces."""
    book = reader.town.bulky
    orders = bulky_queries.of_resident(session, reader.resident.id, reader.now) if book else ()
    numbers: dict[date, list[str]] = {}
    for order in orders:
        if order.state == "accepted" and not order.stopped:
            numbers.setdefault(order.day, []).append(receipt(order.number))
    until = _talk(reader).of_pack(book.rules.until) if book else ""
    title = bulky_page.calendar_title(until, reader.resident.language)
    return [Entry(day, title, f"bulky-{day.isoformat()}", "\n".join(each)) for day, each in numbers.items()]


def _talk(reader: Reader) -> Talk:
    """The children, and the town in the language that is read."""
    children = tuple(
        types.Child(c.number, c.birth_month, c.expected, frozenset(c.done), c.stopped)
        for c in reader.resident.children
    )
    mine = types.Resident(children=children, language=reader.resident.language, is_new=False)
    return Talk(as_read(types.Facts(reader.town, mine, in_japan(reader.now))))
