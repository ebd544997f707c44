"""The ledger: who is frozen, sealed, claimed and recorded, and that every sum closes."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy import delete, select, text, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import actions, queries, rules
from app.delivery.claims import Claim, Recorded, Result
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.release import actions as release
from app.residents import actions as resident_actions
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments.rules import Everyone
from app.staff.models import Staff
from tests import builders as given

NOON = given.NOON
OK = Answer(200, request_id="r-1")
CONFLICT = Answer(409, request_id="r-2", accepted_request_id="r-1")
LOST = Answer(0, message="ServerTimeoutError")
NOT_SENT = Answer(0, sent=False)


def start(db: Sessions, people: int) -> int:
    """A notice to so many people, released and planned; answers its id."""
    with db.begin() as session:
        given.residents(session, people)
        notice_id = given.scheduled(session, people=people).id
    with db.begin() as session:
        assert release.release(session, notice_id, NOON)
    more = True
    while more:
        with db.begin() as session:
            more = release.plan(session, notice_id, NOON)
    return notice_id


def take(db: Sessions, notice_id: int, *, limit: int = 50, now: datetime = NOON) -> list[Claim]:
    with db.begin() as session:
        return claiming.claim(session, notice_id, claiming.Sender("test", limit, 15), now)


def tell(db: Sessions, notice_id: int, answers: list[tuple[Claim, Answer | None]]) -> Recorded:
    with db.begin() as session:
        results = [Result(claim, answer) for claim, answer in answers]
        return actions.record(session, notice_id, results, NOON)


def due_again(db: Sessions) -> None:
    with db.begin() as session:
        session.execute(update(Batch).values(next_attempt_at=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))


def states(db: Sessions, notice_id: int) -> Counter[str]:
    with db() as session:
        return Counter(session.scalars(select(Batch.state).where(Batch.notice_id == notice_id)))


def notice_of(db: Sessions, notice_id: int) -> Notice:
    with db() as session:
        return session.get_one(Notice, notice_id)


def test_everybody_is_planned_once_in_batches_of_500(db: Sessions) -> None:
    notice_id = start(db, 1203)
    with db() as session:
        found = session.scalars(select(Batch).order_by(Batch.seq)).all()
        everyone = session.scalars(select(Resident.id).order_by(Resident.id)).all()
    assert [b.size for b in found] == [500, 500, 203]
    assert [i for b in found for i in rules.unpack(b.members)] == list(everyone)
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


def test_a_refused_list_is_halved_with_new_keys_until_the_one_is_found(db: Sessions) -> None:
    notice_id = start(db, 8)
    with db() as session:
        bad = session.scalars(select(Resident.line_user_id).order_by(Resident.id)).all()[5].encode()
    keys = set()
    while claims := take(db, notice_id):
        keys |= {c.retry_key for c in claims}
        tell(db, notice_id, [(c, Answer(400) if bad in c.body else OK) for c in claims])
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)
        tally = queries.tally(session, session.get_one(Notice, notice_id))
    assert tally.by_state == {"accepted": 7, "rejected": 1}
    assert len(keys) == 7


def refuse(db: Sessions, notice_id: int, bad: set[bytes]) -> int:
    """Send, with a LINE that refuses every list with somebody unknown in it; answers the number of requests."""
    requests = 0
    while claims := take(db, notice_id):
        requests += len(claims)
        tell(
            db,
            notice_id,
            [(c, Answer(400) if any(id_ in c.body for id_ in bad) else OK) for c in claims],
        )
    return requests


@pytest.mark.parametrize(("number", "most"), [(1, 19), (10, 160), (250, 650)])
def test_whom_line_does_not_know_is_found_left_out_from_now_on_and_welcome_back(
    db: Sessions, number: int, most: int
) -> None:
    notice_id = start(db, 500)
    with db() as session:
        people = session.execute(select(Resident.id, Resident.line_user_id).order_by(Resident.id)).all()
    bad = people[:: 500 // number]
    assert refuse(db, notice_id, {row.line_user_id.encode() for row in bad}) <= most
    with db.begin() as session:
        assert queries.people(session, notice_id, "rejected") == [row.id for row in bad]
        assert closing.finish(session, notice_id, NOON)
    with db.begin() as session:
        assert segment_queries.hearers(session, Everyone(), lane="ordinary", at=NOON) == 500 - number
        assert segment_queries.hearers(session, Everyone(), lane="emergency", at=NOON) == 500 - number
        one = session.get_one(Resident, bad[0].id)
        resident_actions.wrote(session, one, at=1, event_id="e", now=NOON)
        session.flush()
        assert segment_queries.hearers(session, Everyone(), lane="ordinary", at=NOON) == 501 - number


def test_nobody_is_given_up_when_line_refuses_nearly_everybody(db: Sessions) -> None:
    notice_id = start(db, 20)
    with db() as session:
        ids = session.scalars(select(Resident.line_user_id).order_by(Resident.id)).all()
    refuse(db, notice_id, {id_.encode() for id_ in ids[1:]})
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)
        assert session.scalars(select(Resident.state).distinct()).all() == ["friend"]


def test_who_was_given_up_between_freeze_and_sealing_is_left_out_by_name(db: Sessions) -> None:
    notice_id = start(db, 3)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        resident_actions.lose(session, ids[:1], subject="notice:1", now=NOON)
    [claim] = take(db, notice_id)
    with db() as session:
        assert (claim.size, queries.excluded_by_reason(session, notice_id)) == (2, {"gone": 1})


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (Answer(429, message="You have reached your monthly limit."), "quota"),
        (Answer(401), "token"),
        (Answer(400, properties=("messages[0].text",)), "message_refused"),
    ],
)
def test_answers_that_stop_the_whole_notice(db: Sessions, answer: Answer, reason: str) -> None:
    notice_id = start(db, 5)
    [claim] = take(db, notice_id)
    told = tell(db, notice_id, [(claim, answer)])
    assert told.pause_reason == reason
    assert all(name in told.detail for name in answer.properties), "staff see which field it was"
    assert states(db, notice_id) == {"retry_wait": 1}


def test_an_outcome_nobody_can_learn_any_more_is_unknown_and_never_sent_again(db: Sessions) -> None:
    notice_id = start(db, 5)
    [claim] = take(db, notice_id)
    tell(db, notice_id, [(claim, LOST)])
    due_again(db)
    with db.begin() as session:
        session.execute(update(Notice).values(expires_at=NOON + timedelta(days=3)))
    assert take(db, notice_id, now=NOON + timedelta(hours=21)) == []
    assert states(db, notice_id) == {"unknown": 1}


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


def stop(db: Sessions, notice_id: int) -> None:
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        closing.cancel(session, notice, reason="まちがい", by=by, now=NOON)


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
        actions.record(session, notice_id, [Result(claim, LOST)], NOON)
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
        actions.record(session, notice_id, [Result(claim, OK)], NOON)
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


def test_a_claim_that_never_started_leaves_no_attempt(db: Sessions) -> None:
    notice_id = start(db, 5)
    [claim] = take(db, notice_id)
    tell(db, notice_id, [(claim, None)])
    with db() as session:
        batch = session.scalars(select(Batch)).one()
    assert (batch.state, batch.attempts, batch.first_attempt_at) == ("sealed", 0, None)


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
        [old] = take(db, notice_id)
        with db.begin() as session:
            session.execute(update(Batch).values(lease_until=datetime(2020, 1, 1, tzinfo=NOON.tzinfo)))
        with db.begin() as session:
            closing.mend_leases(session, NOON)
        due_again(db)
        assert len(take(db, notice_id)) == 1, "the new owner sends"
        if not tokens:
            old = replace(old, token=0)
        tell(db, notice_id, [(old, Answer(429))])
        due_again(db)
        owners = 1 + len(take(db, notice_id))
    finally:
        with db.begin() as session:
            session.execute(text("DROP FUNCTION IF EXISTS same_token CASCADE"))
    assert owners == (1 if tokens else 2)
