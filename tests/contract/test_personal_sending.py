"""Personal messages through the real sender against the pretend LINE: every fault is one person's, everybody gets one."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import insert, text, update
from sqlalchemy.exc import DBAPIError

from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.delivery.models import Batch
from app.notices.models import Notice
from app.parts import Parts, build
from app.release import actions as release
from app.residents.models import Resident
from app.settings import Settings
from tests import builders as given
from tests.sandbox import SandboxServer, user
from worker.delivery import Sending, halting

PEOPLE, FIRST = 60, 1000


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    made = parts_for(line, database_url, redis_url, tmp_path)
    yield made
    made.close()


def parts_for(
    line: SandboxServer,
    database_url: str,
    redis_url: str,
    folder: Path,
    *,
    silence_seconds: float = 0.1,
    clock_offset_file: Path | None = None,
) -> Parts:
    """A product that talks to this sandbox."""
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="only-for-tests",
        line_channel_secret=line.secret,
        line_channel_access_token=line.token,
        line_api_base_url=line.url,
        watermark_dir=folder,
        silence_seconds=silence_seconds,
        clock_offset_file=clock_offset_file,
    )
    return build(settings)


def released(db: Sessions, line: SandboxServer, *, unknown: int = 0) -> int:
    """A personal notice that runs now; the last ``unknown`` people are no friends LINE knows."""
    line.crowd(PEOPLE - unknown, first=FIRST)
    now = datetime.now(UTC)
    with db.begin() as session:
        rows = [
            {"line_user_id": user(FIRST + n), "topics": [], "state": "friend", "setup_done_at": now}
            | given.NEVER_QUIET
            for n in range(PEOPLE)
        ]
        ids = session.scalars(insert(Resident).returning(Resident.id), rows).all()
        notice = given.personal(session, sorted(ids))
        minute = now.replace(second=0, microsecond=0)
        session.execute(
            text(
                "UPDATE notices SET scheduled_at = :at, expires_at = :end, night_reason = 'test' WHERE id = :id"
            ),
            {"at": minute, "end": minute + timedelta(hours=20), "id": notice.id},
        )
        notice_id = notice.id
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    with db.begin() as session:
        release.plan(session, notice_id, now)
    return notice_id


def send(parts: Parts, notice_id: int, seconds: float = 20.0) -> dict[str, int]:
    """Stretch after stretch until everybody has an outcome; people by outcome."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        Sending(parts, notice_id).run()
        with parts.sessions.begin() as session:
            if not queries.has_open(session, notice_id):
                assert closing.finish(session, notice_id, datetime.now(UTC))
                return queries.tally(session, session.get_one(Notice, notice_id)).by_state
            session.execute(
                update(Batch).where(Batch.state == "retry_wait").values(next_attempt_at=text("now()"))
            )
    raise AssertionError("not everybody has an outcome")


def test_everybody_gets_one_message_whatever_happens_to_single_calls(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    for fault, fields in (
        ("error", {"when": "before", "status": 500}),
        ("error", {"when": "after", "status": 502, "body": "<html>"}),
        ("reset", {"when": "after"}),
        ("drop", {"when": "after"}),
        ("cut", {}),
        ("malformed", {}),
        ("rate", {}),
    ):
        line.order(fault, endpoint="push", count=3, **fields)
    assert send(parts, notice_id) == {"accepted": PEOPLE}
    record = line.record()
    assert Counter(each["user"] for each in record) == {user(FIRST + n): 1 for n in range(PEOPLE)}
    assert len({each["digest"] for each in record}) == len({each["retry_key"] for each in record}) == PEOPLE


def test_whom_line_does_not_know_is_refused_alone(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    notice_id = released(db, line, unknown=2)
    assert send(parts, notice_id) == {"accepted": PEOPLE - 2, "rejected": 2}
    with db() as session:
        states = [state for _, state in queries.not_reached(session, notice_id)]
    assert states == ["rejected", "rejected"]


SENDER = "import sys; from app.parts import build; from worker.delivery import Sending; Sending(build(), int(sys.argv[1])).run()"


def test_a_sender_killed_in_the_middle_costs_nobody_a_message_and_sends_nobody_two(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    line.order("latency", endpoint="push", count=20, share=0.5, seed=1, seconds=3)
    settings = parts.settings
    environment = {
        **os.environ,
        **line.environment(),
        "DATABASE_URL": settings.database_url,
        "REDIS_URL": settings.redis_url,
        "SECRET_KEY": "only-for-tests",
        "WATERMARK_DIR": str(settings.watermark_dir),
    }
    sender = subprocess.Popen([sys.executable, "-c", SENDER, str(notice_id)], env=environment)
    end = time.monotonic() + 90
    while len(line.record()) < 20 and time.monotonic() < end:
        time.sleep(0.02)
    sender.kill()
    sender.wait()
    before = line.record()
    assert 20 <= len(before) < PEOPLE, "it died in the middle"
    with db.begin() as session:
        session.execute(text("UPDATE batches SET lease_until = now() - interval '1 second'"))
    with db.begin() as session:
        assert closing.mend_leases(session, datetime.now(UTC)) == [notice_id]
    assert send(parts, notice_id) == {"accepted": PEOPLE}
    record = line.record()
    assert Counter(each["user"] for each in record) == {user(FIRST + n): 1 for n in range(PEOPLE)}


@contextmanager
def refusing_records(db: Sessions) -> Iterator[None]:
    """A database that takes no outcome of a push."""
    with db.begin() as session:
        session.execute(
            text(
                "CREATE FUNCTION no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
                "RAISE EXCEPTION 'no'; END $$; "
                "CREATE TRIGGER no BEFORE UPDATE OF outcomes ON batches FOR EACH ROW "
                "WHEN (OLD.state = 'sending') EXECUTE FUNCTION no()"
            )
        )
    try:
        yield
    finally:
        with db.begin() as session:
            session.execute(text("DROP FUNCTION no() CASCADE"))


def test_a_sender_that_cannot_record_starts_nothing_more(
    db: Sessions, parts: Parts, line: SandboxServer, redis: Redis
) -> None:
    notice_id = released(db, line)
    channel = f"{parts.settings.environment}:{parts.settings.line_channel_id}"
    redis.hset(f"pace:{channel}:push", mapping={"factor": 0.02, "slowed_at": time.time()})
    sending = Sending(parts, notice_id)
    with refusing_records(db), pytest.raises(DBAPIError), halting(sending):
        sending.run()
    time.sleep(0.2)
    reached = len(line.record())
    time.sleep(0.5)
    assert 0 < reached < PEOPLE
    assert len(line.record()) == reached
