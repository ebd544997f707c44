"""Find events that wait. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from app.conversations.models import Event


def has_new(session: Session, now: datetime) -> bool:
    """Whether any event waits to be answered."""
    found = select(Event.id).where(
        Event.state == "new", or_(Event.next_attempt_at.is_(None), Event.next_attempt_at <= now)
    )
    return session.scalar(found.limit(1)) is not None
