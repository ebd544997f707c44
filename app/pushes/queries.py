"""Find pushes. Never commits. Leases are measured by the database's own clock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.pushes import rules
from app.pushes.models import Push


def _due(now: datetime) -> ColumnElement[bool]:
    """Waiting and its time has come, or left behind by a sender that died; one person's go in order.

    What waits for somebody's morning holds up nothing that follows what they do at night.
    """
    older = aliased(Push)
    behind = exists().where(
        older.resident_id == Push.resident_id,
        older.id < Push.id,
        older.state.in_(rules.OPEN),
        or_(older.first_attempt_at.is_not(None), older.next_attempt_at <= now),
    )
    waits = and_(Push.state == "waiting", Push.next_attempt_at <= now)
    left = and_(Push.state == "sending", Push.lease_until < func.now())
    return and_(or_(waits, left), ~behind)


def has_due(session: Session, now: datetime) -> bool:
    return session.scalar(select(Push.id).where(_due(now)).limit(1)) is not None


def due(session: Session, now: datetime, limit: int) -> Sequence[Push]:
    """Pushes to send, what somebody waits for first, then oldest first, locked; rows another sender holds are passed over."""
    found = select(Push).where(_due(now)).order_by(Push.automatic, Push.id).limit(limit)
    return session.scalars(found.with_for_update(skip_locked=True, of=Push)).all()
