"""Single messages wake nobody (chat check C13); what follows a resident's own act comes at once."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.clock import JST
from app.db import Sessions
from app.inbox import actions as inbox_actions
from app.inbox.models import Thread
from app.pushes import actions, queries
from app.pushes.models import Push
from app.residents.models import Resident
from bot_flows.person_facts import ToStaff
from content.messages import text
from tests import builders as given

LATE = datetime(2026, 12, 1, 23, 30, tzinfo=JST)
MORNING = datetime(2026, 12, 2, 7, 0, tzinfo=JST)


@pytest.fixture
def person(db: Sessions) -> Resident:
    with db.begin() as session:
        return given.resident(session)


def _pushed(db: Sessions, person: Resident, now: datetime, why: actions.Why = "news") -> datetime:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        return actions.add(session, mine, [text("はい")], subject="test:1", now=now, why=why).next_attempt_at


@pytest.mark.parametrize(
    ("hour", "leaves"), [(20, 0), (21, 10), (23, 8), (0, 7), (6, 1), (7, 0)], ids=lambda each: str(each)
)
def test_between_21_and_7_a_push_waits_for_the_morning(
    db: Sessions, person: Resident, hour: int, leaves: int
) -> None:
    now = datetime(2026, 12, 1, hour, 0, tzinfo=JST)
    assert _pushed(db, person, now) == now + timedelta(hours=leaves)
    assert _pushed(db, person, now, why="asked") == now


def test_hours_of_ones_own_count(db: Sessions, person: Resident) -> None:
    with db.begin() as session:
        session.get_one(Resident, person.id).quiet_from, session.get_one(Resident, person.id).quiet_to = 24, 0
    assert _pushed(db, person, LATE) == LATE


def test_what_waits_for_the_morning_holds_up_no_answer_at_night(db: Sessions, person: Resident) -> None:
    _pushed(db, person, LATE)
    _pushed(db, person, LATE, why="asked")
    with db.begin() as session:
        first, second = session.scalars(select(Push.id).order_by(Push.id))
        assert [claim.id for claim in actions.claim(session, LATE, 10).claims] == [second]
    with db.begin() as session:
        assert queries.has_due(session, MORNING)
        assert first in [claim.id for claim in actions.claim(session, MORNING, 10).claims]


@pytest.mark.parametrize("state", ["blocked", "gone"])
def test_who_blocked_meanwhile_is_not_tried(db: Sessions, person: Resident, state: str) -> None:
    _pushed(db, person, LATE)
    with db.begin() as session:
        session.get_one(Resident, person.id).state = state
    with db.begin() as session:
        assert actions.claim(session, MORNING, 10).claims == []
    with db() as session:
        settled = session.scalars(select(Push)).one()
        assert (settled.state, settled.answer, settled.attempts) == ("rejected", actions.AWAY, 0)


def test_a_talk_nobody_writes_in_ends_at_night_and_is_said_in_the_morning(
    db: Sessions, person: Resident
) -> None:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        inbox_actions.hand_over(session, mine, "garbage", LATE - timedelta(hours=25))
        inbox_actions.receive(session, mine, ToStaff("garbage", "はい"), LATE - timedelta(hours=25))
        assert inbox_actions.close_silent(session, LATE) == 1
    with db() as session:
        assert session.scalars(select(Thread)).one().state == "closed"
        assert session.scalars(select(Push)).one().next_attempt_at == MORNING
        assert not queries.has_due(session, LATE + timedelta(hours=7))
