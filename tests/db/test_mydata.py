"""What is held about a resident is listed, exported and erased; after that no table and no file knows them."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import count
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app.audit import AuditRow
from app.bulky.models import BulkyContact, BulkyDay, BulkyOrder
from app.claiming import actions as claiming
from app.conversations import actions as conversations
from app.conversations.effects import World
from app.conversations.mine import EVERYTHING
from app.conversations.models import Conversation, Event, Quarantined
from app.db import Base, Sessions
from app.delivery import queries as ledger
from app.delivery.models import Batch
from app.inbox import actions as inbox
from app.inbox.models import Thread
from app.links.models import OneTimeLink
from app.mine import Reader
from app.mydata import actions, queries, rules
from app.notices.models import Notice
from app.photos import actions as photos
from app.photos.models import Photo
from app.pushes.models import Push
from app.release import actions as release
from app.reports import actions as reports
from app.reports.models import Report
from app.residents import actions as resident_actions
from app.residents.models import Child, Resident
from app.residents.queries import of_line_ids
from bot_flows.bulky_facts import HOUSES
from bot_flows.damage_facts import FileReport
from tests import builders as given
from tests.db.test_staff_inbox import TOWN, happens, says

NOW = given.NOON
MARK = "zq-"
"""Every word a resident of these tests writes begins so."""
_numbers = count(500)


def everything(session: Session) -> str:
    """The whole database as one text; bytes as their letters and as hexadecimal digits."""
    found = []
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for value in row:
                found.append(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))
                found += [value.hex()] if isinstance(value, bytes) else []
    return "\n".join(found)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path


def lived(db: Sessions, folder: Path, name: str) -> Resident:
    """Somebody who chose, reported with a photo, talked to staff, was written to, and asked for their data."""
    with db.begin() as session:
        person = given.resident(
            session, born=[date(2026, 5, 1)], ward="中区", district="naka-01", reminder="-1 18:00"
        )
    number, mark = next(_numbers), f"{MARK}{name}-"
    says(db, person, "通報")
    for answer in ("4", "中区本町1丁目", "1", "なし", f"{mark}words"):
        says(db, person, answer)
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        reports.file(
            session,
            mine,
            FileReport(number, "hole", None, f"{mark}place", "naka-01", (f"{number}p",), f"{mark}road"),
            NOW,
        )
        photo = session.get_one(Photo, f"{number}p")
        photo.state, photo.name, photo.width, photo.height = "kept", photos.store(folder, b"jpeg"), 1, 1
        session.add(
            Quarantined(
                received_at=NOW,
                sha256=name.ljust(64, "0"),
                reason="-",
                body=f"{person.line_user_id} {mark}odd".encode(),
            )
        )
    for answer in ("人", "ごみ", "つなぐ", f"{mark}question"):
        says(db, person, answer)
    with db.begin() as session:
        thread = session.scalars(select(Thread).where(Thread.resident_id == person.id)).one()
        inbox.reply(session, thread, f"{mark}reply", section="課", by=given.staff(session), now=NOW)
        report = session.get_one(Report, number)
        reports.move(session, report, "working", f"{mark}news", by=given.staff(session), now=NOW)
    says(db, person, "やめる")
    says(db, person, "データ")
    return person


def traces(db: Sessions, person: Resident, name: str) -> list[str]:
    with db() as session:
        whole = everything(session)
    wanted = (person.line_user_id, person.line_user_id[1:], f"{MARK}{name}-")
    return [each for each in wanted if each in whole]


@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_nothing_of_an_erased_person_is_left(db: Sessions, folder: Path, how: str) -> None:
    one, other = lived(db, folder, "one"), lived(db, folder, "other")
    assert len(traces(db, one, "one")) == 3
    assert says(db, one, "削除") == ["あなたについて、つぎのものを持っています。"]
    assert says(db, one, "1") == ["あなたのデータをぜんぶ消します。消すと元に戻せません。"]
    world = World(TOWN, NOW, "https://kairan.example.jp")
    last = {"type": "message", "message": {"type": "text", "text": "消す", "id": "1"}}
    if how == "tapped":
        with db() as session:
            nonce = session.get_one(Conversation, one.id).state["nonce"]
        last = {"type": "postback", "postback": {"data": f"f=mydata&v=1&s=sure&n={nonce}&a=yes"}}
    with db.begin() as session:
        event, again = (
            Event(
                webhook_event_id=f"last{n}-{how}", line_user_id=one.line_user_id, type=str(last["type"]),
                occurred_at=10**12 + n, received_at=NOW,
                body=orjson.dumps({"replyToken": "0" * 32, "source": {"userId": one.line_user_id}, **last}),
            )
            for n in range(2)
        )  # fmt: skip
        session.add_all([event] if how == "typed" else [event, again])
        session.flush()
        mine = session.get_one(Resident, one.id)
        [reply] = conversations.take_turns(session, [event], {one.line_user_id: mine}, world)
        assert event.state == "done", event.error
    said = orjson.loads(reply.body)["messages"][0]["text"]
    photos.remove(folder, world.files)
    assert world.gone == [one.line_user_id], "LINE is to forget the menu of their own"
    assert said.startswith("消しました（12月1日 12:00、番号 D-2")
    assert traces(db, one, "one") == []
    assert len(traces(db, other, "other")) == 3
    assert len(list(folder.iterdir())) == 1
    number = said.partition("D-")[2].partition("）")[0]
    with db() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.subject == f"erasure:{number}")).one()
        assert (row.action, row.by, row.detail) == ("resident.erase", "resident", {"scope": "all"})
        assert session.scalar(select(func.count()).select_from(Resident)) == 1
        assert not session.scalars(select(Event.id).where(Event.state == "new")).all()


def test_an_open_report_keeps_the_place_and_loses_the_person(db: Sessions, folder: Path) -> None:
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


def erased(db: Sessions, person: Resident, scope: str = "all") -> list[str]:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        asked = actions.Erase(scope, queries.next_number(session))
        return actions.erase(session, EVERYTHING, mine, asked, now=NOW)


def test_the_children_alone(db: Sessions, folder: Path) -> None:
    person = lived(db, folder, "one")
    erased(db, person, "children")
    with db() as session:
        assert session.scalars(select(Child)).all() == []
        assert session.get_one(Resident, person.id).district == "naka-01"
        assert session.scalar(select(func.count()).select_from(Thread)) == 1


def test_the_conversation_alone(db: Sessions, folder: Path) -> None:
    person = lived(db, folder, "one")
    with db.begin() as session:
        session.execute(update(Push).values(state="accepted", settled_at=NOW, first_attempt_at=NOW))
    says(db, person, "削除")
    says(db, person, "会話の記録だけ")
    said = says(db, person, "消す")[0]
    assert said.startswith("消しました（12月1日 12:00、番号 D-")
    with db() as session:
        kept = session.scalars(select(Event.body)).all()
        assert set(kept) == {b"{}"}
        assert session.scalars(select(Thread)).all() == []
        assert session.scalars(select(Push.subject)).all() == [
            "report:" + str(session.scalars(select(Report)).one().number)
        ]
        assert [child.birth_month for child in session.get_one(Resident, person.id).children] == [
            date(2026, 5, 1)
        ]
        assert "zq-one-question" not in everything(session)
        state = session.get_one(Conversation, person.id).state
        assert (state["drafts"], state["kept"]) == ({}, {})


def test_who_writes_again_is_a_stranger_with_a_new_number(db: Sessions, folder: Path) -> None:
    person = lived(db, folder, "one")
    erased(db, person)
    with db.begin() as session:
        again = of_line_ids(session, [person.line_user_id])[person.line_user_id]
        assert (again.id > person.id, again.state, again.setup_done_at) == (True, "stranger", None)


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


def test_whom_line_does_not_know_any_more_is_erased_likewise(db: Sessions, folder: Path) -> None:
    gone, fresh = lived(db, folder, "gone"), lived(db, folder, "fresh")
    with db.begin() as session:
        resident_actions.lose(session, [gone.id], subject="notice:1", now=NOW - timedelta(days=30))
        resident_actions.lose(session, [fresh.id], subject="notice:1", now=NOW - timedelta(days=29))
    with db.begin() as session:
        assert actions.erase_blocked(session, EVERYTHING, 30, NOW)[0] == 1
    assert traces(db, gone, "gone") == []
    with db.begin() as session:
        again = session.get_one(Resident, fresh.id)
        resident_actions.follow(session, again, at=9_999_999_999_999, event_id="z", now=NOW)
        assert (again.state, again.gone_at) == ("friend", None)


def test_who_blocked_is_erased_after_the_days_and_only_once(db: Sessions, folder: Path) -> None:
    gone, back, fresh = (lived(db, folder, name) for name in ("gone", "back", "fresh"))
    with db.begin() as session:
        for person, days in ((gone, 30), (back, 40), (fresh, 29)):
            mine = session.get_one(Resident, person.id)
            mine.state, mine.blocked_at = "blocked", NOW - timedelta(days=days)
        session.get_one(Resident, back.id).state = "friend"
    with db.begin() as session:
        assert actions.erase_blocked(session, EVERYTHING, 30, NOW)[0] == 1
    with db.begin() as session:
        assert actions.erase_blocked(session, EVERYTHING, 30, NOW) == (0, [])
    assert traces(db, gone, "gone") == []
    assert len(traces(db, back, "back")) == len(traces(db, fresh, "fresh")) == 3
    with db() as session:
        assert session.scalars(select(AuditRow.by).where(AuditRow.action == "resident.erase")).all() == [
            "system"
        ]


def test_a_turn_that_fails_after_the_deletion_deletes_nothing(db: Sessions, folder: Path) -> None:
    person = lived(db, folder, "one")
    says(db, person, "削除")
    says(db, person, "1")
    world = World(TOWN, NOW, "https://kairan.example.jp")
    with db.begin() as session:
        session.execute(
            text(
                "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$"
            )
        )
        session.execute(text("CREATE TRIGGER no BEFORE DELETE ON residents EXECUTE FUNCTION pg_temp.no()"))
        body = orjson.dumps(
            {
                "replyToken": "0" * 32,
                "type": "message",
                "message": {"type": "text", "text": "消す", "id": "1"},
            }
        )
        event = Event(
            webhook_event_id="fails",
            line_user_id=person.line_user_id,
            type="message",
            occurred_at=10**12,
            body=body,
            received_at=NOW,
        )
        session.add(event)
        session.flush()
        mine = session.get_one(Resident, person.id)
        assert conversations.take_turns(session, [event], {person.line_user_id: mine}, world) == []
        assert (event.attempts, world.files) == (1, [])
        session.execute(text("DROP TRIGGER no ON residents"))
    assert len(traces(db, person, "one")) == 3


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


def test_old_records_are_forgotten(db: Sessions, folder: Path) -> None:
    person = lived(db, folder, "one")
    with db.begin() as session:
        conversations.forget_old(session, NOW + timedelta(days=8))
        assert set(session.scalars(select(Event.body))) == {b"{}"}
        assert session.scalars(select(Quarantined)).all() == []
        assert session.get(Conversation, person.id) is not None
    with db.begin() as session:
        conversations.forget_old(session, NOW + timedelta(days=91))
        assert session.scalars(select(Event)).all() == []
        assert session.scalars(select(Conversation)).all() == []


def test_a_link_comes_with_the_card_and_is_audited(db: Sessions) -> None:
    with db.begin() as session:
        person = given.resident(session)
    assert happens(db, person, type="postback", postback={"data": "f=menu&a=data"})
    with db() as session:
        link = session.scalars(select(OneTimeLink)).one()
        assert (link.resident_id, link.purpose) == (person.id, rules.PURPOSE)
        states = str(session.scalars(select(Conversation.state)).all())
        assert "/my/" not in states
        acts = session.scalars(select(AuditRow.action)).all()
        assert "resident.download_link" in acts


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
