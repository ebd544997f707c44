"""The instant has come: freeze the recipients, or hand the notice back to people; then cut them into batches."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app import audit
from app.clock import in_japan
from app.delivery import queries, rules
from app.delivery.actions import add_batches
from app.notices import queries as notice_queries
from app.notices.actions import move, pause
from app.notices.models import Notice
from app.notices.rules import Drift, lateness_allowed
from app.release.rules import is_of_their_hour, originals, still_grows
from app.reminders import rules as reminder_rules
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules

AHEAD = timedelta(seconds=5)
"""How long before its instant a notice is counted, frozen and planned."""
LONGEST_AHEAD = reminder_rules.AHEAD
"""The same of reminders of garbage: frozen as soon as they are made, since there are many at once; who comes to want one
after that is told by one of their own."""
FIRST_BATCHES = 20
"""Committed first, so that sending starts while the rest is planned."""
BATCHES_PER_STEP = 200


def release(session: Session, notice_id: int, now: datetime) -> bool:
    """The instant is at hand: freeze the recipients, or hand the notice back to people. True when frozen.

    Allowed some seconds before the instant, so that counting and planning a million people does not make
    the first of them wait; nothing leaves before the instant itself.
    """
    known = notice_queries.snapshot(session, notice_id)
    # Those it corrects are locked first, in order of their ids, so that nobody waits in a circle.
    named = [] if known is None else _originals(session, known)
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "scheduled" or notice.scheduled_at is None:
        return False
    rule = segment_rules.from_json(notice.rule)
    is_reminder = notice.origin == "reminder" and is_of_their_hour(rule)
    if notice.scheduled_at > now + (LONGEST_AHEAD if is_reminder else AHEAD):
        return False
    if not _may_go(session, notice, now):
        return False
    if named and _waits(session, notice, named, now):
        return False
    # Of the instant itself: at midnight another day begins, and it is planned by that one.
    at = max(now, notice.scheduled_at)
    found = segment_queries.hearers(session, rule, lane=notice.lane, at=at)
    if found == 0 and notice.origin == "reminder":
        _end_empty(session, notice, now)
        return False
    drift = Drift(approved=notice.approved_count or 0, found=found)
    if drift.too_far or found == 0:
        _send_back(session, notice, found, now)
        return False
    move(session, notice, "freeze", by=audit.SYSTEM, now=now, detail={"count": found})
    notice.released_at = at
    return True


def _may_go(session: Session, notice: Notice, now: datetime) -> bool:
    """Whether it is neither out of date, nor late, nor without its order; if it is, it is ended or held."""
    if notice.expires_at is not None and notice.expires_at <= now:
        move(session, notice, "expire", by=audit.SYSTEM, now=now)
        notice.finished_at = now
        return False
    if now - (notice.scheduled_at or now) > lateness_allowed(notice.lane):
        _hold(session, notice, "late", now)
        return False
    if not notice_queries.required_stands(session, notice, now):
        _hold(session, notice, "requires", now)
        return False
    return True


def _originals(session: Session, notice: Notice) -> list[Notice]:
    """The notices whose readers this one is for, locked: nothing of them is claimed until this is decided."""
    named = originals(segment_rules.from_json(notice.rule))
    found = (notice_queries.locked(session, id_) for id_ in named)
    return [each for each in found if each is not None]


def _waits(session: Session, notice: Notice, named: Sequence[Notice], now: datetime) -> bool:
    """Whether more people may still get what this notice corrects: it is counted and frozen only when nobody can.

    What it replaces is stopped as soon as its instant is at hand; what is under way then still counts. So it is
    not prepared ahead of its instant.
    """
    waits = notice.scheduled_at is None or notice.scheduled_at > now
    for original in named:
        is_replaced = notice.supersedes_id == original.id
        if is_replaced and original.state in ("recipients_frozen", "running"):
            pause(session, original, reason="correction", by=audit.SYSTEM, now=now)
        waits = waits or still_grows(
            state=original.state,
            is_replaced=is_replaced,
            is_sending=queries.has_open(session, original.id, "sending"),
            is_open=queries.has_open(session, original.id),
        )
    return waits


def start(session: Session, notice_id: int, now: datetime) -> bool:
    """The instant itself: let the frozen notice go, or hold it when nobody came by in time."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "recipients_frozen" or not notice.recipients:
        return False
    if notice.released_at is None or notice.released_at > now:
        return False
    if now - notice.released_at > lateness_allowed(notice.lane):
        pause(session, notice, reason="late", by=audit.SYSTEM, now=now)
        return False
    move(session, notice, "start", by=audit.SYSTEM, now=now)
    return True


