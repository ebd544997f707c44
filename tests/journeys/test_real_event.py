"""A real town's event, as its open data has it, travels the whole way to a phone."""

from __future__ import annotations

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from app.console import freezing
from app.events.rules import Event, read_events
from app.notices import actions
from app.notices.models import Notice
from app.residents.models import Resident
from app.town.queries import TownCache
from content.standard import parse
from tests import builders as given
from tests.journeys.product import Product, wait_for
from tests.sandbox import user

pytestmark = pytest.mark.real_data


def real_events() -> list[Event]:
    folder = Path(os.environ["KAIRAN_REAL_DATA"]) / "events"
    return [
        e for path in sorted(folder.glob("*.csv")) for e in read_events(path.read_bytes(), path.name).events
    ]


def fullest(events: list[Event]) -> Event:
    """The event that says most: the hardest one to carry."""
    return max((e for e in events if e.first), key=lambda e: (len(e.notice.fields), e.name))


def test_the_fullest_real_event_reaches_the_phone_as_standard_text(product: Product) -> None:
    event = fullest(real_events())
    product.line.follow(user(1))
    wait_for("the friend", lambda: friends(product) == 1)
    with product.db.begin() as session:
        resident = session.scalars(select(Resident)).one()
        resident.topics, resident.setup_done_at = ["events"], datetime.now(UTC)
        resident.quiet_from, resident.quiet_to = 24, 0
    now = datetime.now(UTC)
    town = TownCache(product.db).town()
    with product.db.begin() as session:
        author, approver = given.staff(session, "佐藤"), given.staff(session, "鈴木")
        draft = actions.Draft("event", event.name, dict(event.notice.fields), {"topic": "events"})
        notice = actions.draft(session, draft, by=author, now=now)
        frozen = freezing.freeze(session, notice, town, product.url, now=now)
        actions.submit(session, notice, frozen, by=author, now=now)
        actions.approve(session, notice, content_hash=notice.content_hash or "", by=approver, now=now)
        at = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
        release = actions.Release(at=at, typed_count=1, night_reason="test")
        actions.schedule(session, notice, release, by=author, now=now)
    offset = (at - datetime.now(UTC)).total_seconds()
    product.line.clock_offset_file.write_text(f"{offset:.0f}", encoding="ascii")
    wait_for("the notice to be done", lambda: state(product) == "done")
    text, card = product.line.inbox(user(1))[-2:]
    read = parse(text["text"])
    assert read.type == "event"
    for label, value in event.notice.fields.items():
        assert value in read.fields[label], label
    assert card["type"] == "flex" and event.name[:8] in card["altText"]


def friends(product: Product) -> int:
    with product.db() as session:
        return len(session.scalars(select(Resident).where(Resident.state == "friend")).all())


def state(product: Product) -> str:
    with product.db() as session:
        return session.scalars(select(Notice.state)).one()
