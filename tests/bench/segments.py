"""Benches of finding people: how fast staff see a count, and how fast a release reads its list."""

from __future__ import annotations

import time
from datetime import date

from app.segments import queries, rules
from tests.bench.common import RUNS, Ground, median, part, say

TODAY = date(2026, 12, 1)
COUNTS = 10
COUNT_LIMIT_MS, LIST_LIMIT_SECONDS = 150.0, 3.0
RULES = {
    "narrow": {"all": [{"topic": "t1"}, {"ward": "3区"}, {"child_months": {"from": 6, "to": 24}}]},
    "topic_and_ward": {"all": [{"topic": "events"}, {"ward": "3区"}]},
    "everyone": {"all": [{"topic": "events"}]},
}


def segment_count(ground: Ground) -> None:
    """The slowest of the usual counts (topic, ward, child's age): p95 beside the 150 ms people feel as at once."""
    for name, value in RULES.items():
        rule, times = rules.from_json(value), []
        for _ in range(RUNS * COUNTS):
            with ground.db() as session:
                start = time.perf_counter()
                queries.count(session, rule, TODAY)
                times.append(1000 * (time.perf_counter() - start))
        p95 = part(times, 95)
        say(
            "segment_count",
            rule=name,
            people=ground.people,
            p95_ms=round(p95, 1),
            limit=COUNT_LIMIT_MS,
            ratio=p95 / COUNT_LIMIT_MS,
        )


def segment_list(ground: Ground) -> None:
    """Reading the list of a release from PostgreSQL: 1,000 people, 100,000 and all."""
    rule = rules.from_json(RULES["everyone"])
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
