"""What tests of changed collection days do: register a change, remind, send, and look at who was told what."""

from __future__ import annotations

from datetime import UTC, date, datetime

import orjson
from sqlalchemy import select

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries as delivery_queries
from app.delivery.claims import Result
from app.line.answers import Answer
from app.notices.models import Notice
from app.recording import actions as recording
from app.release import actions as release
from app.reminders import actions, overriding
from app.reminders.models import Correction
from app.staff.models import Staff
from app.town.queries import TownCache
from app.town.rules import LoadedTown
from tests import builders as given

EVENING = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
"""Wednesday 2026-12-02, 18:00 in Japan; burnable garbage is collected on Thursdays in several areas."""
THURSDAY = date(2026, 12, 3)
HERE, THERE, ELSEWHERE = "naka-01", "naka-03", "naka-05"
"""Districts of three areas: two read the same text that evening, the third another or none."""


def person(db: Sessions, district: str, slot: str = "-1 18:00") -> int:
    with db.begin() as session:
        return given.resident(session, topics=["garbage"], district=district, reminder=slot).id


def by(db: Sessions) -> Staff:
    with db.begin() as session:
        return given.staff(session)


def area(town: LoadedTown, code: str) -> str:
    found = town.district(code)
    assert found is not None
    return found.garbage_area


def remind(db: Sessions, town: LoadedTown, at: datetime = EVENING) -> list[int]:
    with db.begin() as session:
        return actions.remind_due(session, lambda _: town, at)


def freeze(db: Sessions, notice_id: int, at: datetime) -> None:
    with db.begin() as session:
        assert release.release(session, notice_id, at)
    with db.begin() as session:
        release.plan(session, notice_id, at)


def send(db: Sessions, notice_id: int, at: datetime) -> None:
    """Until LINE has accepted everything of it that may still go."""
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("test", 10, 15), at)
    with db.begin() as session:
        accepted = Answer(status=200, request_id="r")
        recording.record(session, notice_id, [Result(each, accepted) for each in claims], at)
    with db.begin() as session:
        closing.finish(session, notice_id, at)


def got(db: Sessions, notice_id: int) -> list[int]:
    with db() as session:
        return delivery_queries.people(session, notice_id, "accepted")


def words(db: Sessions, notice_id: int) -> str:
    with db() as session:
        return str(orjson.loads(session.get_one(Notice, notice_id).messages or b"")[0]["text"])


def register(
    db: Sessions, towns: TownCache, codes: list[str], at: datetime, **changes: object
) -> overriding.Registered:
    town, staff = towns.town(), by(db)
    what = {"day": THURSDAY, "new_day": None, "reason": "snow"} | changes
    change = overriding.Change(tuple(area(town, code) for code in codes), **what)
    with db.begin() as session:
        return overriding.register(session, town, change, by=staff, now=at)


def corrections(db: Sessions) -> list[int]:
    with db() as session:
        return [id_ for id_ in session.scalars(select(Correction.notice_id).order_by(Correction.id)) if id_]
