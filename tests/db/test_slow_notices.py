"""A notice that goes to so many people a minute: over all its senders, its repeats counted, never standing still."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.claiming import actions as claiming
from app.db import Sessions
from app.delivery.claims import Result
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.recording import actions as recording
from app.staff.models import Staff
from tests.db.ledger import (
    LOST,
    NOON,
    OK,
    SECOND,
    due_again,
    released,
    take,
    tell,
)


def test_two_senders_of_a_slow_notice_share_its_minute(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=60)
    with db() as one, ThreadPoolExecutor(1) as beside:
        first = claiming.claim(one, notice_id, claiming.Sender("a", 50, 15), NOON)
        second = beside.submit(take, db, notice_id)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        one.commit()
        assert (sum(claim.size for claim in first), second.result(timeout=5)) == (60, [])


def test_what_is_tried_again_counts_in_a_slow_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=60)
    tell(db, notice_id, [(claim, LOST) for claim in take(db, notice_id)])
    due_again(db)
    later = NOON + timedelta(seconds=61)
    again = take(db, notice_id, now=later)
    assert sum(claim.size for claim in again) == 60
    assert take(db, notice_id, now=later + SECOND) == []
    with db.begin() as session:
        recording.record(session, notice_id, [Result(claim, OK) for claim in again], later)
    assert take(db, notice_id, now=later + 59 * SECOND) == []
    assert sum(claim.size for claim in take(db, notice_id, now=later + 61 * SECOND)) == 60


def test_a_slow_notice_starts_no_more_people_a_minute_than_asked(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=240)
    begun = {}
    for second in range(0, 180, 5):
        now = NOON + timedelta(seconds=second)
        claims = take(db, notice_id, now=now)
        tell(db, notice_id, [(claim, OK) for claim in claims])
        begun[second] = sum(claim.size for claim in claims)
    for second in begun:
        assert sum(n for at, n in begun.items() if second <= at < second + 60) <= 240
    assert sum(begun.values()) == 240 * 3


def test_a_running_notice_told_to_go_slower_counts_its_batches_as_they_were_cut(
    db: Sessions, crowd: int
) -> None:
    notice_id = released(db, crowd)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.slow_down(session, notice, 600, by=by, now=NOON)
    begun: list[int] = []
    for minute in range(4):
        for second in (0, 20, 40):
            now = NOON + timedelta(minutes=minute, seconds=second)
            claims = take(db, notice_id, now=now)
            tell(db, notice_id, [(claim, OK) for claim in claims])
            begun.append(sum(claim.size for claim in claims))
    assert [sum(begun[at : at + 3]) for at in range(0, 12, 3)] == [500, 600, 0, 0]


def test_a_pace_below_one_batch_still_moves(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    with db.begin() as session:
        session.execute(update(Notice).values(people_per_minute=12))
    assert [claim.size for claim in take(db, notice_id)] == [500]
    assert take(db, notice_id, now=NOON + timedelta(seconds=59)) == []
