"""Find families with something due. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session, selectinload

from app.childcare import rules
from app.childcare.models import ChildDay
from app.clock import in_japan
from app.residents.models import Child, Resident
from app.segments import queries as segment_queries

AT_ONCE = 100
"""So that nobody who writes meanwhile waits for long."""


def families(session: Session, months: Collection[date], now: datetime) -> Sequence[Resident]:
    """Friends with a child of one of these months who hear about children now and were not looked at today."""
    today = in_japan(now)
    due = exists().where(
        Child.resident_id == Resident.id, Child.birth_month.in_(months), Child.stopped.is_(False)
    )
    seen = exists().where(ChildDay.resident_id == Resident.id, ChildDay.day == today.date())
    found = (
        select(Resident)
        .where(
            due,
            ~seen,
            segment_queries.listens("ordinary", now),
            Resident.topics.contains([rules.TOPIC]),
            or_(Resident.quiet_to <= today.hour, Resident.quiet_from == 24),
        )
        .options(selectinload(Resident.children))
        .order_by(Resident.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True, of=Resident)
    )
    return session.scalars(found).all()
