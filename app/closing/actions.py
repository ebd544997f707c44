"""How a notice ends: stopped by staff, expired, or finished with sums that close. And what the reconciler mends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import audit
from app.delivery import queries, rules
from app.delivery.actions import doubt, release_claim, settle
from app.leases import queries as leases
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.staff.models import Staff

BEFORE_RESTORE = "バックアップから戻す前に送られた分は、この記録にありません。"


def cancel(session: Session, notice: Notice, *, reason: str, by: Staff, now: datetime) -> None:
    """Stop for good. What LINE accepted cannot be taken back; everybody else is listed as not reached."""
    notice_actions.cancel(session, notice, reason=reason, by=by, now=now)
    _close_batches(session, notice, now)


def expire(session: Session, notice_id: int, now: datetime) -> bool:
    """Past its expiry nothing of a notice goes out, not by retry and not after a restart."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.expires_at is None or notice.expires_at > now:
        return False
    if notice.state not in ("approved", "scheduled", "recipients_frozen", "running", "paused"):
        return False
    restored = notice.pause_reason == "restored"
    notice_actions.move(session, notice, "expire", by=audit.SYSTEM, now=now)
    notice.pause_reason = notice.pause_detail = ""
    notice.end_reason = "有効期限を過ぎたため、送信を終えました。" + (BEFORE_RESTORE if restored else "")
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
    for batch in queries.open_of(session, notice.id):
        settle(batch, rules.state_at_end(notice.state, ambiguous=batch.ambiguous), batch.answer, now)


def finish(session: Session, notice_id: int, now: datetime) -> bool:
    """Close a running notice when nobody is without an outcome; a sum that does not close is held for people."""
    notice = notice_queries.locked(session, notice_id)
    if notice is None or notice.state != "running" or not notice.plan_done:
        return False
    if queries.has_open(session, notice_id):
        return False
    if not queries.tally(session, notice).closed:
        notice_actions.pause(session, notice, reason="sum", by=audit.SYSTEM, now=now)
        return False
    notice_actions.move(session, notice, "finish", by=audit.SYSTEM, now=now)
    notice_actions.move(session, notice, "close", by=audit.SYSTEM, now=now)
    notice.finished_at = now
    return True


def mend_leases(session: Session, now: datetime) -> list[int]:
    """Batches whose owner is gone: the same key again, since LINE may have them. Answers the notices touched."""
    touched: dict[int, None] = {}
    for batch in leases.lost_leases(session):
        notice = session.get_one(Notice, batch.notice_id)
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
