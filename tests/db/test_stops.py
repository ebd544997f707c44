"""After a stop nothing starts, nothing stays open, and a sum that does not close is told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.delivery.claims import Result
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.recording import actions as recording
from app.staff.models import Staff
from tests.db.ledger import LOST, NOON, OK, notice_of, start, states, stop, take, tell


def test_after_a_stop_nothing_starts_and_the_lists_are_exact(db: Sessions) -> None:
    notice_id = start(db, 1500)
    one, two = take(db, notice_id, limit=2)
    tell(db, notice_id, [(one, OK)])
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)
    with pytest.raises(claiming.NotRunning):
        take(db, notice_id)
    tell(db, notice_id, [(two, LOST)])
    with db() as session:
        tally = queries.tally(session, session.get_one(Notice, notice_id))
    assert tally.by_state == {"accepted": 500, "unknown": 500, "cancelled": 500} and tally.closed


def test_halves_made_after_a_stop_are_stopped_too(db: Sessions) -> None:
    notice_id = start(db, 8)
    [claim] = take(db, notice_id)
    stop(db, notice_id)
    tell(db, notice_id, [(claim, Answer(400))])
    with db.begin() as session:
        closing.check_sum(session, notice_id, NOON)
    notice = notice_of(db, notice_id)
    assert (states(db, notice_id), notice.sum_closes) == ({"split": 1, "cancelled": 2}, True)


def test_a_stop_in_the_middle_of_recording_waits_and_leaves_nothing_open(db: Sessions) -> None:
    notice_id = start(db, 5)
    [claim] = take(db, notice_id)
    with db() as session, ThreadPoolExecutor(1) as other:
        recording.record(session, notice_id, [Result(claim, LOST)], NOON)
        session.flush()
        stopping = other.submit(stop, db, notice_id)
        with pytest.raises(TimeoutError):
            stopping.result(timeout=0.3)
        session.commit()
        stopping.result(timeout=5)
    assert states(db, notice_id) == {"unknown": 1}


def test_two_who_record_a_watched_notice_at_once_do_not_hold_each_other(db: Sessions) -> None:
    notice_id = start(db, 60)
    with db.begin() as session:
        session.execute(update(Notice).values(watch_seconds=60))
    [claim] = take(db, notice_id)
    with db() as session, ThreadPoolExecutor(1) as other:
        recording.record(session, notice_id, [Result(claim, OK)], NOON)
        second = other.submit(tell, db, notice_id, [(claim, OK)])
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        session.commit()
        second.result(timeout=5)
    assert notice_of(db, notice_id).watch_until == NOON + timedelta(seconds=60)


def test_what_was_left_open_behind_a_notice_that_is_over_is_closed_by_the_reconciler(db: Sessions) -> None:
    notice_id = start(db, 1500)
    stop(db, notice_id)
    with db.begin() as session:
        one, two, _ = session.scalars(select(Batch).order_by(Batch.seq)).all()
        one.state = two.state = "planned"
    with db.begin() as session:
        assert notice_id in notice_queries.unfinished(session)
        closing.check_sum(session, notice_id, NOON)
        assert notice_id not in notice_queries.unfinished(session)
    assert states(db, notice_id) == {"cancelled": 3}


@pytest.mark.parametrize("state", ["cancelled", "paused", "running"])
def test_somebody_who_is_nowhere_is_told(db: Sessions, state: str) -> None:
    notice_id = start(db, 1500)
    if state == "cancelled":
        stop(db, notice_id)
    elif state == "paused":
        with db.begin() as session:
            notice_actions.pause(session, session.get_one(Notice, notice_id), by="x", now=NOON)
            closing.check_sum(session, notice_id, NOON)
            assert session.get_one(Notice, notice_id).sum_closes is None
    else:
        tell(db, notice_id, [(claim, OK) for claim in take(db, notice_id)])
    with db.begin() as session:
        session.execute(delete(Batch).where(Batch.seq == 1))
    with db.begin() as session:
        closing.finish(session, notice_id, NOON)
        closing.check_sum(session, notice_id, NOON)
    with db() as session:
        assert [notice.id for notice in notice_queries.with_open_sums(session)] == [notice_id]
