"""Who wants to be reminded, and when. Never commits."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.reminders.rules import TOPIC
from app.residents.models import Resident
from app.segments.queries import reachable

_WANTS = (reachable(), Resident.reminder != "", Resident.topics.contains([TOPIC]))


def slots(session: Session) -> list[str]:
    """Every hour somebody chose."""
    return list(session.scalars(select(Resident.reminder).where(*_WANTS).distinct()))


def by_district(session: Session, slot: str) -> dict[str, int]:
    """How many people of each district want to hear at this hour."""
    found = select(Resident.district, func.count()).where(*_WANTS, Resident.reminder == slot)
    return dict(session.execute(found.group_by(Resident.district)).all())
