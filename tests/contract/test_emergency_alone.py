"""An emergency needs nobody but its own sender, once it is released."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis import Redis
from sqlalchemy import insert, update

from app.db import Sessions
from app.notices.models import Notice
from app.parts import build
from app.release import actions as release
from app.residents.models import Resident
from app.settings import Settings
from tests import builders as given
from tests.sandbox import SandboxServer, user
from worker.delivery import Sending

FIRST = 2000
PEOPLE = release.FIRST_BATCHES * 500 + 700


def scheduled(db: Sessions, line: SandboxServer, now: datetime) -> int:
    line.crowd(PEOPLE, first=FIRST)
    rows = [
        {"line_user_id": user(FIRST + n), "topics": ["events"], "state": "friend", "setup_done_at": now}
        for n in range(PEOPLE)
    ]
    minute = now.replace(second=0, microsecond=0)
    with db.begin() as session:
        session.execute(insert(Resident), [row | given.NEVER_QUIET for row in rows])
        notice = given.scheduled(session, people=PEOPLE, lane="emergency")
        session.execute(
            update(Notice)
            .where(Notice.id == notice.id)
            .values(scheduled_at=minute, expires_at=minute + timedelta(hours=1), night_reason="test")
        )
        return notice.id


def test_the_sender_plans_to_the_end_while_the_chores_stand_still(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> None:
    now = datetime.now(UTC)
    urgent = scheduled(db, line, now)
    parts = build(
        Settings(
            database_url=database_url,
            redis_url=redis_url,
            secret_key="only-for-tests",
            line_channel_secret=line.secret,
            line_channel_access_token=line.token,
            line_api_base_url=line.url,
            watermark_dir=tmp_path,
        )
    )
    with db.begin() as session:
        assert release.release(session, urgent, now)
    with db.begin() as session:
        assert release.plan(session, urgent, now), "the first stretch is not all of it"
    Sending(parts, urgent).run()
    parts.close()
    with db() as session:
        notice = session.get_one(Notice, urgent)
    assert notice.plan_done
    assert {each["user"] for each in line.record()} == {user(FIRST + n) for n in range(PEOPLE)}
