"""What is done to the database itself: slow, full, restored from a backup."""

from __future__ import annotations

import contextlib
import io
import secrets
import shutil
import signal
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import orjson
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import DBAPIError

from app.conversations.models import Event
from app.delivery.models import Batch
from app.line.signature import sign
from app.parts import build
from app.restores import actions as restore_actions
from app.restores import queries as restore_queries
from app.settings import Settings
from app.setup import postgres
from app.watermark import Outside
from app.web import create_app
from tests import builders as given
from tests.chaos import intents
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, into_the_middle, run_for
from tests.chaos.small_disk import SmallDisk
from tests.chaos.stage import PRODUCTION, SHORT, Stage

SLOW = """
CREATE FUNCTION be_slow() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF current_setting('chaos.slept', true) IS DISTINCT FROM txid_current()::text THEN
    PERFORM pg_sleep(0.2), set_config('chaos.slept', txid_current()::text, true);
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER slow_batches AFTER INSERT OR UPDATE ON batches
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION be_slow();
CREATE CONSTRAINT TRIGGER slow_notices AFTER INSERT OR UPDATE ON notices
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION be_slow();
"""
FAST = "DROP TRIGGER slow_batches ON batches; DROP TRIGGER slow_notices ON notices; DROP FUNCTION be_slow()"


def slow_database(stage: Stage, notices: int) -> int:
    """Every commit that touches the ledger takes 200 ms, under production's lease; batches taken from a living sender.

    The reconciler looks every half second, so that it would find whatever it may take.
    """
    stage.act(Plan(), deaths=0, settings=SHORT | {"LEASE_SECONDS": PRODUCTION["LEASE_SECONDS"]})
    with stage.db.begin() as session:
        session.execute(text(SLOW))
    stage.send(notices, PEOPLE)
    stage.settle(120)
    with stage.db.begin() as session:
        session.execute(text(FAST))
        taken = select(func.count()).select_from(Batch)
        taken = taken.where(Batch.notice_id.in_(stage.notices), (Batch.lost_leases > 0) | (Batch.token > 1))
        return session.scalar(taken) or 0


FAILING = """
CREATE FUNCTION fail_now_and_then() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  IF random() < 0.1 THEN RAISE EXCEPTION 'made up' USING ERRCODE = (ARRAY['40001', '40P01'])[1 + (random() < 0.5)::int]; END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER failing_batches AFTER INSERT OR UPDATE ON batches
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail_now_and_then();
"""
WHOLE = "DROP TRIGGER failing_batches ON batches; DROP FUNCTION fail_now_and_then()"


def failing_commits(stage: Stage, notices: int) -> None:
    """One in ten changes of the ledger fails at its commit, as by a deadlock or a serialization error."""
    stage.act(Plan(), deaths=0)
    with stage.db.begin() as session:
        session.execute(text(FAILING))
    try:
        stage.send(notices, PEOPLE)
        stage.settle(60)
    finally:
        with stage.db.begin() as session:
            session.execute(text(WHOLE))


def locked_ledger(stage: Stage, seconds: float) -> None:
    """Somebody holds the ledger's table for a while in the middle of a send; nobody may die of it or go on blindly."""
    stage.act(Plan(), deaths=0)
    into_the_middle(stage, 4)
    with stage.db.begin() as session:
        session.execute(text("LOCK TABLE batches IN ACCESS EXCLUSIVE MODE"))
        run_for(stage, seconds)
    stage.settle(60)


@dataclass
class Full:
    """What a full disk did."""

    refused: int = 0
    """Pieces of new work that were turned away whole."""
    half: int = 0
    """Pieces of which something was left behind."""
    kept: int = 0
    """Pieces that still found room."""
    falls: int = 0
    """How often the server itself gave up: PostgreSQL ends when its log cannot grow."""


def full_disk(stage: Stage, disk: SmallDisk, rounds: int) -> Full:
    """The volume fills up in the middle of a send; webhooks go on coming; then there is room again."""
    found = Full()
    stage.act(Plan(), deaths=0)
    with_settings = {name.lower(): value for name, value in stage.environment.items() if name.isupper()}
    parts = build(Settings(**{k: v for k, v in with_settings.items() if k in Settings.model_fields}))
    with contextlib.redirect_stdout(io.StringIO()):
        door = create_app(parts).test_client()
    for number in range(rounds):
        into_the_middle(stage, 4)
        disk.fill()
        for piece in range(12):
            run_for(stage, 0.2)
            _ask(stage, door, found, f"{number}-{piece}")
        disk.relieve()
        if stage.database_process.poll() is not None or not disk.ready():
            found.falls += 1
            stage.restart_database(away=0.2, number=signal.SIGKILL)
        stage.settle(60)
    parts.close()
    return found


