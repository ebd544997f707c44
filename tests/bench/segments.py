"""Benches of finding people: how fast staff see a count, and how fast a release reads its list."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime

from sqlalchemy import delete

from app.census import actions as census_actions
from app.census import queries as census_queries
from app.census.models import Census
from app.segments import queries, rules
from app.segments.words import Rule
from tests.bench.common import RUNS, Ground, median, part, say

TODAY = date(2026, 12, 1)
COUNTS = 10
COUNT_LIMIT_MS, LIST_LIMIT_SECONDS, CENSUS_LIMIT_SECONDS = 150.0, 3.0, 10.0
RULES = {
    "narrow": {"all": [{"topic": "t1"}, {"ward": "3区"}, {"child_months": {"from": 6, "to": 24}}]},
    "topic_and_ward": {"all": [{"topic": "events"}, {"ward": "3区"}]},
    "two_topics": {"all": [{"topic": "events"}, {"topic": "garbage"}]},
    "not_a_topic": {"all": [{"topic": "events"}, {"not": {"topic": "t3"}}]},
    "any_child": {"child_months": {"from": 0, "to": 216}},
    "topic": {"topic": "events"},
    "everyone": {"everyone": True},
}


def segment_count(ground: Ground) -> None:
    """What the audience page asks, as long as it is composed: p95 beside the 150 ms people feel as at once.

    ``warm`` is answered by the census, ``cold`` by PostgreSQL: the first count after hours without one.
    """
    now = datetime.now(UTC)
    for state in ("cold", "warm"):
        with ground.db.begin() as session:
            session.execute(delete(Census))
        if state == "warm":
            _census(ground, now)
        for name, value in RULES.items():
            times = [_count(ground, rules.from_json(value), now) for _ in range(COUNTS * _runs(state))]
            p95 = part(times, 95)
            say(
                "segment_count",
                rule=name,
                state=state,
                people=ground.people,
                p95_ms=round(p95, 1),
                limit=COUNT_LIMIT_MS,
                ratio=p95 / COUNT_LIMIT_MS,
            )


def _runs(state: str) -> int:
    return RUNS if state == "warm" else 1


def _count(ground: Ground, rule: Rule, now: datetime) -> float:
    with ground.db() as session:
        start = time.perf_counter()
        census_queries.is_due(session, now)
        census_queries.count(session, rule, lane="ordinary", at=now)
        return 1000 * (time.perf_counter() - start)


def _census(ground: Ground, now: datetime) -> None:
    """Counting everybody anew; a worker does it, beside a job's stretch of ten seconds."""

    def once() -> float:
        with ground.db.begin() as session:
            session.execute(delete(Census))
        start = time.perf_counter()
        with ground.db.begin() as session:
            census_actions.take(session, now)
        return time.perf_counter() - start

    seconds = median(once)
    say(
        "segment_census",
        people=ground.people,
        seconds=round(seconds, 2),
        limit=CENSUS_LIMIT_SECONDS,
        ratio=seconds / CENSUS_LIMIT_SECONDS,
    )


def segment_list(ground: Ground) -> None:
    """Reading the list of a release from PostgreSQL: 1,000 people, 100,000 and all."""
    rule = rules.from_json(RULES["topic"])
    for size in sorted({min(size, ground.people) for size in (1_000, 100_000, ground.people)}):

        def once(size: int = size) -> float:
            with ground.db() as session:
                start = time.perf_counter()
                queries.audience_ids(session, rule, TODAY, after_id=0, limit=size)
                return time.perf_counter() - start

        seconds = median(once)
        say(
            "segment_list",
            people=size,
            seconds=round(seconds, 3),
            limit=LIST_LIMIT_SECONDS,
            ratio=seconds / LIST_LIMIT_SECONDS,
        )
