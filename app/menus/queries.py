"""Whether the menu of a disaster is shown. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.menus.models import DisasterMenu


def disaster_since(session: Session) -> datetime | None:
    """Since when; None while the usual tabs are shown."""
    return session.scalar(select(DisasterMenu.since))
