"""Bulky orders in the database: never more than fit, also at the same moment; holds that end; one reminder; sealed names."""

from __future__ import annotations

import base64
import threading
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import IntegrityError

from app.audit import AuditRow
from app.bulky import actions, desk, mine, queries, rules
from app.bulky.models import BulkyContact, BulkyDay, BulkyOrder
from app.db import Sessions
from app.errors import Refused
from app.mine import Erasing
from app.pushes.models import Push
from app.residents.models import Resident
from app.sealing import sealer
from app.settings import Settings
from app.town import actions as town_actions
from app.town import bulky as pack
from bot_flows.bulky_facts import Book, Booked, PlaceOrder
from bot_flows.types import District
from tests import builders as given

BOX = sealer(base64.urlsafe_b64encode(b"k" * 32).decode())
ONE = rules.Contact("汐野 花子", "1丁目2-3", "0889-00-2530")
THURSDAY = date(2026, 12, 10)
EVENING = datetime(2026, 12, 9, 9, 5, tzinfo=given.NOON.tzinfo)
"""18:05 in Japan, the day before ``THURSDAY``."""


@pytest.fixture(scope="module")
def book() -> Book:
    files = town_actions.folder_files(Path(str(Settings.model_fields["town_dir"].default)))
    found, _ = pack.read(files, (), {"links": [{"kind": "pay", "url": "https://pay.shiono.example.jp/"}]})
    assert found is not None
    return found


def asked(number: int, **changes: Any) -> PlaceOrder:
    lines = (Booked("sofa/two", "ソファ（2人用以上）", changes.pop("count", 1), 1000),)
    values = {"area": "naka", "district": "naka-01", "day": THURSDAY, "house": "house", "payment": "sticker"}
    return PlaceOrder(number, lines, **{**values, **changes})


@pytest.fixture
def people(db: Sessions) -> list[Resident]:
    with db.begin() as session:
        # Orders on the phone take their numbers from the sequence, far from those the tests choose.
        session.execute(text("SELECT setval('bulky_numbers', 9000)"))
        found = [given.resident(session) for _ in range(3)]
        for person in found:
            actions.keep_contact(session, ONE, BOX, given.NOON, resident_id=person.id)
    return found


def place(db: Sessions, book: Book, person: Resident, number: int, **changes: Any) -> None:
    with db.begin() as session:
        actions.place(session, session.merge(person), asked(number, **changes), book, given.NOON)


def taken(db: Sessions, day: date = THURSDAY) -> int:
    with db() as session:
        row = session.get(BulkyDay, ("naka", day))
        return row.taken if row else 0


def order(db: Sessions, number: int) -> BulkyOrder:
    with db() as session:
        return session.get_one(BulkyOrder, number)


def pushes(db: Sessions) -> list[str]:
    with db() as session:
        found = session.scalars(select(Push).order_by(Push.id)).all()
        return [orjson.loads(each.body)["messages"][0]["text"] for each in found]


def acts(db: Sessions, number: int) -> list[str]:
    with db() as session:
        rows = select(AuditRow.action).where(AuditRow.subject == f"bulky:{number}").order_by(AuditRow.id)
        return list(session.scalars(rows))


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


def book_with(book: Book, **changes: Any) -> Book:
    areas = tuple(replace(area, **changes) for area in book.areas)
    return replace(book, areas=areas)


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


def held(db: Sessions, book: Book, person: Resident, number: int) -> None:
    place(db, book, person, number, payment="due", held=True)


def end_holds(db: Sessions, minutes: int) -> None:
    with db.begin() as session:
        actions.end_holds(session, given.NOON + timedelta(minutes=minutes))


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


def on_the_phone(session: Any, book: Book, **changes: Any) -> BulkyOrder:
    district = District("naka-01", "中区", "駅前町", "", "")
    values = {
        "counts": {"chair/one": 2},
        "district": district,
        "house": "flat",
        "day": THURSDAY,
        "contact": ONE,
    }
    taken_ = desk.Taken(**{**values, **changes})
    return desk.take_on_the_phone(session, taken_, book, BOX, by=given.staff(session), now=given.NOON)


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
