"""Fifty emergencies back to back: orders that follow each other, some replaced by the next, some over before their turn."""

from __future__ import annotations

import os
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import orjson
from sqlalchemy import text

from app.line.pace import LIMITS, ORDINARY_SHARE_BESIDE_EMERGENCY, SHARE_OF_LIMIT
from app.notices.models import Notice
from tests import builders as given
from tests.bench.asking import Counting, last
from tests.bench.common import RUNS, Ground, say
from tests.bench.paced import EMERGENCY_PEOPLE, choose, next_minute, product

NOTICES = 50
REPLACED = {10: 14, 20: 24, 30: 34, 40: 44}
"""Which is replaced by which, a moment after both could start."""
SHORT_LIVED = {12, 22, 32, 42}
REPLACED_AFTER, LIFE = timedelta(seconds=5), timedelta(seconds=10)
STOPS_WITHIN = 2.0
"""Seconds after its end in which what was already handed over may still arrive (docs/promises.md)."""
GOAL = 1.1
OVER = ("done", "cancelled", "expired")


@dataclass(frozen=True)
class Order:
    """One of the fifty: its notice, its text, and when nothing of it may start any more."""

    notice_id: int
    text: str
    end: datetime


def emergencies_50(ground: Ground) -> None:
    """Seconds from their instant to the last acceptance, beside what the pace alone takes for what was sent."""
    people = min(EMERGENCY_PEOPLE, ground.people // 2)
    ratios, seconds, stale, requests, counting = [], [], 0, 0, Counting(ground)
    with product(ground.folder):
        for run in range(RUNS):
            choose(ground.db, f"fifty{run}", people)
            at = next_minute()
            orders = [_order(ground, number, run, people, at) for number in range(NOTICES)]
            time.sleep(max(0.0, (at + REPLACED_AFTER - _now()).total_seconds()))
            _replace(ground, orders)
            _wait(ground, orders)
            requests, took = _sent(ground, orders)
            own = requests / (LIMITS["multicast"] * SHARE_OF_LIMIT * (1 - ORDINARY_SHARE_BESIDE_EMERGENCY))
            seconds.append(took), ratios.append(took / own)
            stale += _stale(ground, orders)
    say(
        "emergencies_50",
        notices=NOTICES,
        people=people,
        requests=requests,
        seconds=round(statistics.median(seconds), 1),
        stale=stale,
        above_line_limit=counting.above_line_limit,
        limit=GOAL,
        ratio=statistics.median(ratios),
    )


def _order(ground: Ground, number: int, run: int, people: int, at: datetime) -> Order:
    words = f"bench {run} {number}"
    end = at + LIFE if number in SHORT_LIVED else at + timedelta(hours=1)
    with ground.db.begin() as session:
        rule = {"topic": f"fifty{run}"}
        notice = given.approved(session, people=people, rule=rule, lane="emergency")
        session.flush()
        session.execute(
            text(
                "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, "
                "night_reason = 'bench', messages = :messages WHERE id = :id"
            ),
            {
                "at": at,
                "end": end,
                "messages": orjson.dumps([{"type": "text", "text": words}]),
                "id": notice.id,
            },
        )
        return Order(notice.id, words, at + REPLACED_AFTER if number in REPLACED else end)


def _now() -> datetime:
    """By the product's clock."""
    offset = float(Path(os.environ["CLOCK_OFFSET_FILE"]).read_text(encoding="ascii"))
    return datetime.now(UTC) + timedelta(seconds=offset)


def _replace(ground: Ground, orders: list[Order]) -> None:
    with ground.db.begin() as session:
        for before, after in REPLACED.items():
            session.execute(
                text("UPDATE notices SET supersedes_id = :before WHERE id = :after"),
                {"before": orders[before].notice_id, "after": orders[after].notice_id},
            )


def _wait(ground: Ground, orders: list[Order]) -> None:
    ids = [order.notice_id for order in orders]
    limit = time.monotonic() + 240
    while time.monotonic() < limit:
        with ground.db() as session:
            states = [session.get_one(Notice, id_).state for id_ in ids]
        if all(state in OVER for state in states):
            return
        time.sleep(0.5)
    raise TimeoutError(f"not over after four minutes: {sorted(set(states))}")


def _sent(ground: Ground, orders: list[Order]) -> tuple[int, float]:
    """Accepted requests, and seconds from the first release to the last acceptance."""
    with ground.db() as session:
        row = session.execute(
            text(
                "SELECT count(*), extract(epoch FROM max(settled_at) - min(released_at)) "
                "FROM batches JOIN notices ON notices.id = notice_id "
                "WHERE notice_id = ANY(:ids) AND batches.state = 'accepted'"
            ),
            {"ids": [order.notice_id for order in orders]},
        ).one()
    return int(row[0]), float(row[1])


def _stale(ground: Ground, orders: list[Order]) -> int:
    """Orders of which LINE took anything too long after their end, by the stub's own record."""
    offset = float(Path(os.environ["CLOCK_OFFSET_FILE"]).read_text(encoding="ascii"))
    taken = last(ground)
    late = 0
    for order in orders:
        at = next((when for ending, when in taken.items() if f'"{order.text}"' in ending), None)
        late += at is not None and at + offset > order.end.timestamp() + STOPS_WITHIN
    return late
