"""Find repeats. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.repeats.models import Repeat


def due(session: Session, by: datetime) -> Sequence[int]:
    """Ids of the active repeats with an instant up to ``by``, the earliest first."""
    found = select(Repeat.id).where(Repeat.state == "active", Repeat.next_at <= by).order_by(Repeat.next_at)
    return session.scalars(found).all()


def locked_due(session: Session, repeat_id: int, by: datetime) -> Repeat | None:
    """This repeat, locked, while it is still due; None as well when another clock holds it."""
    found = select(Repeat).where(Repeat.id == repeat_id, Repeat.state == "active", Repeat.next_at <= by)
    return session.scalars(found.with_for_update(skip_locked=True)).one_or_none()


def of_notice(session: Session, notice_id: int) -> Repeat | None:
    return session.scalars(select(Repeat).where(Repeat.notice_id == notice_id)).one_or_none()


def listing(session: Session) -> Sequence[Repeat]:
    """The next ones first, the ended ones last."""
    return session.scalars(select(Repeat).order_by(Repeat.state, Repeat.next_at, Repeat.id)).all()
