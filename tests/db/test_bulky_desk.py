"""Bulky waste at the desk: days called off, orders by telephone, acts with a reason; and names that are forgotten."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.bulky import actions, desk, mine, queries, rules
from app.bulky.models import BulkyContact, BulkyOrder
from app.db import Sessions
from app.errors import Refused
from app.mine import Erasing
from app.residents.models import Resident
from bot_flows.bulky_facts import Book
from tests import builders as given
from tests.db.orders import (
    BOX,
    EVENING,
    ONE,
    THURSDAY,
    held,
    on_the_phone,
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


def test_a_day_called_off_tells_exactly_those_with_orders(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    place(db, book, people[0], 1001)
    place(db, book, people[1], 1002, day=THURSDAY + timedelta(days=7))
    place(db, book, people[2], 1003)
    with db.begin() as session:
        actions.cancel(session, session.merge(people[2]), 1003, given.NOON)
        on_the_phone(session, book)
    with db.begin() as session:
        done = desk.stop_day(
            session, book.area("naka"), THURSDAY, "snow", by=given.staff(session), now=given.NOON
        )
    assert (done.orders, done.told) == (2, 1)
    (said,) = pushes(db)
    assert "12月10日（木）の粗大ごみの収集を中止します" in said and "1001-05" in said
    with pytest.raises(Refused):
        place(db, book, people[2], 1009)
    with db.begin() as session:
        actions.remind(session, book, EVENING)
        assert queries.of_resident(session, people[0].id, given.NOON)[0].stopped
        with pytest.raises(Refused):
            desk.stop_day(
                session, book.area("naka"), THURSDAY, "snow", by=given.staff(session), now=given.NOON
            )
    assert len(pushes(db)) == 1


def test_an_order_on_the_phone_has_the_same_rules_and_room(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    with db.begin() as session:
        placed = on_the_phone(session, book)
        assert (placed.source, placed.total, placed.points, placed.resident_id) == ("phone", 1000, 2, None)
        assert actions.contact_in(session, placed, BOX) == ONE
        row = session.get_one(BulkyContact, placed.contact_id)
        assert "花子".encode() not in row.sealed
    for changes in (
        {"day": date(2026, 12, 3)},
        {"day": date(2026, 12, 11)},
        {"counts": {}},
        {"counts": {"chair/one": 6}},
        {"counts": {"chair/one": 5, "sofa/one": 5, "futon/one": 1}},
        {"counts": {"nothing/one": 1}},
    ):
        with pytest.raises(Refused), db.begin() as session:
            on_the_phone(session, book, **changes)
    place(db, book, people[0], 5001, count=5)
    place(db, book, people[0], 5002, count=5)
    with pytest.raises(Refused, match="いっぱい"), db.begin() as session:
        on_the_phone(session, book, counts={"chair/one": 1})
    with db() as session:
        assert session.scalar(select(func.count()).select_from(BulkyContact)) == 4, (
            "nothing is left of a refusal"
        )


def test_staff_act_with_a_reason_and_the_resident_hears(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    held(db, book, people[0], 1001)

    def act(what: str, note: str = "", *, tells: bool = True) -> bool:
        with db.begin() as session:
            found = queries.locked(session, 1001)
            assert found is not None
            return desk.act(
                session, found, desk.Act(what, note, tells), by=given.staff(session), now=given.NOON
            )

    for what, note in (
        ("cancel", ""),
        ("tell", " "),
        ("explode", "x"),
        ("collected", ""),
        ("tell", "1234 5678 9018"),
    ):
        with pytest.raises(Refused):
            act(what, note)
    assert act("paid")
    assert (order(db, 1001).state, order(db, 1001).payment) == ("accepted", "paid")
    with pytest.raises(Refused, match="状態が変わっていません"):
        act("paid")
    assert act("tell", "門の前に出してください。")
    assert act("cancel", "収集できない品物でした。")
    with pytest.raises(Refused, match="取り消されています"):
        act("paid")
    assert taken(db) == 0
    first, second, third = pushes(db)
    assert first.startswith("支払いを確認しました（受付番号 1001-05、12月1日 12:00）。")
    assert "門の前に出してください。" in second
    assert (
        third
        == "受付番号 1001-05（12月10日（木））の申し込みを、市が取り消しました。\n収集できない品物でした。"
    )


def test_names_are_forgotten_and_the_order_stays(db: Sessions, book: Book, people: list[Resident]) -> None:
    place(db, book, people[0], 1001)
    for days, left in ((0, 3), (2, 1), (98, 1), (100, 0)):
        with db.begin() as session:
            actions.forget_old(session, given.NOON + timedelta(days=days))
        with db() as session:
            assert session.scalar(select(func.count()).select_from(BulkyContact)) == left, days
    assert order(db, 1001).contact_id is None


@pytest.mark.parametrize(
    ("typed", "faults"),
    [
        ({"name": "汐野　花子", "address": "1丁目２−３", "phone": "０８８９－００－２５３０"}, {}),
        ({"name": "あ", "address": "い", "phone": "09012345678"}, {}),
        ({}, {"name": "name_empty", "address": "address_empty", "phone": "phone_empty"}),
        ({"name": "あ" * 41, "address": "い" * 81, "phone": "110"}, {"name": "name_long", "address": "address_long", "phone": "phone_odd"}),
        ({"name": " \n\t", "address": "1", "phone": "0889-00-2530 内線3"}, {"name": "name_empty", "phone": "phone_odd"}),
        ({"name": "a\r\nBcc: x", "address": "1", "phone": "1" * 5000}, {"phone": "phone_odd"}),
    ],
)  # fmt: skip
def test_fields_of_the_page(typed: dict[str, str], faults: dict[str, str]) -> None:
    checked = rules.check(typed)
    assert dict(checked.faults) == faults
    if checked.contact:
        assert "\n" not in checked.contact.name and checked.contact.phone.count("-") == 2


def test_who_is_erased_frees_a_hold_and_is_still_collected_from(
    db: Sessions, book: Book, people: list[Resident]
) -> None:
    place(db, book, people[0], 1001)
    held(db, book, people[0], 1002)
    with db.begin() as session:
        resident = session.merge(people[0])
        assert mine.PART.held(session, resident) == 2
        mine.PART.erase(session, Erasing(resident, given.NOON))
        assert mine.PART.held(session, resident) == 0
    assert (taken(db), order(db, 1001).state, order(db, 1002).state) == (1, "accepted", "cancelled")
    with db() as session:
        left = session.get_one(BulkyOrder, 1001)
        assert actions.contact_in(session, left, BOX) == ONE
        assert session.scalars(select(BulkyContact.resident_id).order_by(BulkyContact.id)).first() is None