def _ask(stage: Stage, door: FlaskClient, found: Full, name: str) -> None:
    """A webhook of half a megabyte: stored whole and 200, or turned away whole with 503."""
    ids = [f"full-{name}-{n}" for n in range(50)]
    events = [webhook_event(webhook_event_id) for webhook_event_id in ids]
    body = orjson.dumps({"destination": stage.line.bot_id, "events": events})
    signature = {"X-Line-Signature": sign(body, stage.line.secret)}
    status = door.post("/line/webhook", data=body, headers=signature).status_code
    assert status in (200, 503), status
    try:
        with stage.db() as session:
            stored = session.scalar(select(func.count()).where(Event.webhook_event_id.in_(ids)))
    except DBAPIError:
        stored = None
    found.refused += status == 503
    found.kept += status == 200
    found.half += stored is not None and stored != (len(ids) if status == 200 else 0)


def webhook_event(webhook_event_id: str) -> dict[str, object]:
    """Somebody writes a long word."""
    return {
        "type": "message",
        "webhookEventId": webhook_event_id,
        "timestamp": 1_780_000_000_000,
        "mode": "active",
        "source": {"type": "user", "userId": "U" + "f" * 32},
        "deliveryContext": {"isRedelivery": False},
        "message": {"type": "text", "id": "1", "text": secrets.token_hex(2000)},
    }


@dataclass
class Restored:
    """What restores from a copy brought."""

    copies: int = 0
    early: int = 0
    """People reached again before anybody confirmed."""
    silent: int = 0
    """Restores that nobody noticed."""
    held: int = 0
    unknown: int = 0


def restored(stage: Stage, rounds: int) -> Restored:
    """The database is put back to how it was before or in the middle of a send; an administrator confirms later."""
    found = Restored()
    assert isinstance(stage.database, postgres.Postgres)
    copy, data = stage.folder / "copy", stage.database.data
    for number in range(rounds):
        stage.act(Plan(), deaths=0)
        stage.send(1, PEOPLE)
        stage.settle(30)
        if number % 2 == 0:
            # Copied before the first claim: whatever is sent, the copy does not know it.
            stage.end()
            stage.send(3, PEOPLE)
        else:
            into_the_middle(stage, 3)
            stage.end()
        stage.restart_database(0, signal.SIGINT, lambda: shutil.copytree(data, copy, symlinks=True))
        stage.act(Plan(), deaths=0)
        stage.settle(30)
        stage.end()
        with stage.db() as session:
            stage.known = intents.joined(stage.known, intents.commits(session))
        stage.restart_database(0, signal.SIGINT, lambda: _put_back(copy, data))
        found.copies += 1
        _look(stage, found, hours=30 if number % 4 > 1 else 0)
    return found


def _put_back(copy: Path, data: Path) -> None:
    shutil.rmtree(data)
    copy.rename(data)


def _look(stage: Stage, found: Restored, *, hours: int) -> None:
    """Processes start on the copy: nothing may leave, not before and not after the word of an administrator."""
    reached = stage.accepted()
    outside = Outside(Path(stage.environment["WATERMARK_DIR"]))
    stage.line.clock_offset_file.write_text(str(hours * 3600), encoding="ascii")
    stage.act(Plan(), deaths=0)
    run_for(stage, 2.5)
    found.early += stage.accepted() - reached
    with stage.db.begin() as session:
        found.silent += not restore_queries.why_held(session, outside)
        admin = given.staff(session, roles=("admin",))
        settled = restore_actions.confirm(session, outside, by=admin, now=_now(hours))
        found.held += settled.paused
        found.unknown += settled.unknown
    run_for(stage, 2.5)
    found.early += stage.accepted() - reached
    stage.cancel_all()
    stage.line.clock_offset_file.write_text("0", encoding="ascii")
    stage.send(1, PEOPLE)
    stage.settle(30)


def _now(hours: int) -> datetime:
    return datetime.fromtimestamp(time.time() + hours * 3600, UTC)
