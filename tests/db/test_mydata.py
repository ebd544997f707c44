"""What is held about a resident is listed, exported and erased; after that no table and no file knows them."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import func, select, text, update

from app.audit import AuditRow
from app.conversations import actions as conversations
from app.conversations.effects import World
from app.conversations.mine import EVERYTHING
from app.conversations.models import Conversation, Event
from app.db import Sessions
from app.inbox.models import Thread
from app.links.models import OneTimeLink
from app.mydata import actions, rules
from app.photos import actions as photos
from app.pushes.models import Push
from app.reports.models import Report
from app.residents import actions as resident_actions
from app.residents.models import Child, Resident
from app.residents.queries import of_line_ids
from tests import builders as given
from tests.db.lives import NOW, erased, everything, lived, traces
from tests.db.test_staff_inbox import TOWN, happens, says


@pytest.mark.parametrize("how", ["typed", "tapped"])
def test_nothing_of_an_erased_person_is_left(db: Sessions, tmp_path: Path, how: str) -> None:
    one, other = lived(db, tmp_path, "one"), lived(db, tmp_path, "other")
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
    photos.remove(tmp_path, world.files)
    assert world.gone == [one.line_user_id], "LINE is to forget the menu of their own"
    assert said.startswith("消しました（12月1日 12:00、番号 D-2")
    assert traces(db, one, "one") == []
    assert len(traces(db, other, "other")) == 3
    assert len(list(tmp_path.iterdir())) == 1
    number = said.partition("D-")[2].partition("）")[0]
    with db() as session:
        row = session.scalars(select(AuditRow).where(AuditRow.subject == f"erasure:{number}")).one()
        assert (row.action, row.by, row.detail) == ("resident.erase", "resident", {"scope": "all"})
        assert session.scalar(select(func.count()).select_from(Resident)) == 1
        assert not session.scalars(select(Event.id).where(Event.state == "new")).all()


def test_the_children_alone(db: Sessions, tmp_path: Path) -> None:
    person = lived(db, tmp_path, "one")
    erased(db, person, "children")
    with db() as session:
        assert session.scalars(select(Child)).all() == []
        assert session.get_one(Resident, person.id).district == "naka-01"
        assert session.scalar(select(func.count()).select_from(Thread)) == 1


def test_the_conversation_alone(db: Sessions, tmp_path: Path) -> None:
    person = lived(db, tmp_path, "one")
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


def test_who_writes_again_is_a_stranger_with_a_new_number(db: Sessions, tmp_path: Path) -> None:
    person = lived(db, tmp_path, "one")
    erased(db, person)
    with db.begin() as session:
        again = of_line_ids(session, [person.line_user_id])[person.line_user_id]
        assert (again.id > person.id, again.state, again.setup_done_at) == (True, "stranger", None)


def test_whom_line_does_not_know_any_more_is_erased_likewise(db: Sessions, tmp_path: Path) -> None:
    gone, fresh = lived(db, tmp_path, "gone"), lived(db, tmp_path, "fresh")
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


def test_who_blocked_is_erased_after_the_days_and_only_once(db: Sessions, tmp_path: Path) -> None:
    gone, back, fresh = (lived(db, tmp_path, name) for name in ("gone", "back", "fresh"))
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


def test_a_turn_that_fails_after_the_deletion_deletes_nothing(db: Sessions, tmp_path: Path) -> None:
    person = lived(db, tmp_path, "one")
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
