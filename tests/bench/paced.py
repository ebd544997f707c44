"""Benches of delivery at LINE's pace, through the real workers."""

from __future__ import annotations

import statistics
import time
from datetime import UTC, datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Sessions
from app.notices.models import Notice
from app.parts import build
from app.release import actions as release
from tests import builders as given
from tests.bench.asking import counted
from tests.bench.common import RUNS, Ground, running, say

LINE_MULTICASTS = 200.0
"""LINE's own ceiling per second (Messaging API reference, "Rate limits")."""


def multicast_paced(ground: Ground) -> None:
    """Release to the last acceptance of 100,000 people against a stub that answers after 80 ms, at LINE's pace."""
    db = ground.db
    seconds = []
    with running(["-m", "worker", "chores"], ["-m", "worker", "ordinary"]):
        for _ in range(RUNS):
            with db.begin() as session:
                notice_id = due_notice(session, ground.people)
            parts = build()
            start = time.perf_counter()
            with db.begin() as session:
                release.release(session, notice_id, datetime.now(UTC))
            parts.queue.wake("chores", "worker.delivery.plan", notice_id)
            while not done(db, notice_id):
                time.sleep(0.02)
            seconds.append(time.perf_counter() - start)
            parts.close()
    count = counted(ground)
    took, limit = statistics.median(seconds), ground.people / 500 / LINE_MULTICASTS
    say(
        "multicast_paced",
        people=ground.people,
        seconds=round(took, 2),
        repeats=count["repeats"],
        limit=limit,
        ratio=took / limit,
    )


def due_notice(session: Session, people: int) -> int:
    notice = given.approved(session, people=people)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    session.execute(
        text(
            "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, night_reason = 'bench' "
            "WHERE id = :id"
        ),
        {"at": minute, "end": minute + timedelta(hours=20), "id": notice.id},
    )
    return notice.id


def done(db: Sessions, notice_id: int) -> bool:
    with db() as session:
        return session.get_one(Notice, notice_id).state == "done"
