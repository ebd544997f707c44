"""The clock: nothing that is broken or slow keeps an instant waiting."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace

import pytest
from redis import Redis
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError

from app.db import Sessions
from app.heartbeats import actions as heartbeats
from app.heartbeats import queries as signs
from app.heartbeats.rules import PROCESSES
from app.notices.models import Notice
from app.parts import Parts, build
from app.repeats import actions as repeats
from app.repeats import rules
from app.repeats.models import Repeat
from app.settings import Settings
from app.staff.models import Staff
from tests import builders as given
from worker import clock, runtime, upkeep


@pytest.fixture
def parts(db: Sessions, database_url: str, redis: Redis, redis_url: str, tmp_path: Path) -> Iterator[Parts]:
    made = build(
        Settings(
            database_url=database_url,
            redis_url=redis_url,
            secret_key="only-for-tests",
            line_channel_secret="only-for-tests",
            line_channel_access_token="only-for-tests",
            line_api_base_url="http://127.0.0.1:9",
            watermark_dir=tmp_path,
        )
    )
    runtime.use(made)
    yield made
    made.close()


@contextmanager
def leading(parts: Parts) -> Iterator[None]:
    """A clock that leads beside the block."""
    stopping = SimpleNamespace(asked=False)
    beside = threading.Thread(target=clock.lead, args=(parts, stopping))
    beside.start()
    try:
        yield
    finally:
        stopping.asked = True
        beside.join(20)


def due_emergency(db: Sessions, people: int = 5) -> int:
    """An emergency whose instant is this minute."""
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    with db.begin() as session:
        given.residents(session, people)
        notice = given.scheduled(session, people=people, lane="emergency")
        session.execute(
            update(Notice)
            .where(Notice.id == notice.id)
            .values(scheduled_at=minute, expires_at=minute + timedelta(hours=1), night_reason="test")
        )
        return notice.id


def state(db: Sessions, notice_id: int) -> str:
    with db() as session:
        return session.get_one(Notice, notice_id).state


def wait_until_frozen(db: Sessions, notice_id: int, seconds: float) -> bool:
    end = time.monotonic() + seconds
    while state(db, notice_id) == "scheduled" and time.monotonic() < end:
        time.sleep(0.05)
    return state(db, notice_id) == "recipients_frozen"


def test_an_emergency_does_not_wait_for_a_duty_that_hangs(db: Sessions, parts: Parts) -> None:
    with db() as other:
        other.execute(text("LOCK TABLE repeats IN ACCESS EXCLUSIVE MODE"))
        with leading(parts):
            time.sleep(0.6)  # the repeats are being looked at, and do not come back
            urgent = due_emergency(db)
            assert wait_until_frozen(db, urgent, 3)
            other.rollback()


def test_an_emergency_does_not_wait_for_a_notice_that_cannot_be_released(db: Sessions, parts: Parts) -> None:
    broken, urgent = due_emergency(db), due_emergency(db)
    with db.begin() as session:
        session.execute(update(Notice).where(Notice.id == broken).values(rule={"unheard": "of"}))
    clock.release_due(parts)
    assert (state(db, broken), state(db, urgent)) == ("scheduled", "recipients_frozen")


def test_a_repeat_no_rule_allows_any_more_is_stopped_with_a_reason_and_the_others_go_on(
    db: Sessions, parts: Parts
) -> None:
    now = datetime.now(UTC)
    today = given.NOON.date()
    pattern = rules.Pattern("daily", datetime(2026, 1, 1, 12).time(), today, today + timedelta(days=30))
    with db.begin() as session:
        given.residents(session, 5)
        for _ in range(2):
            notice = given.approved(session, people=5)
            by = session.get_one(Staff, notice.author_id)
            repeats.start(session, notice, pattern, by=by, now=given.NOON)
        broken, sound = session.scalars(select(Repeat).order_by(Repeat.id)).all()
        broken.pattern = {**broken.pattern, "at": "03:00"}
        broken.next_at = sound.next_at = now
        ids = broken.id, sound.id
    upkeep.fire_repeats(parts)
    with db() as session:
        broken, sound = (session.get_one(Repeat, each) for each in ids)
    assert broken.state == "paused" and "7時から21時" in broken.pause_reason
    assert sound.next_at is None or sound.next_at > now


def test_a_process_that_gives_no_sign_is_missed(db: Sessions, parts: Parts) -> None:
    with db.begin() as session:
        heartbeats.expect_all(session)
    with db() as session:
        assert set(signs.ages(session)) == set(PROCESSES) and signs.missed(session) == []
    with db.begin() as session:
        session.execute(text("UPDATE heartbeats SET at = at - interval '61 seconds'"))
    runtime.beat("ordinary")
    with db() as session:
        assert set(signs.missed(session)) == set(PROCESSES) - {"ordinary"}


def test_whoever_stands_still_in_a_transaction_loses_its_locks(parts: Parts) -> None:
    with parts.sessions() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "10s"


def test_a_leader_that_stands_still_loses_the_lead(parts: Parts) -> None:
    with parts.engine.connect() as one, parts.engine.connect() as two:
        assert clock.win(one, 0.4)
        assert not clock.win(two, 0.4)
        time.sleep(0.7)
        assert clock.win(two, 60)
        with pytest.raises(DBAPIError):
            one.scalar(select(1))
