"""What tests of the ledger do: release, claim, answer, and look at what was recorded."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from sqlalchemy import select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery.claims import Claim, Recorded, Result
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices.models import Notice
from app.recording import actions as recording
from app.release import actions as release
from app.staff.models import Staff
from tests import builders as given

NOON = given.NOON
SECOND = timedelta(seconds=1)
OK = Answer(200, request_id="r-1")
CONFLICT = Answer(409, request_id="r-2", accepted_request_id="r-1")
LOST = Answer(0, message="ServerTimeoutError")
NOT_SENT = Answer(0, sent=False)


def start(db: Sessions, people: int) -> int:
    """A notice to so many people, released and planned; answers its id."""
    with db.begin() as session:
        given.residents(session, people)
    return released(db, people)


def scheduled(db: Sessions, people: int, **changes: object) -> int:
    with db.begin() as session:
        notice_id = given.scheduled(session, people=people).id
        if changes:
            session.execute(update(Notice).where(Notice.id == notice_id).values(**changes))
    return notice_id


def released(db: Sessions, people: int, **changes: object) -> int:
    """One that is under way; ``changes`` are columns set while it was scheduled."""
    notice_id = scheduled(db, people, **changes)
    with db.begin() as session:
        assert release.release(session, notice_id, NOON)
    more = True
    while more:
        with db.begin() as session:
            more = release.plan(session, notice_id, NOON)
    return notice_id


def take(db: Sessions, notice_id: int, *, limit: int = 50, now: datetime = NOON) -> list[Claim]:
    with db.begin() as session:
        return claiming.claim(session, notice_id, claiming.Sender("test", limit, 15), now)


def tell(db: Sessions, notice_id: int, answers: list[tuple[Claim, Answer | None]]) -> Recorded:
    with db.begin() as session:
        results = [Result(claim, answer) for claim, answer in answers]
        return recording.record(session, notice_id, results, NOON)


def due_again(db: Sessions) -> None:
    with db.begin() as session:
        session.execute(update(Batch).values(next_attempt_at=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))


def states(db: Sessions, notice_id: int) -> Counter[str]:
    with db() as session:
        return Counter(session.scalars(select(Batch.state).where(Batch.notice_id == notice_id)))


def notice_of(db: Sessions, notice_id: int) -> Notice:
    with db() as session:
        return session.get_one(Notice, notice_id)


def stop(db: Sessions, notice_id: int) -> None:
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)
