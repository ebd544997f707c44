"""What stays when somebody has left: sums, orders and places without a person; and what goes by itself with time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import orjson
from sqlalchemy import select

from app.bulky.models import BulkyContact, BulkyDay, BulkyOrder
from app.claiming import actions as claiming
from app.conversations import actions as conversations
from app.conversations.effects import World
from app.conversations.mine import EVERYTHING
from app.conversations.models import Conversation, Event, Quarantined
from app.db import Base, Sessions
from app.delivery import queries as ledger
from app.delivery.models import Batch
from app.mine import Reader
from app.mydata import queries
from app.notices.models import Notice
from app.release import actions as release
from app.reports import actions as reports
from app.reports.models import Report
from app.residents.models import Resident
from bot_flows.bulky_facts import HOUSES
from bot_flows.damage_facts import FileReport
from tests import builders as given
from tests.db.lives import NOW, erased, everything, lived, traces
from tests.db.test_staff_inbox import TOWN, happens, says


def test_an_open_report_keeps_the_place_and_loses_the_person(db: Sessions, tmp_path: Path) -> None:
    with db.begin() as session:
        person = given.resident(session)
        reports.file(
            session, person, FileReport(900, "hole", (33.145, 133.605), "", "naka-01", (), "zq-words"), NOW
        )
        reports.file(
            session, person, FileReport(901, "hole", (33.145, 133.605), "", "naka-01", (), "zq-words"), NOW
        )
        session.get_one(Report, 901).state, session.get_one(Report, 901).done_at = "done", NOW
    erased(db, person)
    with db() as session:
        still, done = session.get_one(Report, 900), session.get_one(Report, 901)
        assert (still.latitude, still.words, still.resident_id) == (33.145, "", None)
        assert (done.latitude, done.words, done.resident_id) == (None, "", None)
    with db.begin() as session:
        session.get_one(Report, 900).state, session.get_one(Report, 900).done_at = "done", NOW
        reports.forget_old(session, NOW + timedelta(days=31))
    with db() as session:
        assert session.get_one(Report, 900).latitude is None


def test_the_ledger_stays_exact_and_names_nobody(db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 5)
        person = given.resident(session)
        late = given.resident(session)
        notice_id = given.scheduled(session, people=7).id
    with db.begin() as session:
        assert release.release(session, notice_id, NOW)
    with db.begin() as session:
        assert not release.plan(session, notice_id, NOW)
    erased(db, late)
    with db.begin() as session:
        [claim] = claiming.claim(session, notice_id, claiming.Sender("me", 5, 15.0), NOW)
        assert claim.size == 6
        assert ledger.excluded_by_reason(session, notice_id) == {"erased": 1}
        batch = session.scalars(select(Batch)).one()
        batch.state, batch.owner, batch.lease_until = "accepted", "", None
        batch.settled_at, batch.line_ids = NOW, None
    with db() as session:
        reader = Reader(session.get_one(Resident, person.id), TOWN, NOW, "https://kairan.example.jp")
        [section] = [each for each in queries.sections(session, EVERYTHING, reader) if each.kind == "notices"]
        [got] = section.found.data
        assert got["title"] == "秋の音楽会"
        assert got["text"].startswith("汐野市 ")
        assert got["url"].startswith("https://kairan.example.jp/n/")
    erased(db, person)
    with db() as session:
        assert len(ledger.people(session, notice_id, "accepted")) == 6
        assert ledger.tally(session, session.get_one(Notice, notice_id)).closed
    assert traces(db, person, "nobody") == []


def test_an_order_stays_as_an_account_without_who_and_one_not_paid_is_given_up(db: Sessions) -> None:
    with db.begin() as session:
        person = given.resident(session)
        session.add(BulkyDay(area="east", day=NOW.date(), capacity=10, taken=2))
        session.flush()
        for number, state in ((1001, "accepted"), (1002, "held")):
            contact = BulkyContact(resident_id=person.id, sealed=b"sealed", saved_at=NOW)
            session.add(contact)
            session.flush()
            held = NOW + timedelta(minutes=30) if state == "held" else None
            order = BulkyOrder(
                number=number, resident_id=person.id, area="east", day=NOW.date(), district="naka-01", house="alone",
                points=1, total=500, state=state, payment="due", hold_until=held, contact_id=contact.id,
                created_at=NOW, updated_at=NOW,
            )  # fmt: skip
            order.house = HOUSES[0]
            session.add(order)
    with db() as session:
        mine = session.get_one(Resident, person.id)
        assert {each.kind: each.count for each in queries.held(session, EVERYTHING, mine)}["orders"] == 2
    erased(db, person)
    with db() as session:
        orders = session.scalars(select(BulkyOrder).order_by(BulkyOrder.number)).all()
        assert [(each.resident_id, each.state) for each in orders] == [
            (None, "accepted"),
            (None, "cancelled"),
        ]
        assert [each.resident_id for each in session.scalars(select(BulkyContact))] == [None]
        assert session.scalars(select(BulkyDay.taken)).one() == 1


def test_every_table_that_names_a_resident_lets_them_go() -> None:
    """A table of a new subject cannot keep somebody by mistake: its key gives way, or the build fails."""
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            if key.column.table.name == "residents":
                assert key.ondelete in ("CASCADE", "SET NULL"), f"{table.name}.{key.parent.name}"
        names = {column.name for column in table.columns}
        assert "line_user_id" not in names or table.name in ("residents", "events"), table.name


def test_old_records_are_forgotten(db: Sessions, tmp_path: Path) -> None:
    person = lived(db, tmp_path, "one")
    with db.begin() as session:
        conversations.forget_old(session, NOW + timedelta(days=8))
        assert set(session.scalars(select(Event.body))) == {b"{}"}
        assert session.scalars(select(Quarantined)).all() == []
        assert session.get(Conversation, person.id) is not None
    with db.begin() as session:
        conversations.forget_old(session, NOW + timedelta(days=91))
        assert session.scalars(select(Event)).all() == []
        assert session.scalars(select(Conversation)).all() == []


def test_words_taken_back_are_nowhere(db: Sessions) -> None:
    """Unsent within a form, within a draft, and after the report was filed: gone with the event that says so."""
    with db.begin() as session:
        person = given.resident(session)

    def unsends(text_: str) -> None:
        with db() as session:
            events = session.scalars(select(Event)).all()
            wanted = [
                orjson.loads(each.body)["message"]["id"] for each in events if text_.encode() in each.body
            ]
        assert len(wanted) == 1
        happens(db, person, type="unsend", unsend={"messageId": wanted[0]})
        with db() as session:
            assert text_ not in everything(session)

    for said in ("通報", "4", "zq-place", "わからない"):
        says(db, person, said)
    unsends("zq-place")
    for said in ("通報", "4", "zq-draft", "わからない", "設定"):
        says(db, person, said)
    unsends("zq-draft")
    for said in ("通報", "4", "zq-filed", "わからない", "1", "なし", "zq-words", "送る"):
        says(db, person, said)
    with db() as session:
        assert session.scalars(select(Report)).one().words == "zq-words"
    unsends("zq-words")
    unsends("zq-filed")


def test_thirteen_messages_a_minute_are_answered_once_more_and_then_not(db: Sessions) -> None:
    """By LINE's own times: twelve are answered, one asks to wait, and a second delivery of the same counts once."""
    with db.begin() as session:
        person = given.resident(session)
    start = 10**12
    answers = []
    for number in range(15):
        body = {
            "replyToken": "0" * 32,
            "type": "message",
            "message": {"type": "text", "text": "ありがとう", "id": str(number)},
        }
        with db.begin() as session:
            event = Event(
                webhook_event_id=f"R{number}", line_user_id=person.line_user_id, type="message",
                occurred_at=start + 1000 * number, body=orjson.dumps(body), received_at=NOW,
            )  # fmt: skip
            session.add(event)
            session.flush()
            mine = {person.line_user_id: session.get_one(Resident, person.id)}
            world = World(TOWN, NOW, "https://kairan.example.jp")
            replies = conversations.take_turns(session, [event], mine, world)
            answers += [orjson.loads(reply.body)["messages"][0]["text"][:6] for reply in replies]
    assert answers == ["どういたしま"] * 12 + ["続けてたくさ"]
