"""One owner at a time: claims beside each other, leases that run out, and what an old owner may still say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import select, text, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import rules
from app.delivery.claims import Claim, Recorded
from app.delivery.models import Batch
from app.leases import queries as leases
from app.line.answers import Answer
from tests.db.ledger import NOON, OK, due_again, start, states, take, tell


def test_two_workers_never_hold_the_same_batch(db: Sessions) -> None:
    notice_id = start(db, 2000)
    with db() as one, db() as two:
        mine = claiming.claim(one, notice_id, claiming.Sender("a", 2, 15), NOON)
        theirs = claiming.claim(two, notice_id, claiming.Sender("b", 4, 15), NOON)
        one.commit(), two.commit()
    assert len(mine) == 2 and len(theirs) == 2
    assert not {c.batch_id for c in mine} & {c.batch_id for c in theirs}


def test_an_old_owner_cannot_record_a_refusal_but_an_acceptance_counts(db: Sessions) -> None:
    notice_id = start(db, 5)
    [old] = take(db, notice_id)
    with db.begin() as session:
        session.execute(update(Batch).values(lease_until=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
    with db.begin() as session:
        assert closing.mend_leases(session, NOON) == [notice_id]
    due_again(db)
    [new] = take(db, notice_id)
    assert (new.retry_key, new.body) == (old.retry_key, old.body)
    tell(db, notice_id, [(old, Answer(400))])
    assert states(db, notice_id) == {"sending": 1}
    tell(db, notice_id, [(old, OK)])
    assert states(db, notice_id) == {"accepted": 1}


def two_owners(db: Sessions, notice_id: int) -> tuple[Claim, Claim]:
    """The claim of one who stood still past its lease, and of who came after."""
    [old] = take(db, notice_id)
    with db.begin() as session:
        session.execute(update(Batch).values(lease_until=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
    with db.begin() as session:
        closing.mend_leases(session, NOON)
    due_again(db)
    [new] = take(db, notice_id)
    return old, new


@pytest.mark.parametrize(
    "answer",
    [Answer(401), Answer(429, message="You have reached your monthly limit."), Answer(429), Answer(400)],
    ids=lambda answer: answer.short,
)
def test_what_an_old_owner_is_refused_stops_and_slows_nothing(db: Sessions, answer: Answer) -> None:
    notice_id = start(db, 5)
    old, new = two_owners(db, notice_id)
    assert tell(db, notice_id, [(old, answer)]) == Recorded()
    assert states(db, notice_id) == {"sending": 1}
    tell(db, notice_id, [(new, OK)])
    assert tell(db, notice_id, [(old, answer)]) == Recorded()
    assert states(db, notice_id) == {"accepted": 1}


def test_an_old_owner_neither_gives_back_nor_keeps_the_claim_of_the_new_one(db: Sessions) -> None:
    notice_id = start(db, 5)
    old, new = two_owners(db, notice_id)
    tell(db, notice_id, [(old, None)])
    assert states(db, notice_id) == {"sending": 1}

    def lease() -> datetime | None:
        with db() as session:
            return session.scalars(select(Batch.lease_until)).one()

    before = lease()
    with db.begin() as session:
        leases.renew(session, [new.batch_id], "somebody else", 3600)
    assert lease() == before
    with db.begin() as session:
        leases.renew(session, [new.batch_id], "test", 3600)
    assert lease() != before


def test_three_lost_leases_set_a_batch_aside(db: Sessions) -> None:
    notice_id = start(db, 5)
    for _ in range(rules.LOST_LEASES_ALLOWED):
        due_again(db)
        assert len(take(db, notice_id)) == 1
        with db.begin() as session:
            session.execute(update(Batch).values(lease_until=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
        with db.begin() as session:
            closing.mend_leases(session, NOON)
    assert states(db, notice_id) == {"quarantined": 1}


def test_a_claim_that_never_started_leaves_no_attempt(db: Sessions) -> None:
    notice_id = start(db, 5)
    [claim] = take(db, notice_id)
    tell(db, notice_id, [(claim, None)])
    with db() as session:
        batch = session.scalars(select(Batch)).one()
    assert (batch.state, batch.attempts, batch.first_attempt_at) == ("sealed", 0, None)


def test_a_batch_that_kills_its_senders_is_set_aside_and_the_rest_completes(db: Sessions) -> None:
    notice_id = start(db, 2000)
    poison = 0
    for _ in range(20):
        due_again(db)
        claims = take(db, notice_id)
        if not claims:
            break
        poison = poison or claims[0].batch_id
        if poison in [claim.batch_id for claim in claims]:
            with db.begin() as session:
                session.execute(update(Batch).values(lease_until=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
            with db.begin() as session:
                closing.mend_leases(session, NOON)
        else:
            tell(db, notice_id, [(claim, OK) for claim in claims])
    assert states(db, notice_id) == {"quarantined": 1, "accepted": 3}


TOKENS_OFF = """
CREATE FUNCTION same_token() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.token := OLD.token; RETURN NEW; END $$;
CREATE TRIGGER same_token BEFORE UPDATE ON batches FOR EACH ROW EXECUTE FUNCTION same_token();
"""


@pytest.mark.parametrize("tokens", [True, False])
def test_without_tokens_an_old_owner_takes_a_batch_from_its_new_one(db: Sessions, tokens: bool) -> None:
    """A control: with the guard off, a late refusal makes halves with new keys beside a request that is accepted."""
    notice_id = start(db, 8)
    if not tokens:
        with db.begin() as session:
            session.execute(text(TOKENS_OFF))
    try:
        old, _ = two_owners(db, notice_id)
        if not tokens:
            old = replace(old, token=0)
        tell(db, notice_id, [(old, Answer(429))])
        due_again(db)
        owners = 1 + len(take(db, notice_id))
    finally:
        with db.begin() as session:
            session.execute(text("DROP FUNCTION IF EXISTS same_token CASCADE"))
    assert owners == (1 if tokens else 2)
