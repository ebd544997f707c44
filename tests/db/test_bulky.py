"""Bulky orders in the database: never more than fit, also at the same moment; holds that end; one reminder; sealed names."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from app.bulky import actions, queries
from app.bulky.models import BulkyDay
from app.db import Sessions
from app.errors import Refused
from app.pushes.models import Push
from app.residents.models import Resident
from bot_flows.bulky_facts import Book
from tests import builders as given
from tests.db.orders import (
    EVENING,
    THURSDAY,
    acts,
    asked,
    book_with,
    end_holds,
    held,
    order,
    place,
    pushes,
    sample_book,
    taken,
    three_people,
)


@pytest.fixture(scope="module")
def book() -> Book:
    return sample_book()


@pytest.fixture
def people(db: Sessions) -> list[Resident]:
    return three_people(db)


def test_twenty_at_the_same_moment_get_no_more_than_there_is(db: Sessions, book: Book) -> None:
    with db.begin() as session:
        crowd = given.residents(session, 20)
    together, results = threading.Barrier(20), []

    def order_one(number: int, person: int) -> None:
        together.wait()
        try:
            with db.begin() as session:
                resident = session.get_one(Resident, person)
                actions.place(session, resident, asked(2000 + number), book, given.NOON)
            results.append("placed")
        except Refused:
            results.append("full")

    threads = [threading.Thread(target=order_one, args=each) for each in enumerate(crowd)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (results.count("placed"), results.count("full"), taken(db)) == (12, 8, 12)


def test_the_database_itself_refuses_one_too_many(db: Sessions, book: Book, people: list[Resident]) -> None:
    place(db, book, people[0], 1001, count=5)
    with pytest.raises(IntegrityError, match="never_overbooked"), db.begin() as session:
        session.execute(update(BulkyDay).values(taken=BulkyDay.capacity + 1))


def test_a_pack_with_less_room_keeps_what_was_promised(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    place(db, book, people[0], 1001, count=5)
    small = book_with(book, capacity=3)
    with pytest.raises(Refused):
        place(db, small, people[1], 1002)
    with db.begin() as session:
        actions.cancel(session, session.merge(people[0]), 1001, given.NOON)
    place(db, small, people[1], 1002, count=3)
    assert taken(db) == 3


def test_an_order_is_cancelled_once_and_by_nobody_else(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    place(db, book, people[0], 1001, count=2)
    for person in (people[1], people[0], people[0]):
        with db.begin() as session:
            actions.cancel(session, session.merge(person), 1001, given.NOON)
    assert (taken(db), order(db, 1001).state) == (0, "cancelled")
    assert acts(db, 1001) == ["bulky.place", "bulky.cancel"]


def test_moving_frees_the_old_day_and_takes_the_new(db: Sessions, book: Book, people: list[Resident]) -> None:
    place(db, book, people[0], 1001, count=2)
    later = THURSDAY + timedelta(days=7)
    with db.begin() as session:
        actions.move(session, session.merge(people[0]), 1001, later, book, given.NOON)
    assert (taken(db), taken(db, later), order(db, 1001).day) == (0, 2, later)
    place(db, book, people[1], 1002, count=5)
    place(db, book, people[2], 1003, count=5)
    place(db, book, people[2], 1004, count=2)
    with pytest.raises(Refused), db.begin() as session:
        actions.move(session, session.merge(people[0]), 1001, THURSDAY, book, given.NOON)
    assert (taken(db), taken(db, later)) == (12, 2)


def test_a_hold_ends_after_half_an_hour_and_tells_nobody(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    held(db, book, people[0], 1001)
    end_holds(db, 29)
    assert (taken(db), order(db, 1001).state) == (1, "held")
    with db() as session:
        seen = queries.of_resident(session, people[0].id, given.NOON + timedelta(minutes=30))
        assert seen == (), "over at its very minute, even before the clock looks"
    end_holds(db, 30)
    assert (taken(db), order(db, 1001).state, pushes(db)) == (0, "cancelled", [])
    assert acts(db, 1001) == ["bulky.hold", "bulky.hold_over"]


def test_one_hold_per_resident(db: Sessions, book: Book, people: list[Resident]) -> None:
    held(db, book, people[0], 1001)
    held(db, book, people[0], 1002)
    assert (taken(db), order(db, 1001).state, order(db, 1002).state) == (1, "cancelled", "held")


def test_who_said_paid_keeps_the_order_and_gets_its_number(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    held(db, book, people[0], 1001)
    for person in (people[1], people[0], people[0]):
        with db.begin() as session:
            actions.said_paid(session, session.merge(person), 1001, given.NOON)
    held(db, book, people[0], 1002)
    end_holds(db, 31)
    assert (order(db, 1001).state, order(db, 1001).payment, order(db, 1002).state) == (
        "accepted",
        "checking",
        "cancelled",
    )
    (said,) = pushes(db)
    assert said.startswith("受け付けました。受付番号は 1001-05 です。") and "二重に払わないでください" in said
    assert acts(db, 1001) == ["bulky.hold", "bulky.said_paid", "bulky.confirm"]


def test_confirming_twice_is_once_and_paid_stays_paid(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    held(db, book, people[0], 1001)
    for payment in ("sticker", "sticker"):
        with db.begin() as session:
            actions.confirm(session, session.merge(people[0]), 1001, payment, given.NOON)
    assert (order(db, 1001).state, order(db, 1001).payment, order(db, 1001).hold_until) == (
        "accepted",
        "sticker",
        None,
    )
    assert acts(db, 1001) == ["bulky.hold", "bulky.confirm"]


def test_what_waits_to_be_said_of_an_order_goes_with_it(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    for number, person in enumerate(people, start=1001):
        place(db, book, person, number)
    with db.begin() as session:
        actions.remind(session, book, EVENING)
    with db.begin() as session:
        actions.cancel(session, session.merge(people[0]), 1001, EVENING)
        later = THURSDAY + timedelta(days=7)
        actions.move(session, session.merge(people[1]), 1002, later, book, EVENING)
    (said,) = pushes(db)
    assert "1003" in said


def test_the_evening_before_once_per_order(db: Sessions, book: Book, people: list[Resident]) -> None:
    for number, person in enumerate(people, start=1001):
        place(db, book, person, number)
    with db.begin() as session:
        actions.cancel(session, session.merge(people[1]), 1002, given.NOON)
        session.get_one(Resident, people[2].id).state = "blocked"
    for minutes in (-10, 0, 1, 60 * 3):
        with db.begin() as session:
            actions.remind(session, book, EVENING + timedelta(minutes=minutes))
    (said,) = pushes(db)
    assert said.startswith(
        "あした 12月10日（木）は、粗大ごみの収集日です（ソファ（2人用以上）×1、受付番号 1001-05）。"
    )
    assert "花子" not in said and "1丁目" not in said
    with db() as session:
        ends = session.scalars(select(Push.expires_at)).one()
    assert ends is not None and EVENING < ends < EVENING + timedelta(hours=4), (
        "「あした」 is true this evening only"
    )
