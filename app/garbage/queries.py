"""Find registered changes of collection days. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.garbage import models, overrides
from app.tables import label_key


def version(session: Session) -> str:
    """Changes whenever one is registered (the newest id grows) or taken back (the number that stand falls)."""
    standing = func.count().filter(models.Override.withdrawn_at.is_(None))
    newest, number = session.execute(select(func.max(models.Override.id), standing)).one()
    return f"{newest or 0}/{number}"


def in_force(session: Session) -> overrides.Overrides:
    """Every change that stands, by area (folded)."""
    rows = session.execute(
        select(models.OverriddenArea.area, models.Override)
        .join(models.Override)
        .where(models.OverriddenArea.stands)
        .order_by(models.Override.day)
    )
    found: dict[str, list[overrides.Override]] = {}
    for area, row in rows:
        found.setdefault(label_key(area), []).append(overrides.Override(row.day, row.new_day, row.reason))
    return {area: tuple(changes) for area, changes in found.items()}


def coming(session: Session, today: date) -> Sequence[models.Override]:
    """Changes that stand and whose day, old or new, is not over."""
    found = select(models.Override).where(
        models.Override.withdrawn_at.is_(None),
        func.greatest(models.Override.day, models.Override.new_day) >= today,
    )
    return session.scalars(found.order_by(models.Override.day, models.Override.id)).all()
