"""What tests of bulky waste do: the sample town's book, three residents, orders, and a look at what became of them."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import select, text

from app.audit import AuditRow
from app.bulky import actions, desk, rules
from app.bulky.models import BulkyDay, BulkyOrder
from app.db import Sessions
from app.pushes.models import Push
from app.residents.models import Resident
from app.sealing import sealer
from app.settings import Settings
from app.town import actions as town_actions
from app.town import bulky as pack
from bot_flows.bulky_facts import Book, Booked, PlaceOrder
from bot_flows.pack_facts import District
from tests import builders as given

BOX = sealer(base64.urlsafe_b64encode(b"k" * 32).decode())
ONE = rules.Contact("汐野 花子", "1丁目2-3", "0889-00-2530")
THURSDAY = date(2026, 12, 10)
EVENING = datetime(2026, 12, 9, 9, 5, tzinfo=given.NOON.tzinfo)
"""18:05 in Japan, the day before ``THURSDAY``."""


def sample_book() -> Book:
    files = town_actions.folder_files(Path(str(Settings.model_fields["town_dir"].default)))
    found, _ = pack.read(files, (), {"links": [{"kind": "pay", "url": "https://pay.shiono.example.jp/"}]})
    assert found is not None
    return found


def asked(number: int, **changes: Any) -> PlaceOrder:
    lines = (Booked("sofa/two", "ソファ（2人用以上）", changes.pop("count", 1), 1000),)
    values = {"area": "naka", "district": "naka-01", "day": THURSDAY, "house": "house", "payment": "sticker"}
    return PlaceOrder(number, lines, **{**values, **changes})


def three_people(db: Sessions) -> list[Resident]:
    with db.begin() as session:
        # Orders on the phone take their numbers from the sequence, far from those the tests choose.
        session.execute(text("SELECT setval('bulky_numbers', 9000)"))
        found = [given.resident(session) for _ in range(3)]
        for person in found:
            actions.keep_contact(session, ONE, BOX, given.NOON, resident_id=person.id)
    return found


def place(db: Sessions, book: Book, person: Resident, number: int, **changes: Any) -> None:
    with db.begin() as session:
        actions.place(session, session.merge(person), asked(number, **changes), book, given.NOON)


def taken(db: Sessions, day: date = THURSDAY) -> int:
    with db() as session:
        row = session.get(BulkyDay, ("naka", day))
        return row.taken if row else 0


def order(db: Sessions, number: int) -> BulkyOrder:
    with db() as session:
        return session.get_one(BulkyOrder, number)


def pushes(db: Sessions) -> list[str]:
    with db() as session:
        found = session.scalars(select(Push).order_by(Push.id)).all()
        return [orjson.loads(each.body)["messages"][0]["text"] for each in found]


def acts(db: Sessions, number: int) -> list[str]:
    with db() as session:
        rows = select(AuditRow.action).where(AuditRow.subject == f"bulky:{number}").order_by(AuditRow.id)
        return list(session.scalars(rows))


def book_with(book: Book, **changes: Any) -> Book:
    areas = tuple(replace(area, **changes) for area in book.areas)
    return replace(book, areas=areas)


def held(db: Sessions, book: Book, person: Resident, number: int) -> None:
    place(db, book, person, number, payment="due", held=True)


def end_holds(db: Sessions, minutes: int) -> None:
    with db.begin() as session:
        actions.end_holds(session, given.NOON + timedelta(minutes=minutes))


def on_the_phone(session: Any, book: Book, **changes: Any) -> BulkyOrder:
    district = District("naka-01", "中区", "駅前町", "", "")
    values = {
        "counts": {"chair/one": 2},
        "district": district,
        "house": "flat",
        "day": THURSDAY,
        "contact": ONE,
    }
    taken_ = desk.Taken(**{**values, **changes})
    return desk.take_on_the_phone(session, taken_, book, BOX, by=given.staff(session), now=given.NOON)
