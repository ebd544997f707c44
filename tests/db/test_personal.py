"""Personal messages: one push per person, keys and bytes that never change, an outcome for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

import orjson
import pytest
from sqlalchemy import delete, select, update

from app.claiming import actions as claiming
from app.clock import in_japan
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries, rules
from app.delivery.claims import Claim, PeopleResult, Recorded
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices.models import Notice
from app.personal.models import PersonalValues
from app.recording import actions as recording
from app.release import actions as release
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments.words import Received
from tests import builders as given
from tests.db.ledger import CONFLICT, LOST, NOT_SENT, OK, due_again, take

NOON = given.NOON
REFUSED = Answer(400, message="Failed to send messages")


def start(db: Sessions, people: int, **more: object) -> int:
    """A personal notice to so many people, released and planned; answers its id."""
    with db.begin() as session:
        ids = given.residents(session, people)
        notice_id = given.personal(session, ids, **more).id
    with db.begin() as session:
        assert release.release(session, notice_id, NOON)
    with db.begin() as session:
        release.plan(session, notice_id, NOON)
    return notice_id


def tell(
    db: Sessions,
    notice_id: int,
    claim: Claim,
    answers: Mapping[int, Answer | None],
    over: bool = True,
) -> Recorded:
    with db.begin() as session:
        return recording.record(session, notice_id, [PeopleResult(claim, answers, over)], NOON)


def tell_all(db: Sessions, notice_id: int, claim: Claim, answer: Answer | None) -> Recorded:
    return tell(db, notice_id, claim, dict.fromkeys(claim.people, answer))


def batch_of(db: Sessions) -> Batch:
    with db() as session:
        return session.scalars(select(Batch).order_by(Batch.seq)).all()[0]


def tally(db: Sessions, notice_id: int) -> rules.Tally:
    with db() as session:
        return queries.tally(session, session.get_one(Notice, notice_id))


def lose_lease(db: Sessions) -> None:
    with db.begin() as session:
        session.execute(update(Batch).values(lease_until=NOON - timedelta(days=9000)))
    with db.begin() as session:
        closing.mend_leases(session, NOON)
    due_again(db)


def received(db: Sessions, notice_id: int) -> list[int]:
    """As a correction finds them, in SQL."""
    with db() as session:
        rule = Received(notice_id)
        return segment_queries.audience_ids(session, rule, in_japan(NOON).date(), after_id=0, limit=10**6)


def test_everybody_gets_a_push_of_their_own(db: Sessions) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    with db() as session:
        people = session.scalars(select(Resident).order_by(Resident.id)).all()
    assert claim.endpoint == "push" and len({key for key, _ in claim.people.values()}) == 3
    for person, (_, body) in zip(people, claim.people.values(), strict=True):
        place, hour = given.words(person.id)
        sent = orjson.loads(body)
        assert sent["to"] == person.line_user_id
        assert sent["messages"] == [{"type": "text", "text": f"会場は{place}、{hour}からです。{{{{7*7}}}}"}]


def test_a_retry_sends_the_very_bytes_under_the_very_keys_and_renders_nothing(db: Sessions) -> None:
    notice_id = start(db, 50)
    [first] = take(db, notice_id)
    tell(db, notice_id, first, {0: OK, 1: OK}, over=False)
    with db.begin() as session:
        # Nothing a rendering would need is there any more.
        session.execute(delete(PersonalValues))
        session.execute(update(Notice).values(messages=b"[]"))
        session.delete(session.scalars(select(Resident).order_by(Resident.id.desc()).limit(1)).one())
    lose_lease(db)
    [second] = take(db, notice_id)
    assert second.people == {place: one for place, one in first.people.items() if place > 1}
    tell_all(db, notice_id, second, CONFLICT)
    assert tally(db, notice_id).by_state == {"accepted": 50}


def test_bodies_that_are_not_what_was_sealed_are_set_aside_and_the_others_go(db: Sessions) -> None:
    notice_id = start(db, 4)
    [first] = take(db, notice_id)
    tell_all(db, notice_id, first, LOST)
    batch = batch_of(db)
    with db() as session:
        session.add(batch)
        bodies = claiming.envelopes.zlib.decompress(batch.bodies or b"").replace("第".encode(), b"X", 1)
    with db.begin() as session:
        changed = claiming.envelopes.zlib.compress(bodies)
        session.execute(update(Batch).values(bodies=changed))
    due_again(db)
    [second] = take(db, notice_id)
    assert list(second.people) == [1, 2, 3]
    tell_all(db, notice_id, second, OK)
    assert tally(db, notice_id).by_state == {"accepted": 3, "quarantined": 1}


def test_an_envelope_nobody_can_open_is_set_aside_whole(db: Sessions) -> None:
    notice_id = start(db, 4)
    [first] = take(db, notice_id)
    tell_all(db, notice_id, first, LOST)
    with db.begin() as session:
        session.execute(update(Batch).values(bodies=b"x"))
    due_again(db)
    assert take(db, notice_id) == []
    assert tally(db, notice_id).by_state == {"quarantined": 4} and tally(db, notice_id).closed


def test_each_answer_is_one_persons(db: Sessions) -> None:
    """The answer table for single persons: refused, unclear, too fast, never left; then a second round."""
    notice_id = start(db, 9)
    [claim] = take(db, notice_id)
    message_refused = Answer(400, properties=("messages[0].text",))
    told = tell(
        db,
        notice_id,
        claim,
        {
            0: OK, 1: CONFLICT, 2: Answer(409), 3: REFUSED, 4: message_refused, 5: Answer(500), 6: NOT_SENT,
            7: Answer(429, message="too fast"), 8: None,
        },
    )  # fmt: skip
    assert (told.slow, told.pause_reason) == (True, "")
    assert tally(db, notice_id).by_state == {"accepted": 2, "unknown": 1, "rejected": 2, "retry_wait": 4}
    due_again(db)
    [again] = take(db, notice_id)
    assert list(again.people) == [5, 6, 7, 8]
    tell(db, notice_id, again, {5: REFUSED, 6: REFUSED, 7: OK, 8: OK})
    found = tally(db, notice_id)
    assert found.by_state == {"accepted": 4, "unknown": 2, "rejected": 3} and found.closed
    with db.begin() as session:
        assert closing.finish(session, notice_id, NOON)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [(Answer(429, message="You have reached your monthly limit."), "quota"), (Answer(401), "token")],
)
def test_answers_that_stop_the_whole_notice(db: Sessions, answer: Answer, reason: str) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    assert tell(db, notice_id, claim, {0: OK, 1: answer, 2: None}).pause_reason == reason
    assert tally(db, notice_id).by_state == {"accepted": 1, "retry_wait": 2}


def test_everything_that_counts_people_counts_them_one_by_one(db: Sessions) -> None:
    notice_id = start(db, 6)
    [claim] = take(db, notice_id)
    tell(db, notice_id, claim, {0: OK, 1: REFUSED, 2: OK, 3: Answer(409), 4: OK, 5: OK})
    with db() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        good = [ids[0], ids[2], ids[4], ids[5]]
        assert queries.people(session, notice_id, "accepted") == good
        assert list(queries.not_reached(session, notice_id)) == [(ids[1], "rejected"), (ids[3], "unknown")]
        assert [queries.received_by(session, id_)[0].state for id_ in ids[:2]] == ["accepted", "rejected"]
        assert queries.people(session, notice_id, "rejected", "unknown") == [ids[1], ids[3]]
    assert received(db, notice_id) == good


def test_bodies_and_hashes_go_with_the_last_outcome(db: Sessions) -> None:
    notice_id = start(db, 3)
    [claim] = take(db, notice_id)
    tell(db, notice_id, claim, {0: OK, 1: OK}, over=False)
    with db() as session:
        assert session.scalar(select(Batch.bodies)) and len(session.scalar(select(Batch.hashes)) or b"") == 96
    tell(db, notice_id, claim, {2: OK})
    with db() as session:
        row = session.execute(select(Batch.bodies, Batch.hashes, Batch.state, Batch.body_hash)).one()
    assert (row.bodies, row.hashes, row.state) == (None, None, "accepted") and row.body_hash


def test_who_withdrew_was_taken_out_or_erased_is_left_out_at_the_seal(db: Sessions) -> None:
    notice_id = start(db, 6)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(update(Resident).where(Resident.id == ids[0]).values(state="blocked"))
        session.execute(delete(PersonalValues).where(PersonalValues.resident_id == ids[1]))
        session.delete(session.get_one(Resident, ids[2]))
    [claim] = take(db, notice_id)
    assert [orjson.loads(body)["messages"][0]["text"][3:6] for _, body in claim.people.values()] == [
        f"第{id_}会場"[0:3] for id_ in ids[3:]
    ]
    tell_all(db, notice_id, claim, OK)
    with db.begin() as session:
        assert queries.excluded_by_reason(session, notice_id) == {"blocked": 1, "opted_out": 1, "erased": 1}
        assert closing.finish(session, notice_id, NOON)


def test_the_first_fifty_are_watched_and_one_refusal_stops_the_rest(db: Sessions) -> None:
    notice_id = start(db, 120, watch_seconds=60)
    [claim] = take(db, notice_id)
    assert len(claim.people) == rules.WATCHED
    answers = dict.fromkeys(claim.people, OK) | {7: REFUSED}
    assert tell(db, notice_id, claim, answers).pause_reason == "watch"


def test_a_slow_notice_goes_out_in_small_batches(db: Sessions) -> None:
    notice_id = start(db, 100, people_per_minute=60)
    assert [len(claim.people) for claim in take(db, notice_id)] == [5] * 12
