"""The first 50 people are watched, the refusals after them counted: a mistake that LINE shows stops the rest."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.closing import actions as closing
from app.db import Sessions
from app.delivery import actions, packing, queries, rules
from app.delivery.claims import Recorded
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.residents.models import Resident
from app.staff.models import Staff
from tests.db.ledger import (
    LOST,
    NOON,
    OK,
    SECOND,
    notice_of,
    released,
    states,
    take,
    tell,
)


def test_a_watched_notice_sends_to_50_and_waits(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    assert first.size == rules.WATCHED
    assert take(db, notice_id) == []
    tell(db, notice_id, [(first, OK)])
    assert notice_of(db, notice_id).watch_until == NOON + timedelta(seconds=60)
    assert take(db, notice_id, now=NOON + timedelta(seconds=59)) == []
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - 50


def test_a_watch_can_be_ended_by_hand(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    tell(db, notice_id, [(first, OK)])
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.end_watch(session, notice, by=by, now=NOON + SECOND)
    assert len(take(db, notice_id, now=NOON + SECOND)) == 3


def test_a_first_batch_that_was_refused_stops_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    assert tell(db, notice_id, [(first, Answer(400))]).pause_reason == "watch"


def test_first_people_whose_senders_die_stop_the_notice(db: Sessions, crowd: int) -> None:
    """They are set aside by the reconciler; no sender is left to begin the watch."""
    notice_id = released(db, crowd, watch_seconds=60)
    for _ in range(rules.LOST_LEASES_ALLOWED):
        assert [claim.size for claim in take(db, notice_id)] == [rules.WATCHED]
        with db.begin() as session:
            session.execute(
                update(Batch).where(Batch.state == "sending").values(lease_until=NOON - timedelta(days=900))
            )
        with db.begin() as session:
            closing.mend_leases(session, NOON)
            closing.mend_watch(session, notice_id, NOON)
    assert states(db, notice_id) == {"quarantined": 1, "planned": 3}
    assert (notice_of(db, notice_id).state, notice_of(db, notice_id).pause_reason) == ("paused", "watch")
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        closing.resume(session, notice, by=session.get_one(Staff, notice.author_id), now=NOON + SECOND)
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - rules.WATCHED


def test_first_people_whose_key_is_too_old_stop_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    tell(db, notice_id, [(first, LOST)])
    with db.begin() as session:
        session.execute(update(Notice).values(expires_at=NOON + timedelta(hours=24)))
        session.execute(update(Batch).values(next_attempt_at=NOON - timedelta(days=900)))
    later = NOON + rules.KEY_LIFE
    assert take(db, notice_id, now=later) == []
    with db.begin() as session:
        closing.mend_watch(session, notice_id, later)
    assert states(db, notice_id)["unknown"] == 1
    assert notice_of(db, notice_id).pause_reason == "watch"


def test_the_next_50_are_watched_when_all_of_the_first_are_left_out(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    with db.begin() as session:
        first = session.scalars(select(Batch).order_by(Batch.seq).limit(1)).one()
        session.execute(
            update(Resident).where(Resident.id.in_(packing.unpack(first.members))).values(stopped="all")
        )
    [watched] = take(db, notice_id)
    assert watched.size == rules.WATCHED
    tell(db, notice_id, [(watched, OK)])
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - 2 * rules.WATCHED


def test_more_than_one_refusal_in_twenty_stops_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    claims = take(db, notice_id)
    tell(db, notice_id, [(claims[0], OK)])
    told = Recorded()
    for _ in range(12):
        claims = [c for c in take(db, notice_id) or claims[1:] if c.size <= 500]
        told = tell(db, notice_id, [(claim, Answer(400)) for claim in claims])
        if told.pause_reason:
            break
    assert told.pause_reason == "refusals"


def test_what_staff_saw_when_they_resumed_does_not_stop_a_notice_again(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    [refused] = take(db, notice_id, limit=1)
    with db.begin() as session:
        actions.settle(session.get_one(Batch, refused.batch_id), "rejected", "400", NOON)
        bad = session.scalars(select(Resident.line_user_id).order_by(Resident.id)).all()[600].encode()
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.pause(session, notice, reason="refusals", by="x", now=NOON)
        closing.resume(session, notice, by=by, now=NOON)
    while claims := take(db, notice_id):
        told = tell(db, notice_id, [(claim, Answer(400) if bad in claim.body else OK) for claim in claims])
        assert told.pause_reason == ""
    with db() as session:
        by_state = queries.tally(session, session.get_one(Notice, notice_id)).by_state
    assert by_state == {"accepted": 599, "rejected": 501}


@pytest.mark.parametrize(("new", "stops"), [(30, False), (31, True)])
def test_new_refusals_are_counted_from_the_resumption(new: int, stops: bool) -> None:
    by_state = {"accepted": 600 - new, "rejected": 500 + new}
    assert rules.too_many_refused(by_state, settled_before=500, refused_before=500) == stops


def test_a_stop_rule_hides_neither_what_line_said_nor_that_it_was_too_fast(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    with db.begin() as session:
        # A second worker's batch, as when the watch was ended by hand.
        session.execute(update(Notice).values(watch_until=NOON - SECOND))
    two, three, *_ = take(db, notice_id)
    with db.begin() as session:
        session.execute(update(Notice).values(watch_until=None))
    told = tell(
        db, notice_id, [(two, Answer(429)), (three, Answer(401, message="invalid")), (first, Answer(400))]
    )
    assert (told.pause_reason, told.slow) == ("watch", True)
    assert "接続認証" in told.detail and "401 invalid" in told.detail
