"""Three thousand people, LINE's worst day and killed processes: the pretend LINE's own record shows each once."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import insert, select, text

from app.delivery import queries
from app.delivery.models import Batch
from app.notices.models import Notice
from app.residents.models import Resident
from tests import builders as given
from tests.journeys.product import Product, wait_for

pytestmark = pytest.mark.chaos

PEOPLE = 3000


def release_now(product: Product, people: list[str]) -> int:
    """A notice to these people that is due this minute, approved by two."""
    now = datetime.now(UTC)
    rows = [
        {"line_user_id": user, "topics": ["events"], "state": "friend", "setup_done_at": now}
        | given.NEVER_QUIET
        for user in people
    ]
    with product.db.begin() as session:
        session.execute(insert(Resident), rows)
        notice = given.approved(session, people=len(people))
        session.flush()
        minute = now.replace(second=0, microsecond=0)
        session.execute(
            text(
                "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, "
                "night_reason = 'test' WHERE id = :id"
            ),
            {"at": minute, "end": minute + timedelta(hours=20), "id": notice.id},
        )
        return notice.id


def state_of(product: Product, notice_id: int) -> str:
    with product.db() as session:
        return session.get_one(Notice, notice_id).state


def copies(product: Product) -> Counter[str]:
    return Counter(line["user"] for line in product.line.record() if line["endpoint"].endswith("multicast"))


@pytest.mark.parametrize(
    ("faults", "killed"),
    [
        ([("error", {"when": "after", "status": 500}), ("reset", {"when": "after"}), ("error", {"when": "before", "status": 503})], "ordinary"),
        ([("drop", {"when": "after"}), ("cut", {"when": "after"}), ("rate", {})], "chores"),
        ([("latency", {"seconds": 1})], "clock"),
    ],
    ids=["sender", "planner", "clock"],
)  # fmt: skip
def test_everybody_gets_it_once_whatever_happens(
    product: Product, faults: list[tuple[str, dict[str, object]]], killed: str
) -> None:
    people = product.line.crowd(PEOPLE)
    for fault, fields in faults:
        product.line.order(fault, endpoint="multicast", count=2, **fields)
    notice_id = release_now(product, people)
    wait_for("the release", lambda: state_of(product, notice_id) not in ("scheduled",))
    product.kill(killed)
    time.sleep(0.5)
    product.start(killed)
    wait_for("the end", lambda: state_of(product, notice_id) == "done", seconds=60)
    assert copies(product) == dict.fromkeys(people, 1)
    with product.db() as session:
        notice = session.get_one(Notice, notice_id)
        tally = queries.tally(session, notice)
        keys = session.scalars(select(Batch.retry_key)).all()
    assert tally.closed and tally.by_state == {"accepted": PEOPLE}
    assert len(set(keys)) == len(keys) == PEOPLE // 500
