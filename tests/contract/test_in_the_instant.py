"""A sender that stands ready lets its notice go in the very instant, and gives way to whoever needs it before."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import update

from app.db import Sessions
from app.notices.models import Notice
from app.parts import Parts
from app.queue import DELIVER
from app.release import actions as release
from app.residents.models import Resident
from tests import builders as given
from tests.contract.test_personal_sending import parts_for
from tests.sandbox import SandboxServer, user
from worker import clock
from worker.delivery import Sending

FIRST, PEOPLE = 7000, 6
AHEAD = 0.6
"""Seconds from the beginning of each test to the instant."""


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    made = parts_for(line, database_url, redis_url, tmp_path, clock_offset_file=tmp_path / "offset")
    made.line.open_ahead(1).result(10)
    yield made
    made.close()


@pytest.fixture
def frozen(db: Sessions, parts: Parts, line: SandboxServer, tmp_path: Path) -> int:
    """A notice that is counted and planned, whose instant comes ``AHEAD`` seconds later."""
    line.crowd(PEOPLE, first=FIRST)
    minute = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    with db.begin() as session:
        for number in range(FIRST, FIRST + PEOPLE):
            common = {"topics": ["events"], "state": "friend", "setup_done_at": minute} | given.NEVER_QUIET
            session.add(Resident(line_user_id=user(number), **common))
        notice_id = given.scheduled(session, people=PEOPLE).id
        end = minute + timedelta(hours=1)
        session.execute(update(Notice).values(scheduled_at=minute, expires_at=end, night_reason="test"))
    now = minute - timedelta(seconds=3)
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    with db.begin() as session:
        release.plan(session, notice_id, now)
    offset = (minute - datetime.now(UTC)).total_seconds() - AHEAD
    (tmp_path / "offset").write_text(str(offset), encoding="ascii")
    return notice_id


def state(db: Sessions, notice_id: int) -> str:
    with db() as session:
        return session.get_one(Notice, notice_id).state


def begun(parts: Parts, notice_id: int) -> threading.Thread:
    """A sender that stands ready beside the test."""
    sending = threading.Thread(target=Sending(parts, notice_id).run)
    sending.start()
    return sending


def test_it_goes_in_the_instant_without_a_clock_and_not_before(
    db: Sessions, parts: Parts, line: SandboxServer, frozen: int
) -> None:
    sending = begun(parts, frozen)
    time.sleep(AHEAD / 2)
    assert state(db, frozen) == "recipients_frozen" and not line.record()
    sending.join(10)
    assert state(db, frozen) == "running"
    assert {each["user"] for each in line.record()} == {user(FIRST + n) for n in range(PEOPLE)}


def test_the_clock_that_was_first_changes_nothing(
    db: Sessions, parts: Parts, line: SandboxServer, frozen: int
) -> None:
    sending = begun(parts, frozen)
    while state(db, frozen) == "recipients_frozen":
        clock.start_due(parts)
    sending.join(10)
    assert len(line.record()) == PEOPLE


def test_the_clock_wakes_the_sender_shortly_before(parts: Parts, frozen: int) -> None:
    time.sleep(max(0.0, AHEAD - clock.BEAT))
    clock.start_due(parts)
    assert parts.queue.others_wait("ordinary", DELIVER, 0), "the job of this notice waits there"


def test_who_is_needed_elsewhere_does_not_wait_for_it(
    db: Sessions, parts: Parts, line: SandboxServer, frozen: int
) -> None:
    parts.queue.wake("ordinary", DELIVER, frozen + 1)
    began = time.monotonic()
    Sending(parts, frozen).run()
    assert time.monotonic() - began < AHEAD / 2
    assert state(db, frozen) == "recipients_frozen" and not line.record()


def test_what_is_cancelled_meanwhile_stays_so(
    db: Sessions, parts: Parts, line: SandboxServer, frozen: int
) -> None:
    sending = begun(parts, frozen)
    time.sleep(AHEAD / 3)
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id == frozen).values(state="cancelled"))
    sending.join(10)
    assert state(db, frozen) == "cancelled" and not line.record()
