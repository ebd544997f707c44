"""What is sent by itself floods nobody, whatever is set wrongly: three within an hour, ten within a day."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from app.attention import queries as attention
from app.attention.rules import Ceilings, Ration, manners, over
from app.claiming import actions as claiming
from app.db import Sessions
from app.notices.models import Notice
from app.pushes import actions as pushes
from app.pushes.models import Push
from app.residents.models import Resident
from app.segments.words import All, InDistricts, Received, WantsReminder
from tests import builders as given
from tests.db.test_attention import set_for, sums, under_way
from tests.db.test_delivery import OK, tell

NOON = given.NOON
PEOPLE = 20
CAP = Ration("cap", 10, 3)
MANY = Ceilings(per_week=1000, per_day=1000, automatic_per_day=4)
MINUTE = timedelta(minutes=1)


@pytest.fixture
def crowd(db: Sessions) -> list[int]:
    with db.begin() as session:
        return given.residents(session, PEOPLE)


def automatic(db: Sessions, now: datetime, people: int = PEOPLE, lane: str = "ordinary") -> int:
    """A copy of something that is repeated, under way."""
    notice_id = under_way(db, people, lane=lane, now=now)
    with db.begin() as session:
        session.get_one(Notice, notice_id).repeat_of_id = notice_id
    return notice_id


def sent(db: Sessions, notice_id: int, now: datetime) -> int:
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("t", 50, 15, ceilings=MANY), now)
    tell(db, notice_id, [(claim, OK) for claim in claims])
    return sum(claim.size for claim in claims)


def push(db: Sessions, id_: int, now: datetime, *, by_itself: bool = True) -> int:
    with db.begin() as session:
        person = session.get_one(Resident, id_)
        return pushes.add(
            session, person, [], subject="bulky:1", now=now, why="automatic" if by_itself else "news"
        ).id


def taken(db: Sessions, now: datetime) -> list[int]:
    """Send what may go now; answers which."""
    with db.begin() as session:
        claims = pushes.claim(session, now, 50).claims
    for claim in claims:
        with db.begin() as session:
            pushes.record(session, claim, OK, now)
    return [claim.id for claim in claims]


def test_the_fourth_within_an_hour_reaches_only_who_had_fewer(db: Sessions, crowd: list[int]) -> None:
    for number in range(3):
        at = NOON + number * MINUTE
        if number == 2:
            set_for(db, crowd[:5], topics=["news"])
        assert sent(db, automatic(db, at, PEOPLE if number < 2 else PEOPLE - 5), at) == (
            PEOPLE - 5 if number == 2 else PEOPLE
        )
    set_for(db, crowd[:5], topics=["events"])
    soon = NOON + 4 * MINUTE
    fourth = automatic(db, soon)
    assert sent(db, fourth, soon) == 5
    assert sums(db, fourth) == ({"accepted": 5}, {"cap": PEOPLE - 5}, True)
    by_hand, urgent = under_way(db, PEOPLE, now=soon), automatic(db, soon, lane="emergency")
    assert (sent(db, by_hand, soon), sent(db, urgent, soon)) == (PEOPLE, PEOPLE)
    later = NOON + 63 * MINUTE
    assert sent(db, automatic(db, later), later) == PEOPLE, "the hour is over"


def test_of_what_a_day_allows_the_last_is_the_last(db: Sessions, crowd: list[int]) -> None:
    reached = [sent(db, automatic(db, at), at) for at in (NOON + 25 * number * MINUTE for number in range(5))]
    assert reached == [PEOPLE] * 4 + [0]
    tomorrow = NOON + timedelta(hours=24, minutes=5)
    assert sent(db, automatic(db, tomorrow), tomorrow) == PEOPLE


def test_single_pushes_count_and_wait(db: Sessions, crowd: list[int]) -> None:
    three = [push(db, crowd[0], NOON) for _ in range(3)]
    assert [taken(db, NOON) for _ in three] == [[each] for each in three], "one person's go in order"
    waits, by_hand = push(db, crowd[0], NOON), push(db, crowd[1], NOON, by_itself=False)
    assert taken(db, NOON + MINUTE) == [by_hand]
    with db() as session:
        held = session.get_one(Push, waits)
        assert (held.state, held.attempts, held.next_attempt_at) == ("waiting", 0, NOON + 11 * MINUTE)
    notice = automatic(db, NOON + 2 * MINUTE)
    assert sent(db, notice, NOON + 2 * MINUTE) == PEOPLE - 1
    assert sums(db, notice)[1] == {"cap": 1}
    assert taken(db, NOON + 61 * MINUTE) == [waits]


def test_a_push_and_a_notice_at_once_count_each_other(db: Sessions, crowd: list[int]) -> None:
    for _ in range(2):
        push(db, crowd[0], NOON)
        taken(db, NOON)
    third, notice = push(db, crowd[0], NOON), automatic(db, NOON + MINUTE)
    with db() as sender, ThreadPoolExecutor(1) as other:
        who = claiming.Sender("t", 50, 15, ceilings=MANY)
        assert [each.size for each in claiming.claim(sender, notice, who, NOON + MINUTE)] == [PEOPLE]
        beside = other.submit(taken, db, NOON + MINUTE)
        with pytest.raises(TimeoutError):
            beside.result(timeout=0.3)
        sender.commit()
        assert beside.result(timeout=5) == []
    assert taken(db, NOON + 62 * MINUTE) == [third]


def capped(db: Sessions, id_: int, now: datetime) -> int:
    """One more than its reader gets in this hour."""
    for _ in range(3):
        push(db, id_, now)
        taken(db, now)
    return push(db, id_, now)


def test_what_is_capped_stands_before_nobody_also_where_one_asks(db: Sessions, crowd: list[int]) -> None:
    held = [capped(db, id_, NOON) for id_ in crowd[:3]]
    one = push(db, crowd[4], NOON)
    by_hand = push(db, crowd[3], NOON, by_itself=False)
    with db.begin() as session:
        assert [each.id for each in pushes.claim(session, NOON, 1).claims] == [by_hand]
    with db.begin() as session:
        assert [each.id for each in pushes.claim(session, NOON, 1).claims] == [one]
        assert [session.get_one(Push, id_).attempts for id_ in held] == [0, 0, 0]


def test_where_all_that_is_due_is_capped_more_may_follow(db: Sessions, crowd: list[int]) -> None:
    capped(db, crowd[0], NOON)
    with db.begin() as session:
        assert pushes.claim(session, NOON, 1) == ([], True)
        assert pushes.claim(session, NOON, 1) == ([], False)


def test_what_has_an_end_is_not_sent_after_it_and_counts_for_nothing(db: Sessions, crowd: list[int]) -> None:
    late, stale = push(db, crowd[0], NOON), capped(db, crowd[1], NOON - MINUTE)
    with db.begin() as session:
        session.get_one(Push, late).expires_at = NOON + 2 * MINUTE
        session.get_one(Push, stale).expires_at = NOON + 9 * MINUTE
    assert taken(db, NOON + 2 * MINUTE) == []
    with db() as session:
        for id_ in (late, stale):
            over = session.get_one(Push, id_)
            assert (over.state, over.attempts, over.first_attempt_at) == ("rejected", 0, None)
            assert over.answer == pushes.OVER


def test_an_evening_of_reminders_is_one_message_and_needs_no_counting(db: Sessions, crowd: list[int]) -> None:
    ids = [under_way(db, PEOPLE, lane="individual", now=NOON) for _ in range(5)]
    with db.begin() as session:
        for id_ in ids:
            session.get_one(Notice, id_).origin = "reminder"
    with db.begin() as session:
        mine = session.get_one(Notice, ids[0])
        assert attention.has_to_count(session, mine, CAP, NOON) is False
        mine.origin, mine.repeat_of_id = "staff", mine.id
        session.flush()
        assert attention.has_to_count(session, mine, CAP, NOON) is False, "the evening is one message"
        for id_ in ids[1:4]:
            session.get_one(Notice, id_).type = f"kind{id_}"
        session.flush()
        assert attention.has_to_count(session, mine, CAP, NOON) is True


def test_a_correction_for_some_districts_is_not_capped_and_counts_against_nobody(
    db: Sessions, crowd: list[int]
) -> None:
    some = All((Received(7), InDistricts(("naka-01",))))
    assert manners("individual", some, automatic=True).capped is False
    assert manners("individual", WantsReminder("-1 18:00"), automatic=True).capped is True
    ids = [under_way(db, PEOPLE, lane="individual", now=NOON) for _ in range(5)]
    with db.begin() as session:
        for id_ in ids:
            told = session.get_one(Notice, id_)
            told.origin, told.type = "reminder", f"kind{id_}"
    with db.begin() as session:
        last = session.get_one(Notice, ids[-1])
        assert attention.has_to_count(session, last, CAP, NOON) is True
        for id_ in ids[:3]:
            session.get_one(Notice, id_).rule = {"all": [{"received": ids[-1]}, {"districts": ["naka-01"]}]}
        session.flush()
        assert attention.has_to_count(session, last, CAP, NOON) is False


def test_whoever_reaches_either_number_has_had_enough() -> None:
    assert over([([1, 2], True), ([1, 2], True), ([1], True)], CAP) == {1}
    assert over([([1, 2], False)] * 9 + [([1], True)], CAP) == {1}
