"""What a notice was built on, at the moment of hand-over: a replaced one stops, a lifting goes only while its order stands."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.release import actions as release
from app.staff.models import Staff
from tests.db.ledger import LOST, NOON, OK, notice_of, released, scheduled, take, tell


def test_a_notice_that_was_replaced_starts_nothing_more_and_is_closed(db: Sessions, crowd: int) -> None:
    old = released(db, crowd)
    [one] = take(db, old, limit=1)
    new = released(db, crowd, supersedes_id=old)
    with pytest.raises(claiming.NotRunning):
        take(db, old)
    with db.begin() as session:
        assert closing.retire(session, old, NOON)
    tell(db, old, [(one, OK)])
    with db() as session:
        tally = queries.tally(session, session.get_one(Notice, old))
    assert tally.by_state == {"accepted": 500, "cancelled": 600} and tally.closed
    assert sum(claim.size for claim in take(db, new)) == crowd


def test_a_lifting_goes_only_while_its_order_stands(db: Sessions, crowd: int) -> None:
    order = released(db, crowd)
    lifted = released(db, crowd, requires_id=order, supersedes_id=order)
    assert take(db, lifted, limit=1), "that it replaces its own order does not speak against it"
    stopped = released(db, crowd)
    with db.begin() as session:
        notice = session.get_one(Notice, stopped)
        by = session.get_one(Staff, notice.author_id)
        closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)
    void = scheduled(db, crowd, requires_id=stopped)
    with db.begin() as session:
        assert not release.release(session, void, NOON)
    assert (notice_of(db, void).state, notice_of(db, void).pause_reason) == ("paused", "requires")


def end(db: Sessions, notice_id: int, how: str) -> None:
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        if how == "paused":
            notice_actions.pause(session, notice, reason="refusals", by="x", now=NOON)
        elif how == "expired":
            assert closing.expire(session, notice_id, NOON + timedelta(hours=25))
        else:
            wrong = how == "withdrawn"
            closing.cancel(session, notice, reason="もう十分", by=by, now=NOON, withdrawn=wrong)


@pytest.mark.parametrize("answer", [OK, LOST])
@pytest.mark.parametrize("how", ["paused", "expired", "cancelled", "withdrawn"])
def test_whoever_read_an_order_hears_that_it_is_lifted_however_its_sending_ended(
    db: Sessions, crowd: int, how: str, answer: Answer
) -> None:
    order = released(db, crowd)
    [one] = take(db, order, limit=1)
    tell(db, order, [(one, answer)])
    end(db, order, how)
    lifted = scheduled(db, crowd, requires_id=order)
    with db.begin() as session:
        assert release.release(session, lifted, NOON) == (how != "withdrawn")
        others = notice_queries.others(session, {order}, NOON, but=None)
        assert others[order].is_standing == (how != "withdrawn")


@pytest.mark.parametrize("how", ["paused", "cancelled"])
def test_an_order_nobody_can_have_read_is_no_order(db: Sessions, crowd: int, how: str) -> None:
    order = released(db, crowd)
    tell(db, order, [(claim, Answer(429)) for claim in take(db, order)])
    end(db, order, how)
    lifted = scheduled(db, crowd, requires_id=order)
    with db.begin() as session:
        assert not release.release(session, lifted, NOON)
