"""Residents who left traces everywhere, and a look for them through the whole database."""

from __future__ import annotations

from datetime import date
from itertools import count
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.conversations.mine import EVERYTHING
from app.conversations.models import Quarantined
from app.db import Base, Sessions
from app.inbox import actions as inbox
from app.inbox.models import Thread
from app.mydata import actions, queries
from app.photos import actions as photos
from app.photos.models import Photo
from app.reports import actions as reports
from app.reports.models import Report
from app.residents.models import Resident
from bot_flows.damage_facts import FileReport
from tests import builders as given
from tests.db.test_staff_inbox import says

NOW = given.NOON
MARK = "zq-"
"""Every word a resident of these tests writes begins so."""
_numbers = count(500)


def everything(session: Session) -> str:
    """The whole database as one text; bytes as their letters and as hexadecimal digits."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                found.append(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
                found += [value.hex()] if isinstance(value, bytes) else []
    return "\n".join(found)


def lived(db: Sessions, folder: Path, name: str) -> Resident:
    """Somebody who chose, reported with a photo, talked to staff, was written to, and asked for their data."""
    with db.begin() as session:
        person = given.resident(
            session, born=[date(2026, 5, 1)], ward="中区", district="naka-01", reminder="-1 18:00"
        )
    number, mark = next(_numbers), f"{MARK}{name}-"
    says(db, person, "通報")
    for answer in ("4", "中区本町1丁目", "1", "なし", f"{mark}words"):
        says(db, person, answer)
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        reports.file(
            session,
            mine,
            FileReport(number, "hole", None, f"{mark}place", "naka-01", (f"{number}p",), f"{mark}road"),
            NOW,
        )
        photo = session.get_one(Photo, f"{number}p")
        photo.state, photo.name, photo.width, photo.height = "kept", photos.store(folder, b"jpeg"), 1, 1
        session.add(
            Quarantined(
                received_at=NOW,
                sha256=name.ljust(64, "0"),
                reason="-",
                body=f"{person.line_user_id} {mark}odd".encode(),
            )
        )
    for answer in ("人", "ごみ", "つなぐ", f"{mark}question"):
        says(db, person, answer)
    with db.begin() as session:
        thread = session.scalars(select(Thread).where(Thread.resident_id == person.id)).one()
        inbox.reply(session, thread, f"{mark}reply", section="課", by=given.staff(session), now=NOW)
        report = session.get_one(Report, number)
        reports.move(session, report, "working", f"{mark}news", by=given.staff(session), now=NOW)
    says(db, person, "やめる")
    says(db, person, "データ")
    return person


def traces(db: Sessions, person: Resident, name: str) -> list[str]:
    with db() as session:
        whole = everything(session)
    wanted = (person.line_user_id, person.line_user_id[1:], f"{MARK}{name}-")
    return [each for each in wanted if each in whole]


def erased(db: Sessions, person: Resident, scope: str = "all") -> list[str]:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        asked = actions.Erase(scope, queries.next_number(session))
        return actions.erase(session, EVERYTHING, mine, asked, now=NOW)
