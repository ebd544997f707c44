"""Personal messages whose sender, time or notice ends: what is told of each person then."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from app.closing import actions as closing
from app.db import Sessions
from app.delivery import rules
from app.notices.models import Notice
from app.staff.models import Staff
from tests.db.ledger import LOST, NOT_SENT, OK, due_again, take
from tests.db.test_personal import NOON, REFUSED, batch_of, lose_lease, start, tally, tell, tell_all


def test_after_a_lost_lease_a_refusal_is_unknown_and_an_old_owner_can_only_accept(db: Sessions) -> None:
    notice_id = start(db, 3)
    [old] = take(db, notice_id)
    lose_lease(db)
    [new] = take(db, notice_id)
    tell(db, notice_id, old, {0: REFUSED, 1: OK})
    assert tally(db, notice_id).by_state == {"accepted": 1, "sending": 2}
    tell(db, notice_id, new, {0: REFUSED, 1: REFUSED, 2: OK})
    assert tally(db, notice_id).by_state == {"accepted": 2, "unknown": 1}
    tell(db, notice_id, old, {0: OK})
    assert tally(db, notice_id).by_state == {"accepted": 3}


def test_three_lost_leases_set_the_open_ones_aside(db: Sessions) -> None:
    notice_id = start(db, 3)
    for _ in range(rules.LOST_LEASES_ALLOWED):
        [claim] = take(db, notice_id)
        tell(db, notice_id, claim, {0: OK}, over=False)
        lose_lease(db)
    assert tally(db, notice_id).by_state == {"accepted": 1, "quarantined": 2}


@pytest.mark.parametrize("end", ["cancelled", "expired"])
def test_at_the_end_who_was_never_sent_to_is_told_apart_from_who_may_have_it(db: Sessions, end: str) -> None:
    notice_id = start(db, 4)
    [claim] = take(db, notice_id)
    tell(db, notice_id, claim, {0: OK, 1: LOST, 2: NOT_SENT, 3: None})
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        if end == "cancelled":
            by = session.get_one(Staff, notice.author_id)
            closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)
        else:
            assert closing.expire(session, notice_id, NOON + timedelta(hours=25))
    found = tally(db, notice_id)
    assert found.by_state == {"accepted": 1, "unknown": 1, end: 2} and found.closed


def test_a_stop_while_pushes_are_under_way_is_exact(db: Sessions) -> None:
    notice_id = start(db, 4)
    [claim] = take(db, notice_id)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)
    tell(db, notice_id, claim, {0: OK}, over=False)
    tell(db, notice_id, claim, {1: LOST, 2: None, 3: None})
    found = tally(db, notice_id)
    assert found.by_state == {"accepted": 1, "unknown": 1, "cancelled": 2} and found.closed


def test_past_the_life_of_the_keys_only_the_doubtful_are_unknown(db: Sessions) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    tell(db, notice_id, claim, {0: OK, 1: LOST, 2: NOT_SENT})
    due_again(db)
    with db.begin() as session:
        session.execute(update(Notice).values(expires_at=NOON + timedelta(days=3)))
    assert take(db, notice_id, now=NOON + timedelta(hours=21)) == []
    assert tally(db, notice_id).by_state == {"accepted": 1, "unknown": 1, "expired": 1}


def test_a_claim_that_never_started_leaves_no_attempt(db: Sessions) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    tell_all(db, notice_id, claim, None)
    batch = batch_of(db)
    assert (batch.state, batch.attempts, batch.first_attempt_at) == ("sealed", 0, None)
    [again] = take(db, notice_id)
    assert again.people == claim.people
