"""Personal messages at LINE's pace: a text of their own for everybody, rendered, sealed, sent and recorded."""

from __future__ import annotations

import statistics
import time

from sqlalchemy import select, text

from app.delivery import queries
from app.notices.models import Notice
from app.residents.models import Resident
from tests import builders as given
from tests.bench.asking import Counting
from tests.bench.common import RUNS, Ground, say
from tests.bench.paced import (
    LEAD,
    cpu_seconds,
    next_minute,
    peak_mb,
    product,
    recorded_after,
    wait_until_done,
)

LINE_PUSHES = 2000.0
"""LINE's own ceiling per second (Messaging API reference, "Rate limits")."""
PEOPLE = 100_000
GOAL, CPU_GOAL = 1_940, 0.6


def push_paced(ground: Ground) -> None:
    """So many different texts from the instant to the last acceptance, through the real clock, planner and sender."""
    people = min(PEOPLE, ground.people)
    rates, shares = [], []
    counting = Counting(ground)
    with product(ground.folder, ("individual", "chores")) as processes:
        for _ in range(RUNS):
            notice_id = _scheduled(ground, people)
            time.sleep(LEAD - 0.5)
            used = cpu_seconds(processes["individual"])
            wait_until_done(ground.db, notice_id)
            used = cpu_seconds(processes["individual"]) - used
            ended = recorded_after(ground.db, notice_id)
            rates.append(people / ended), shares.append(used / ended)
            with ground.db() as session:
                assert len(queries.people(session, notice_id, "accepted")) == people
        memory = peak_mb(processes["individual"])
    rate = statistics.median(rates)
    say(
        "push_paced",
        people=people,
        per_second=round(rate),
        cpu_share=round(statistics.median(shares), 3),
        rss_mb=round(memory),
        more_requests_than_people=counting["requests"] - RUNS * people,
        above_line_limit=counting.above_line_limit,
        goal=GOAL,
        cpu_goal=CPU_GOAL,
        limit=LINE_PUSHES,
        ratio=rate / LINE_PUSHES,
    )


def _scheduled(ground: Ground, people: int) -> int:
    """A personal notice two people agreed on; its list takes longer to load than ``LEAD``, so the minute comes last."""
    with ground.db.begin() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        ids = session.scalars(select(Resident.id).order_by(Resident.id).limit(people)).all()
        notice_id = given.personal(session, ids, lane="individual").id
        session.execute(
            text(
                "UPDATE notices SET state = 'approved', scheduled_at = NULL, expires_at = NULL WHERE id = :id"
            ),
            {"id": notice_id},
        )
    at = next_minute()
    with ground.db.begin() as session:
        session.execute(
            text(
                "UPDATE notices SET state = 'scheduled', scheduled_at = :at, night_reason = 'bench', "
                "expires_at = :at ::timestamptz + interval '1 hour' WHERE id = :id"
            ),
            {"at": at, "id": notice_id},
        )
        assert session.get_one(Notice, notice_id).is_personal
    return notice_id