def _hold(session: Session, notice: Notice, reason: str, now: datetime) -> None:
    move(session, notice, "hold", by=audit.SYSTEM, now=now)
    notice.pause_reason = reason


def _end_empty(session: Session, notice: Notice, now: datetime) -> None:
    """Nobody wants any more what was made by itself: there is nothing for people to decide."""
    move(session, notice, "cancel", by=audit.SYSTEM, now=now)
    notice.end_reason = "送る前に、受け取る人がいなくなりました。"
    notice.finished_at = now


def _send_back(session: Session, notice: Notice, found: int, now: datetime) -> None:
    """The audience is no longer the approved one: the approver looks again, at the new number."""
    move(
        session,
        notice,
        "recount",
        by=audit.SYSTEM,
        now=now,
        detail={"approved": notice.approved_count, "found": found},
    )
    notice.return_reason = f"承認したときは{notice.approved_count:,}人でしたが、いまは{found:,}人です。人数を確認して承認し直してください。"
    notice.expected_count = found
    notice.approver_id = notice.approved_at = notice.approved_hash = notice.approved_count = None
    notice.scheduled_at = notice.expires_at = None


def plan(session: Session, notice_id: int, now: datetime) -> bool:
    """Cut the next stretch of the audience into batches; True while more remains.

    Once the instant has come the first stretch is short and starts the notice, the next ones grow. A cancelled notice
    is planned to its end as well, with its batches cancelled, so that the list of people who were not reached is whole.

    Planners wait for each other, senders for none of them: the people are looked up before the notice's row is
    locked for the short moment of writing.
    """
    queries.only_planner(session, notice_id)
    notice = notice_queries.snapshot(session, notice_id)
    if notice is None or not _is_to_plan(notice):
        return False
    at = notice.released_at or now
    wanted = rules.BATCH_SIZE * stretch(notice.recipients or 0, is_ahead=at > now)
    ids = segment_queries.audience_ids(
        session,
        segment_rules.from_json(notice.rule),
        in_japan(at).date(),
        after_id=notice.planned_to,
        limit=wanted,
        to=segment_queries.listens(notice.lane, at),
    )
    notice = notice_queries.locked(session, notice_id)
    if notice is None or not _is_to_plan(notice):
        return False
    add_batches(
        session, notice, ids, rules.state_of_new(notice.state, restored=notice.restored_at is not None)
    )
    notice.recipients = (notice.recipients or 0) + len(ids)
    notice.planned_to = ids[-1] if ids else notice.planned_to
    notice.plan_done = len(ids) < wanted
    start(session, notice_id, now)
    return not notice.plan_done


def _is_to_plan(notice: Notice) -> bool:
    return (
        not notice.plan_done
        and notice.released_at is not None
        and notice.state in ("recipients_frozen", "running", "paused", "cancelled", "expired")
    )


def stretch(planned: int, *, is_ahead: bool) -> int:
    """How many batches to plan next. Each stretch asks for the whole audience again, so there are few: twice as many as
    are there already, which senders take as long to send; all at once while the instant is still to come and no sender
    waits."""
    if is_ahead:
        return BATCHES_PER_STEP
    return max(FIRST_BATCHES, min(BATCHES_PER_STEP, 2 * planned // rules.BATCH_SIZE))
