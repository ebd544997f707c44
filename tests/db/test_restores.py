"""A restored copy of the database is noticed before it sends, and confirmed before it goes on."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import delete, select, text, update

from app.audit import AuditRow
from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries as ledger
from app.delivery.models import Batch
from app.errors import Refused
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.pushes import actions as pushes
from app.pushes.models import Push
from app.release import actions as release
from app.residents.models import Resident
from app.restores import actions, queries
from app.restores.models import Watermark
from app.staff.models import Staff
from app.watermark import Mark, Outside
from tests import builders as given

NOON = given.NOON


@pytest.fixture
def outside(tmp_path: Path) -> Outside:
    return Outside(tmp_path / "watermark")


def claimed(db: Sessions, outside: Outside) -> Mark:
    """What a sender does around every claim."""
    with db.begin() as session:
        mark = actions.mark(session, outside, NOON)
    actions.note(outside, mark)
    return mark


def restored(db: Sessions, number: int) -> None:
    """The database as it was after so many claims."""
    with db.begin() as session:
        session.execute(update(Watermark).values(number=number))


def why(db: Sessions, outside: Outside) -> str:
    with db() as session:
        return queries.why_held(session, outside)


def test_every_claim_goes_one_further_and_is_noted_outside(db: Sessions, outside: Outside) -> None:
    marks = [claimed(db, outside) for _ in range(3)]
    assert [mark.number for mark in marks] == [2, 3, 4]
    assert outside.read(marks[0].epoch) == marks[2]
    assert why(db, outside) == ""


def test_a_claim_that_died_before_it_was_noted_is_no_disagreement(db: Sessions, outside: Outside) -> None:
    with db.begin() as session:
        actions.mark(session, outside, NOON)
    assert why(db, outside) == ""
    assert claimed(db, outside).number == 3


def test_a_sender_that_notes_late_takes_nothing_back(db: Sessions, outside: Outside) -> None:
    with db.begin() as session:
        early = actions.mark(session, outside, NOON)
    late = claimed(db, outside)
    actions.note(outside, early)
    assert outside.read(late.epoch) == late


def test_an_older_copy_may_not_claim_however_often_it_tries(db: Sessions, outside: Outside) -> None:
    for _ in range(3):
        claimed(db, outside)
    restored(db, 2)
    for _ in range(5):
        with pytest.raises(actions.Held), db.begin() as session:
            actions.mark(session, outside, NOON)
    assert "バックアップから戻された" in why(db, outside)


def test_a_lost_note_holds_sending_too(db: Sessions, outside: Outside) -> None:
    mark = claimed(db, outside)
    outside.forget(mark.epoch)
    with pytest.raises(actions.Held), db.begin() as session:
        actions.mark(session, outside, NOON)
    assert "見つからない" in why(db, outside)


def test_only_an_administrator_confirms_and_only_what_is_held(db: Sessions, outside: Outside) -> None:
    claimed(db, outside)
    with db.begin() as session:
        author, admin = given.staff(session), given.staff(session, roles=("admin",))
        with pytest.raises(Refused, match="一致しています"):
            actions.confirm(session, outside, by=admin, now=NOON)
        session.execute(update(Watermark).values(number=0))
        with pytest.raises(Refused, match="管理"):
            actions.confirm(session, outside, by=author, now=NOON)
        actions.confirm(session, outside, by=admin, now=NOON)
        row = session.scalars(select(AuditRow).where(AuditRow.action == "restore.confirm")).one()
        assert row.by == admin.login
    assert claimed(db, outside).number == 2


def test_a_confirmed_copy_is_counted_anew(db: Sessions, outside: Outside) -> None:
    """Else its first minutes would be slow: nothing tells PostgreSQL how many people there are."""
    with db.begin() as session:
        given.residents(session, 20)
    confirmed(db, outside, hours=0)
    with db() as session:
        found = session.execute(text("SELECT reltuples FROM pg_class WHERE relname = 'residents'"))
        assert found.scalar_one() == 20


def under_way(db: Sessions) -> tuple[int, int, int, int]:
    """A notice that runs, one whose minute has come, one for tomorrow, and one that staff had paused, in the copy."""
    with db.begin() as session:
        given.residents(session, 20)
        notices = [given.scheduled(session, people=20) for _ in range(4)]
        notices[2].scheduled_at = NOON + timedelta(days=1)
        notices[2].expires_at = NOON + timedelta(days=2)
        ids = [notice.id for notice in notices]
    for notice_id in (ids[0], ids[3]):
        with db.begin() as session:
            release.release(session, notice_id, NOON)
            release.plan(session, notice_id, NOON)
    with db.begin() as session:
        notice_actions.pause(session, session.get_one(Notice, ids[3]), by="x", now=NOON)
    return ids[0], ids[1], ids[2], ids[3]


def confirmed(db: Sessions, outside: Outside, *, hours: float) -> actions.Settled:
    claimed(db, outside)
    restored(db, 0)
    with db.begin() as session:
        admin = given.staff(session, roles=("admin",))
        return actions.confirm(session, outside, by=admin, now=NOON + timedelta(hours=hours))


def test_after_a_confirmation_nothing_goes_out_by_itself(db: Sessions, outside: Outside) -> None:
    running, come, tomorrow, paused = under_way(db)
    found = confirmed(db, outside, hours=0)
    assert (found.paused, found.taken_back) == (3, 1)
    with db() as session:
        state = dict(session.execute(select(Notice.id, Notice.state)).all())
        assert (state[running], state[come], state[tomorrow]) == ("paused", "paused", "approved")
        assert session.get_one(Notice, running).pause_reason == "restored"
        # Whoever presses 再開 must read that it may have been resumed and sent after the copy was made.
        assert session.get_one(Notice, paused).pause_reason == "restored"
        with pytest.raises(claiming.NotRunning):
            claiming.claim(session, running, claiming.Sender("test", 5, 15), NOON)


def test_what_ends_unlooked_at_is_unknown_because_the_copy_cannot_know_it(
    db: Sessions, outside: Outside
) -> None:
    running, *_ = under_way(db)
    confirmed(db, outside, hours=30)
    with db.begin() as session:
        assert closing.expire(session, running, NOON + timedelta(hours=30))
    with db() as session:
        states = set(session.scalars(select(Batch.state).where(Batch.notice_id == running)))
    assert states == {"unknown"}


def test_whoever_was_not_yet_in_a_batch_is_unknown_too_until_somebody_has_looked(
    db: Sessions, outside: Outside
) -> None:
    running, _, _, paused = under_way(db)
    with db.begin() as session:
        # Planning had not come to anybody when the copy was made.
        session.execute(delete(Batch))
        session.execute(update(Notice).values(planned_to=0, plan_done=False, recipients=0))
    confirmed(db, outside, hours=30)
    with db.begin() as session:
        by = session.get_one(Staff, session.get_one(Notice, paused).author_id)
        looked_at = session.get_one(Notice, paused)
        looked_at.expires_at = NOON + timedelta(days=3)
        closing.resume(session, looked_at, by=by, now=NOON + timedelta(hours=30))
        closing.cancel(session, looked_at, reason="中止", by=by, now=NOON + timedelta(hours=30))
        assert closing.expire(session, running, NOON + timedelta(hours=30))
    for notice_id, state in ((running, "unknown"), (paused, "cancelled")):
        with db.begin() as session:
            release.plan(session, notice_id, NOON + timedelta(hours=30))
        with db() as session:
            tally = ledger.tally(session, session.get_one(Notice, notice_id))
        assert (tally.by_state, tally.closed) == ({state: 20}, True)


def test_what_a_copy_holds_as_approved_is_scheduled_only_by_whoever_says_that_it_did_not_go_out(
    db: Sessions, outside: Outside
) -> None:
    *_, tomorrow, _ = under_way(db)
    confirmed(db, outside, hours=0)
    wanted = notice_actions.Release(at=NOON + timedelta(days=1), typed_count=20)
    with db.begin() as session:
        notice = session.get_one(Notice, tomorrow)
        by = session.get_one(Staff, notice.author_id)
        with pytest.raises(Refused, match="二重に届きます"):
            notice_actions.schedule(session, notice, wanted, by=by, now=NOON)
        sure = replace(wanted, though_perhaps_sent=True)
        notice_actions.schedule(session, notice, sure, by=by, now=NOON)
        assert (notice.state, notice.restored_at) == ("scheduled", None)
        told = select(AuditRow.detail).where(AuditRow.action == "notice.schedule")
        assert session.scalars(told.order_by(AuditRow.id)).all()[-1]["though_perhaps_sent"] == "yes"


@pytest.mark.parametrize(("hours", "state"), [(1, "retry_wait"), (21, "unknown")])
def test_a_key_is_used_again_only_within_its_life(
    db: Sessions, outside: Outside, hours: float, state: str
) -> None:
    running, *_ = under_way(db)
    with db.begin() as session:
        [claim] = claiming.claim(session, running, claiming.Sender("test", 5, 15), NOON)
    found = confirmed(db, outside, hours=hours)
    with db() as session:
        batch = session.get_one(Batch, claim.batch_id)
        assert (batch.state, batch.retry_key, batch.ambiguous) == (state, claim.retry_key, True)
    assert found.unknown == (20 if state == "unknown" else 0)


@pytest.mark.parametrize(("hours", "state"), [(1, "waiting"), (21, "unknown")])
def test_a_single_message_likewise(db: Sessions, outside: Outside, hours: float, state: str) -> None:
    with db.begin() as session:
        person: Resident = given.resident(session)
        push_id = pushes.add(session, person, [], subject="report:1", now=NOON).id
    confirmed(db, outside, hours=hours)
    with db() as session:
        assert session.get_one(Push, push_id).state == state


def test_the_command_says_why_and_goes_on(
    database_url: str, db: Sessions, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.cli.restore import restore

    for name, value in {
        "ENVIRONMENT": "demo",
        "DATABASE_URL": database_url,
        "REDIS_URL": "redis://127.0.0.1:9",
        "SECRET_KEY": "only-for-tests",
        "LINE_CHANNEL_SECRET": "s",
        "LINE_CHANNEL_ACCESS_TOKEN": "t",
        "LINE_API_BASE_URL": "http://127.0.0.1:9",
        "WATERMARK_DIR": str(tmp_path / "watermark"),
    }.items():
        monkeypatch.setenv(name, value)
    claimed(db, Outside(tmp_path / "watermark"))
    assert CliRunner().invoke(restore, []).exit_code == 0
    restored(db, 0)
    with db.begin() as session:
        login = given.staff(session, roles=("admin",)).login
    held = CliRunner().invoke(restore, [])
    assert (held.exit_code, "止めています" in held.output) == (1, True)
    assert CliRunner().invoke(restore, ["--confirm"]).exit_code == 1
    assert CliRunner().invoke(restore, ["--confirm", "--by", login]).exit_code == 0
    assert CliRunner().invoke(restore, []).exit_code == 0
