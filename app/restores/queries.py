"""Read the watermark; find what a restored database might send a second time. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Update, select, update
from sqlalchemy.orm import Session

from app.delivery import rules as delivery_rules
from app.delivery.models import Batch
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.pushes import rules as push_rules
from app.pushes.models import Push
from app.restores import rules
from app.restores.models import Watermark
from app.watermark import Mark, Outside

UNDER_WAY = ("scheduled", "recipients_frozen", "running", "paused")
"""A paused one may have been resumed and sent to its end in the time the copy does not know."""


_INSIDE = select(Watermark.epoch, Watermark.number, Watermark.at)


def inside(session: Session) -> Mark | None:
    """How far the database knows sending to be; None before the first process of this town."""
    row = session.execute(_INSIDE).one_or_none()
    return None if row is None else Mark(row.epoch, row.number, row.at)


def why_held(session: Session, outside: Outside) -> str:
    """Why nothing is sent at the moment; nothing when sending may go on.

    The note is read between two looks at the row: it may only be older than the second.
    """
    first = inside(session)
    if first is None:
        return ""
    noted = outside.read(first.epoch)
    return rules.why_held(inside(session), noted)


def under_way(session: Session) -> Sequence[Notice]:
    """Notices that could send, by themselves or by one press of a button, locked."""
    found = select(Notice).where(Notice.state.in_(UNDER_WAY)).order_by(Notice.id)
    return session.scalars(found.with_for_update()).all()


def mark_unsure(now: datetime) -> Update:
    """Every notice that is not over may have been sent in the time the copy does not know."""
    return update(Notice).where(Notice.state.not_in(notice_rules.ENDED)).values(restored_at=now)


def open_batches(session: Session) -> Sequence[Batch]:
    """Batches bound to a key and without a final outcome, locked."""
    found = select(Batch).where(Batch.state.in_(delivery_rules.OPEN), Batch.retry_key.is_not(None))
    return session.scalars(found.order_by(Batch.id).with_for_update()).all()


def open_pushes(session: Session) -> Sequence[Push]:
    found = select(Push).where(Push.state.in_(push_rules.OPEN)).order_by(Push.id)
    return session.scalars(found.with_for_update()).all()
