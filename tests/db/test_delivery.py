"""The ledger: who is frozen, planned, sealed, held back and found again."""

from __future__ import annotations

import hashlib
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import packing, queries
from app.delivery.models import Batch
from app.notices.models import Notice
from app.release import actions as release
from app.residents.models import Resident
from tests import builders as given
from tests.db.ledger import (
    CONFLICT,
    LOST,
    NOON,
    NOT_SENT,
    OK,
    SECOND,
    due_again,
    notice_of,
    start,
    states,
    take,
    tell,
)


def test_everybody_is_planned_once_in_batches_of_500(db: Sessions) -> None:
    notice_id = start(db, 1203)
    with db() as session:
        found = session.scalars(select(Batch).order_by(Batch.seq)).all()
        everyone = session.scalars(select(Resident.id).order_by(Resident.id)).all()
    assert [b.size for b in found] == [500, 500, 203]
    assert [i for b in found for i in packing.unpack(b.members)] == list(everyone)
    assert notice_of(db, notice_id).recipients == 1203


def test_a_large_audience_starts_before_it_is_planned_to_the_end(db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 11_000)
        notice_id = given.scheduled(session, people=11_000).id
    with db.begin() as session:
        release.release(session, notice_id, NOON)
    with db.begin() as session:
        assert release.plan(session, notice_id, NOON)
    assert notice_of(db, notice_id).state == "running"
    assert states(db, notice_id)["planned"] == release.FIRST_BATCHES
    with db.begin() as session:
        assert not release.plan(session, notice_id, NOON)
    assert notice_of(db, notice_id).recipients == 11_000


def test_ahead_of_its_instant_an_audience_is_asked_for_once(db: Sessions) -> None:
    """Nobody waits for the first batches yet, and each stretch asks for everybody anew."""
    with db.begin() as session:
        given.residents(session, 11_000)
        notice_id = given.scheduled(session, people=11_000).id
    early = NOON - 3 * SECOND
    with db.begin() as session:
        release.release(session, notice_id, early)
    with db.begin() as session:
        assert not release.plan(session, notice_id, early)
    assert notice_of(db, notice_id).recipients == 11_000


def test_the_same_key_always_goes_with_the_same_bytes(db: Sessions) -> None:
    notice_id = start(db, 700)
    first = take(db, notice_id)
    tell(db, notice_id, [(claim, LOST) for claim in first])
    with db.begin() as session:
        # Somebody erases their data between two attempts: the retry must not change.
        session.delete(session.scalars(select(Resident).limit(1)).one())
    due_again(db)
    second = take(db, notice_id)
    assert {c.retry_key: c.body for c in first} == {c.retry_key: c.body for c in second}


def test_a_handful_is_bound_in_one_statement_each_batch_to_its_own_people_and_bytes(db: Sessions) -> None:
    notice_id = start(db, 1203)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(update(Resident).where(Resident.id.in_([ids[7], ids[501]])).values(state="blocked"))
    [retried] = take(db, notice_id, limit=1)
    tell(db, notice_id, [(retried, LOST)])
    due_again(db)
    claims = take(db, notice_id)
    with db() as session:
        found = session.scalars(select(Batch).order_by(Batch.seq)).all()
        user_ids = dict(session.execute(select(Resident.id, Resident.line_user_id)).all())
    assert [claim.batch_id for claim in claims] == [batch.id for batch in found], "in the order of sending"
    assert [(batch.size, batch.attempts, batch.token) for batch in found] == [
        (499, 2, 2),
        (499, 1, 1),
        (203, 1, 1),
    ]
    for claim, batch in zip(claims, found, strict=True):
        people = [user_ids[id_] for id_ in packing.unpack(batch.members)]
        assert orjson.loads(claim.body)["to"] == people
        assert batch.line_ids == packing.pack_line_ids(people)
        assert batch.body_hash == hashlib.sha256(claim.body).hexdigest()
        assert (batch.retry_key, batch.token, batch.size) == (claim.retry_key, claim.token, claim.size)
        assert (batch.state, batch.owner, batch.first_attempt_at) == ("sending", "test", NOON)


def test_a_run_with_faults_ends_with_everybody_accepted_once(db: Sessions) -> None:
    notice_id = start(db, 1500)
    one, two, three = take(db, notice_id)
    tell(db, notice_id, [(one, OK), (two, LOST), (three, NOT_SENT)])
    due_again(db)
    two, three = take(db, notice_id)
    tell(db, notice_id, [(two, CONFLICT), (three, OK)])
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)
        notice = session.get_one(Notice, notice_id)
        tally = queries.tally(session, notice)
    assert (notice.state, tally.closed, tally.by_state) == ("done", True, {"accepted": 1500})


def test_who_blocked_or_changed_their_mind_before_sealing_is_left_out(db: Sessions) -> None:
    notice_id = start(db, 10)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(update(Resident).where(Resident.id == ids[0]).values(state="blocked"))
        session.execute(update(Resident).where(Resident.id == ids[1]).values(topics=[]))
        session.delete(session.get_one(Resident, ids[2]))
    [claim] = take(db, notice_id)
    assert claim.size == 7
    tell(db, notice_id, [(claim, OK)])
    with db.begin() as session:
        assert queries.excluded_by_reason(session, notice_id) == {"blocked": 1, "opted_out": 1, "erased": 1}
        assert closing.finish(session, notice_id, NOON)
        assert queries.people(session, notice_id, "accepted") == list(ids[3:])


def test_a_batch_whose_people_all_left_is_not_sent_and_the_sum_still_closes(db: Sessions) -> None:
    notice_id = start(db, 3)
    with db.begin() as session:
        session.execute(update(Resident).values(state="blocked"))
    assert take(db, notice_id) == []
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)


def test_past_its_expiry_nothing_goes_out(db: Sessions) -> None:
    notice_id = start(db, 5)
    later = NOON + timedelta(hours=25)
    with pytest.raises(claiming.NotRunning):
        take(db, notice_id, now=later)
    with db.begin() as session:
        assert closing.expire(session, notice_id, later)
    assert states(db, notice_id) == {"expired": 1}
    assert notice_of(db, notice_id).state == "expired"


def test_a_late_release_is_held_and_one_past_its_expiry_never_goes(db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 5)
        late, old = given.scheduled(session, people=5).id, given.scheduled(session, people=5).id
    with db.begin() as session:
        assert not release.release(session, late, NOON + timedelta(minutes=16))
        assert not release.release(session, old, NOON + timedelta(hours=30))
    assert (notice_of(db, late).state, notice_of(db, late).pause_reason) == ("paused", "late")
    assert notice_of(db, old).state == "expired"


def test_an_audience_that_grew_too_far_goes_back_to_the_approver(db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 121)
        grown = given.scheduled(session, people=100).id
        within = given.scheduled(session, people=101).id
    with db.begin() as session:
        assert not release.release(session, grown, NOON)
        assert release.release(session, within, NOON)
    notice = notice_of(db, grown)
    assert (notice.state, notice.approved_at, notice.expected_count) == ("content_frozen", None, 121)
    assert "121人" in notice.return_reason


def test_who_received_what_is_answered_for_one_resident(db: Sessions) -> None:
    notice_id = start(db, 600)
    tell(db, notice_id, [(c, OK) for c in take(db, notice_id)])
    with db() as session:
        anybody = session.scalars(select(Resident.id)).all()[550]
        [received] = queries.received_by(session, anybody)
        assert (received.notice_id, received.state) == (notice_id, "accepted")
        assert queries.received_by(session, 10**8) == []
