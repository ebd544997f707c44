"""A notice's life: two people, frozen content, an instant; the database holds the same promises as the rules."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.audit import AuditRow
from app.db import Sessions
from app.errors import Refused
from app.notices import actions, rules
from app.notices.models import Notice
from app.staff.models import Staff
from tests import builders as given

NOON = given.NOON


def test_an_author_cannot_approve_their_own_notice(db: Sessions) -> None:
    with db.begin() as session:
        author = given.staff(session)
        notice = actions.draft(session, given.draft(), by=author, now=NOON)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 5), by=author, now=NOON)
        with pytest.raises(Refused, match="自分では承認できません"):
            actions.approve(session, notice, content_hash=notice.content_hash or "", by=author, now=NOON)


def test_the_database_refuses_a_notice_approved_by_its_author(db: Sessions) -> None:
    with db.begin() as session:
        id_ = given.approved(session, people=5).id
    with pytest.raises(IntegrityError, match="second_person"), db.begin() as session:
        session.execute(update(Notice).where(Notice.id == id_).values(approver_id=Notice.author_id))


def test_somebody_without_the_role_cannot_approve(db: Sessions) -> None:
    with db.begin() as session:
        author, reader = given.staff(session), given.staff(session, roles=("viewer",))
        notice = actions.draft(session, given.draft(), by=author, now=NOON)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 5), by=author, now=NOON)
        with pytest.raises(Refused, match="役割が必要"):
            actions.approve(session, notice, content_hash=notice.content_hash or "", by=reader, now=NOON)


def test_approval_needs_the_very_content_that_was_seen(db: Sessions) -> None:
    with db.begin() as session:
        author, approver = given.staff(session), given.staff(session)
        notice = actions.draft(session, given.draft(), by=author, now=NOON)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 5), by=author, now=NOON)
        with pytest.raises(Refused, match="承認をやり直して"):
            actions.approve(session, notice, content_hash="0" * 64, by=approver, now=NOON)


def test_changing_an_approved_notice_voids_the_approval(db: Sessions) -> None:
    with db.begin() as session:
        notice = given.scheduled(session, people=5)
        by = session.get_one(Staff, notice.author_id)
        actions.edit(session, notice, given.draft(), by=by, now=NOON)
        session.flush()
        assert (notice.state, notice.approved_at, notice.scheduled_at) == ("draft", None, None)


@pytest.mark.parametrize("column", ["messages", "fields", "rule"])
def test_tampered_content_is_not_approved(db: Sessions, column: str) -> None:
    """Somebody changes the frozen row behind the product's back: the hash no longer fits."""
    changed = {"messages": b"[]", "fields": {"x": "y"}, "rule": {"everyone": True}}[column]
    with db.begin() as session:
        author, approver = given.staff(session), given.staff(session)
        notice = actions.draft(session, given.draft(), by=author, now=NOON)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 5), by=author, now=NOON)
        session.flush()
        session.execute(update(Notice).where(Notice.id == notice.id).values({column: changed}))
        with pytest.raises(Refused, match="承認をやり直して"):
            actions.approve(session, notice, content_hash=notice.content_hash or "", by=approver, now=NOON)


def test_scheduling_asks_for_the_number_of_people(db: Sessions) -> None:
    with db.begin() as session:
        notice = given.approved(session, people=12)
        by = session.get_one(Staff, notice.author_id)
        release = actions.Release(at=NOON, typed_count=13)
        with pytest.raises(Refused, match="いまの人数は 12人"):
            actions.schedule(session, notice, release, by=by, now=NOON - timedelta(hours=1))


def test_a_night_release_needs_a_reason_in_rules_and_database(db: Sessions) -> None:
    night = NOON + timedelta(hours=11)
    with db.begin() as session:
        notice = given.approved(session, people=5)
        by = session.get_one(Staff, notice.author_id)
        with pytest.raises(Refused, match="理由を書いて"):
            actions.schedule(session, notice, actions.Release(night, 5), by=by, now=NOON)
        actions.schedule(session, notice, actions.Release(night, 5, "断水のため"), by=by, now=NOON)
        id_ = notice.id
    with pytest.raises(IntegrityError, match="night_has_a_reason"), db.begin() as session:
        session.execute(update(Notice).where(Notice.id == id_).values(night_reason=""))


def test_a_release_is_to_the_minute(db: Sessions) -> None:
    with db.begin() as session:
        id_ = given.scheduled(session, people=5).id
    with pytest.raises(IntegrityError, match="scheduled_to_the_minute"), db.begin() as session:
        session.execute(
            update(Notice).where(Notice.id == id_).values(scheduled_at=NOON + timedelta(seconds=1))
        )


def test_nobody_can_be_reached_without_an_approval(db: Sessions) -> None:
    with db.begin() as session:
        author = given.staff(session)
        notice = actions.draft(session, given.draft(), by=author, now=NOON)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, 5), by=author, now=NOON)
        id_ = notice.id
    with pytest.raises(DBAPIError, match="cannot move from content_frozen to running"), db.begin() as session:
        session.execute(update(Notice).where(Notice.id == id_).values(state="running"))


def test_rules_and_database_allow_the_same_moves(db: Sessions) -> None:
    """Every pair of states is tried on a row; only the drawn ones pass the trigger."""
    drawn = {(old, new) for (old, _), new in rules.MOVES.items()}
    with db.begin() as session:
        session.execute(text("CREATE TEMP TABLE moves (state text) ON COMMIT DROP"))
        session.execute(
            text(
                "CREATE TRIGGER t BEFORE UPDATE ON moves FOR EACH ROW EXECUTE FUNCTION notices_move_as_drawn()"
            )
        )
        for old in rules.STATES:
            for new in rules.STATES:
                session.execute(text("INSERT INTO moves VALUES (:old)"), {"old": old})
                try:
                    with session.begin_nested():
                        session.execute(text("UPDATE moves SET state = :new"), {"new": new})
                    passed = True
                except DBAPIError:
                    passed = False
                assert passed == (old == new or (old, new) in drawn), (old, new)
                session.execute(text("DELETE FROM moves"))


def test_every_act_leaves_one_audit_row_in_the_same_transaction(db: Sessions) -> None:
    with db.begin() as session:
        id_ = given.scheduled(session, people=5).id
    with db() as session:
        rows = session.scalars(
            select(AuditRow.action).where(AuditRow.subject == f"notice:{id_}").order_by(AuditRow.id)
        ).all()
    assert rows == ["notice.draft", "notice.submit", "notice.approve", "notice.schedule"]


def test_the_audit_table_only_grows(db: Sessions) -> None:
    with db.begin() as session:
        given.scheduled(session, people=5)
    for act in ("UPDATE audit SET by = 'x'", "DELETE FROM audit", "TRUNCATE audit"):
        with pytest.raises(DBAPIError, match="append-only"), db.begin() as session:
            session.execute(text(act))
