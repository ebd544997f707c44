"""What is held about a resident, listed and exported from every subject's part. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.delivery.mine import received
from app.mine import Part, Reader
from app.mydata import rules
from app.mydata.models import NUMBERS
from app.residents.models import Resident
from bot_flows.mydata_facts import KINDS, Got, Held
from content import collection_ics

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


def calendar(reader: Reader) -> bytes:
    """The collection days of the coming year for a phone's calendar; b"" without a district or its calendar."""
    district = reader.town.district(reader.resident.district)
    if district is None:
        return b""
    today = in_japan(reader.now).date()
    days = reader.town.collections(district.garbage_area, today, today + AHEAD)
    return collection_ics.calendar(
        [(each.day, each.categories) for each in days if each.categories],
        name=f"{reader.town.name} {district.ward}{district.name}",
        uid=district.code,
        host=reader.base_url.partition("://")[2].partition(":")[0],
        stamp=reader.now,
    )
