"""How a notice ends: stopped by staff, expired, or finished with sums that close. And what the reconciler mends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import audit, logs
from app.delivery import queries, rules
from app.delivery.actions import doubt, release_claim, settle
from app.leases import queries as leases
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.recording.actions import begin_watch
from app.residents import actions as resident_actions
from app.staff.models import Staff

_log = logs.get("closing")

BEFORE_RESTORE = "バックアップから戻す前に送られた分は、この記録にありません。"


def cancel(
    session: Session, notice: Notice, *, reason: str, by: Staff, now: datetime, withdrawn: bool = False
) -> None:
    """Stop for good. What LINE accepted cannot be taken back; everybody else is listed as not reached."""
    notice_actions.cancel(session, notice, reason=reason, by=by, now=now, withdrawn=withdrawn)
    _close_batches(session, notice, now)


def resume(session: Session, notice: Notice, *, by: Staff, now: datetime) -> None:
    """Go on. Whom LINE has refused so far staff have seen: only new refusals stop it again."""
    notice_actions.resume(session, notice, by=by, now=now)
    if notice.released_at is not None:
        by_state = queries.tally(session, notice).by_state
        notice.settled_before, notice.refused_before = rules.settled(by_state), by_state.get("rejected", 0)


def go_on_with_token(session: Session, notice_id: int, now: datetime) -> bool:
    """LINE knows our token again: what had stopped for it goes on by itself, where nobody else had a reason to stop it."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "paused" or notice.pause_reason != "token":
        return False
    earlier = notice_queries.went_on_by_itself(session, notice_id)
    if now < notice.updated_at + notice_rules.until_token_is_tried(earlier):
        return False
    if notice.expires_at is not None and notice.expires_at <= now:
        return False
    notice_actions.resume(session, notice, by=None, now=now)
    return True


def expire(session: Session, notice_id: int, now: datetime) -> bool:
    """Past its expiry nothing of a notice goes out, not by retry and not after a restart."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.expires_at is None or notice.expires_at > now:
        return False
    if notice.state not in ("approved", "scheduled", "recipients_frozen", "running", "paused"):
        return False
    notice_actions.move(session, notice, "expire", by=audit.SYSTEM, now=now)
    notice.pause_reason = notice.pause_detail = ""
    notice.end_reason = "有効期限を過ぎたため、送信を終えました。" + (
        BEFORE_RESTORE if notice.restored_at else ""
    )
    notice.finished_at = now
    _close_batches(session, notice, now)
    return True


def retire(session: Session, notice_id: int, now: datetime) -> bool:
    """End a notice that another has replaced, and hold one whose order no longer stands."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state not in ("scheduled", "recipients_frozen", "running", "paused"):
        return False
    if notice_queries.successor(session, notice_id, now) is not None:
        notice_actions.move(session, notice, "cancel", by=audit.SYSTEM, now=now)
        notice.pause_reason = notice.pause_detail = ""
        notice.end_reason = "新しいお知らせに置き換わったため、残りの人への送信をやめました。"
        notice.finished_at = now
        _close_batches(session, notice, now)
        return True
    if notice.state == "running" and not notice_queries.required_stands(session, notice, now):
        notice_actions.pause(session, notice, reason="requires", by=audit.SYSTEM, now=now)
        return True
    return False


def _close_batches(session: Session, notice: Notice, now: datetime) -> None:
    """While nobody has looked at it since the database was put back, what it holds as waiting may have been sent after
    the copy was made. Then "not sent" would be a guess."""
    restored = notice.restored_at is not None
    for batch in queries.open_of(session, notice.id):
        state = rules.state_at_end(notice.state, ambiguous=batch.ambiguous or restored)
        settle(batch, state, batch.answer or (BEFORE_RESTORE if restored else ""), now)


def finish(session: Session, notice_id: int, now: datetime) -> bool:
    """Close a running notice when nobody is without an outcome; a sum that does not close is held for people."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "running" or not notice.plan_done:
        return False
    if queries.has_open(session, notice_id):
        return False
    if not _sum_closes(session, notice):
        notice_actions.pause(session, notice, reason="sum", by=audit.SYSTEM, now=now)
        return False
    notice_actions.move(session, notice, "finish", by=audit.SYSTEM, now=now)
    notice_actions.move(session, notice, "close", by=audit.SYSTEM, now=now)
    notice.finished_at = now
    _lose_refused(session, notice, now)
    return True


def _lose_refused(session: Session, notice: Notice, now: datetime) -> None:
    """Whom LINE does not know is left out from now on, or each would cost eighteen requests every time.

    Only of a notice that LINE took for at least as many: when it refuses nearly everybody, it is not the people.
    """
    gone = queries.refused_alone(session, notice.id)
    if gone and queries.tally(session, notice).by_state.get("accepted", 0) >= len(gone):
        resident_actions.lose(session, gone, subject=f"notice:{notice.id}", now=now)


def check_sum(session: Session, notice_id: int, now: datetime) -> None:
    """Of a notice that is over, or stands still: whatever of it was left open is closed, and everybody must be
    somewhere. Its row is locked, so nobody is claimed, planned or recorded between the numbers."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.released_at is None:
        return
    if notice.state in ("cancelled", "expired"):
        _close_batches(session, notice, now)
        if notice.plan_done and not queries.has_open(session, notice_id):
            _sum_closes(session, notice)
    elif notice.state == "paused" and _sum_closes(session, notice):
        notice.sum_closes = None


def _sum_closes(session: Session, notice: Notice) -> bool:
    """Whether every frozen recipient is in exactly one place (I-1), as the notice says from now on."""
    session.flush()
    known, tally = notice.sum_closes, queries.tally(session, notice)
    notice.sum_closes = tally.adds_up
    if not tally.adds_up and known is not False:
        _log.error(
            "sum_does_not_close",
            notice=notice.id,
            frozen=tally.frozen,
            explained=tally.explained,
            open=tally.open,
        )
    return tally.adds_up


def mend_watch(session: Session, notice_id: int, now: datetime) -> None:
    """The first people of a watched notice got an outcome that no sender brought: their senders died, their key or
    their bytes were out of date. Nothing would ever begin the watch, so it begins here, and a person looks first."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "running" or not notice.watch_seconds or notice.watch_until:
        return
    first = leases.watched(session, notice_id)
    if first is not None and begin_watch(notice, [first], now):
        notice_actions.pause(session, notice, reason="watch", by=audit.SYSTEM, now=now)


def mend_leases(session: Session, now: datetime) -> list[int]:
    """Batches whose owner is gone: the same key again, since LINE may have them. Answers the notices touched.

    Their notices are locked first, as everywhere: a stop waits for this, or is seen here.
    """
    touched: dict[int, None] = {}
    notices = {id_: notice_queries.kept(session, id_) for id_ in leases.with_lost_leases(session)}
    for batch in leases.lost_leases(session, list(notices)):
        notice = notices[batch.notice_id]
        release_claim(batch)
        doubt(batch)
        batch.lost_leases += 1
        if batch.lost_leases >= rules.LOST_LEASES_ALLOWED:
            settle(batch, "quarantined", "3回続けて送信中に中断しました", now)
        elif notice.state in ("cancelled", "expired"):
            settle(batch, "unknown", "送信中に中断しました", now)
        else:
            batch.state = "retry_wait"
            batch.answer = "送信中に中断しました"
        touched[batch.notice_id] = None
    return list(touched)
