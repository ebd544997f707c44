"""Raise the watermark with every claim; begin an epoch; confirm a restore.

A claim is committed with the next number, then noted outside, and only then sent. So a database that knows less
than the note is an older copy: what it would send may have been sent, under keys it never heard of. Nothing goes
out until an administrator has confirmed, and then nothing that could be a second time goes out by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import DateTime, Uuid, bindparam, text, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit, logs
from app.delivery.actions import doubt, release_claim, settle
from app.delivery.rules import KEY_LIFE
from app.errors import Refused
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.outcomes.rules import open_places
from app.reminders import overriding
from app.reminders import queries as reminder_queries
from app.reminders import rules as reminder_rules
from app.reminders.models import Reminding
from app.repeats import actions as repeat_actions
from app.restores import queries
from app.restores.models import Watermark
from app.staff.models import Staff
from app.watermark import Mark, Outside

AT_HAND = timedelta(minutes=1)
"""Until when an instant counts as come: it may have come in the time the copy does not know."""

_log = logs.get("restores")


_RAISE = (
    update(Watermark)
    .where(Watermark.epoch == bindparam("of", type_=Uuid()), Watermark.number >= bindparam("noted"))
    .values(number=Watermark.number + 1, at=bindparam("now", type_=DateTime(timezone=True)))
    .returning(Watermark.number)
    .execution_options(synchronize_session=False)
)


class Held(Exception):
    """The database may be an older copy: nothing may start."""


def begin(session: Session, outside: Outside, now: datetime) -> None:
    """The first epoch of a new database. Its note is there before its row, so that a crash leaves only a note."""
    if queries.inside(session) is not None:
        return
    mark = Mark(uuid4(), 1, now)
    outside.write(mark)
    row = insert(Watermark).values(id=1, epoch=mark.epoch, number=mark.number, at=now)
    if not session.execute(row.on_conflict_do_nothing().returning(Watermark.id)).all():
        outside.forget(mark.epoch)


def mark(session: Session, outside: Outside, now: datetime) -> Mark:
    """The next number, as the last act of a claim's transaction; Held when the note knows more than the row.

    The note is read before the row is raised, so another sender that notes meanwhile is no disagreement.
    """
    if (known := queries.inside(session)) is None:
        begin(session, outside, now)
        known = queries.inside(session)
    noted = None if known is None else outside.read(known.epoch)
    if known is None or noted is None:
        raise Held
    number = session.scalar(_RAISE, {"of": known.epoch, "noted": noted.number, "now": now})
    if number is None:
        raise Held
    return Mark(known.epoch, number, now)


def note(outside: Outside, mark: Mark) -> None:
    """Write it outside. A disk that refuses does not stop an evacuation order: it is said, and sending goes on."""
    try:
        outside.write(mark)
    except OSError as error:
        _log.error("watermark_not_noted", number=mark.number, error=error.strerror)


@dataclass
class Settled:
    """What a confirmation did, for the audit and for the person who gave it."""

    paused: int = 0
    taken_back: int = 0
    unknown: int = 0
    """People whose outcome nobody can establish any more."""


def confirm(session: Session, outside: Outside, *, by: Staff, now: datetime) -> Settled:
    """Let sending go on, without anything that may have gone out in the time this copy does not know."""
    if "admin" not in by.roles or by.retired_at is not None:
        raise Refused("復元を確認できるのは「管理」の役割をもつ人だけです。")
    why, before = queries.why_held(session, outside), queries.inside(session)
    if not why or before is None:
        raise Refused("データベースと控えは一致しています。確認することはありません。")
    _count_anew(session)
    found = Settled()
    _make_what_is_due(session, now)
    for notice in queries.under_way(session):
        _hold(session, notice, found, by, now)
    _settle_old_keys(session, found, now)
    session.execute(queries.mark_unsure(now))
    following = Mark(uuid4(), 1, now)
    outside.write(following)
    session.execute(update(Watermark).values(epoch=following.epoch, number=following.number, at=now))
    detail = {"paused": found.paused, "taken_back": found.taken_back, "unknown": found.unknown}
    audit.record(session, "restore.confirm", "watermark", by=by.login, at=now, detail=detail)
    return found


def _count_anew(session: Session) -> None:
    """A restored dump has none of PostgreSQL's statistics: until they are gathered, its plans may read whole tables."""
    for step in ("SET LOCAL statement_timeout = 0", "ANALYZE", "SET LOCAL statement_timeout TO DEFAULT"):
        session.execute(text(step))


def _make_what_is_due(session: Session, now: datetime) -> None:
    """Repeats and corrections are made now and held with the rest; an hour of reminders that has come is let pass."""
    repeat_actions.fire_due(session, now)
    overriding.correct_due(session, now)
    for told in reminder_rules.due(reminder_queries.chosen(session, reminder_rules.soon(now)), now):
        if told.at > now:
            continue
        row = insert(Reminding).values(slot=told.slot, day=told.day, notices=0, at=now)
        session.execute(row.on_conflict_do_nothing())
    session.flush()


def _hold(session: Session, notice: Notice, found: Settled, by: Staff, now: datetime) -> None:
    if notice.state == "scheduled" and notice.scheduled_at and notice.scheduled_at > now + AT_HAND:
        notice_actions.unschedule(session, notice, by=by, now=now)
        found.taken_back += 1
        return
    if notice.state == "scheduled":
        notice_actions.move(session, notice, "hold", by=by.login, now=now, detail={"reason": "restored"})
        notice.pause_reason = "restored"
    elif notice.state == "paused":
        notice.pause_reason = "restored"
        subject, detail = f"notice:{notice.id}", {"reason": "restored"}
        audit.record(session, "notice.pause", subject, by=by.login, at=now, detail=detail)
    else:
        notice_actions.pause(session, notice, reason="restored", by=by.login, now=now)
    found.paused += 1


def _settle_old_keys(session: Session, found: Settled, now: datetime) -> None:
    """Every key may have been used after the copy was made; one past its life, or of unknown age, is never used again."""
    for batch in queries.open_batches(session):
        doubt(batch)
        release_claim(batch)
        if batch.first_attempt_at is None or batch.first_attempt_at + KEY_LIFE <= now:
            found.unknown += batch.size if batch.outcomes is None else len(open_places(batch.outcomes))
            settle(batch, "unknown", "復元のため確かめられません", now)
        else:
            batch.state = "retry_wait"
    for push in queries.open_pushes(session):
        push.ambiguous = True
        push.lease_until = None
        push.first_attempt_at = push.first_attempt_at or push.created_at
        push.state = "waiting"
        if push.first_attempt_at + KEY_LIFE <= now:
            push.state, push.settled_at = "unknown", now
            found.unknown += 1
