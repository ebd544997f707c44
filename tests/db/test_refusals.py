"""What LINE refuses: whom it does not know is found and left out, what stops a notice stops it whole."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.line.answers import Answer
from app.notices.models import Notice
from app.residents import actions as resident_actions
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments.words import Everyone
from tests.db.ledger import LOST, NOON, OK, due_again, start, states, take, tell


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
