"""Find residents. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from sqlalchemy import func, or_, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from app.residents.models import Resident, StopReason


def by_line_id(session: Session, line_user_id: str) -> Resident | None:
    found = select(Resident).where(Resident.line_user_id == line_user_id)
    return session.scalars(found.options(selectinload(Resident.children))).one_or_none()


def of_line_ids(session: Session, line_user_ids: Sequence[str]) -> dict[str, Resident]:
    """Residents by LINE id; whoever writes for the first time gets a row now."""
    wanted = sorted(set(line_user_ids))
    known = _by_line_ids(session, wanted)
    if new := [user for user in wanted if user not in known]:
        rows = [{"line_user_id": user} for user in new]
        session.execute(insert(Resident).values(rows).on_conflict_do_nothing(index_elements=["line_user_id"]))
        known |= _by_line_ids(session, new)
    return known


def _by_line_ids(session: Session, line_user_ids: Sequence[str]) -> dict[str, Resident]:
    found = (
        select(Resident)
        .where(Resident.line_user_id.in_(line_user_ids))
        .options(selectinload(Resident.children))
    )
    return {resident.line_user_id: resident for resident in session.scalars(found)}


def named(session: Session, names: Sequence[str]) -> dict[str, int]:
    """Residents by number or by LINE user id, as staff type or paste them; unknown names are left out."""
    numbers = [int(name) for name in names if name.isascii() and name.isdigit() and len(name) < 10]
    found = select(Resident.id, Resident.line_user_id).where(
        or_(Resident.id.in_(numbers), Resident.line_user_id.in_(names))
    )
    told: dict[str, int] = {}
    for row in session.execute(found):
        told |= {str(row.id): row.id, row.line_user_id: row.id}
    return {name: told[name] for name in names if name in told}


def stop_reasons(session: Session, first_month: date) -> Mapping[str, int]:
    """How often each reason was given for stopping, from a month (its first day) on."""
    found = select(StopReason.reason, func.sum(StopReason.count)).where(StopReason.month >= first_month)
    return {reason: int(count) for reason, count in session.execute(found.group_by(StopReason.reason))}
