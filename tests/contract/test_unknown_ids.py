"""People LINE does not know any more, through the real sender: both behaviours its reference allows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import insert, select, text, update

from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.notices.models import Notice
from app.parts import Parts
from app.release import actions as release
from app.residents.models import Resident
from app.staff.models import Staff
from tests import builders as given
from tests.contract.test_personal_sending import parts_for
from tests.sandbox import SandboxServer, user
from worker.delivery import Sending

PEOPLE, FIRST = 500, 1000


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    made = parts_for(line, database_url, redis_url, tmp_path)
    yield made
    made.close()


def released(db: Sessions, line: SandboxServer, bad: int) -> int:
    """A notice to 500 people of whom LINE does not know so many, evenly spread."""
    line.control("POST", "/sandbox/crowd", {"first": FIRST, "count": PEOPLE - bad, "standing": "friend"})
    known, step, now = iter(range(PEOPLE - bad)), PEOPLE // bad, datetime.now(UTC)
    numbers = [90_000 + n if n % step == 0 else FIRST + next(known) for n in range(PEOPLE)]
    with db.begin() as session:
        rows = [
            {"line_user_id": user(number), "topics": ["events"], "state": "friend", "setup_done_at": now}
            | given.NEVER_QUIET
            for number in numbers
        ]
        session.execute(insert(Resident), rows)
        notice_id = given.scheduled(session, people=PEOPLE).id
        minute = now.replace(second=0, microsecond=0)
        changes = {"scheduled_at": minute, "expires_at": minute + timedelta(hours=20), "night_reason": "test"}
        session.execute(update(Notice).values(**changes))
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    with db.begin() as session:
        release.plan(session, notice_id, now)
    return notice_id


def send(db: Sessions, parts: Parts, notice_id: int) -> Counter[str]:
    """To the end; staff resume whenever too many were refused."""
    for _ in range(12):
        sending = Sending(parts, notice_id)
        sending.run()
        sending.wait()
        with db.begin() as session:
            session.execute(text("UPDATE batches SET next_attempt_at = now() WHERE state = 'retry_wait'"))
            notice = session.get_one(Notice, notice_id)
            if notice.state == "paused":
                assert notice.pause_reason == "refusals"
                by = session.get_one(Staff, notice.author_id)
                closing.resume(session, notice, by=by, now=datetime.now(UTC))
            elif closing.finish(session, notice_id, datetime.now(UTC)):
                return Counter(queries.tally(session, notice).by_state)
    raise AssertionError("not everybody has an outcome")


@pytest.mark.parametrize("bad", [1, 10, 250])
def test_a_line_that_refuses_the_list_reaches_the_others_once_and_the_unknown_are_marked(
    db: Sessions, parts: Parts, line: SandboxServer, bad: int
) -> None:
    line.options(foreign_ids="refuse")
    notice_id = released(db, line, bad)
    assert send(db, parts, notice_id) == {"accepted": PEOPLE - bad, "rejected": bad}
    expected = {user(FIRST + n): 1 for n in range(PEOPLE - bad)}
    assert Counter(each["user"] for each in line.record()) == expected
    with db() as session:
        gone = set(session.scalars(select(Resident.line_user_id).where(Resident.state == "gone")))
    assert gone == {user(90_000 + n) for n in range(0, PEOPLE, PEOPLE // bad)}


def test_a_line_that_ignores_them_takes_the_list_in_one_request(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    line.options(foreign_ids="ignore")
    notice_id = released(db, line, 10)
    assert send(db, parts, notice_id) == {"accepted": PEOPLE}
    assert Counter(each["delivered"] for each in line.record()) == {True: PEOPLE - 10, False: 10}
    assert len(line.calls()) == 1
