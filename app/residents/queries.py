"""Find residents. Never commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, selectinload

from app.residents.models import Resident


def by_line_id(session: Session, line_user_id: str) -> Resident | None:
    found = select(Resident).where(Resident.line_user_id == line_user_id)
    return session.scalars(found.options(selectinload(Resident.children))).one_or_none()


def of_line_ids(session: Session, line_user_ids: Sequence[str]) -> dict[str, Resident]:
    """Residents by LINE id; whoever writes for the first time gets a row now."""
    session.execute(
        insert(Resident)
        .values([{"line_user_id": user} for user in sorted(set(line_user_ids))])
        .on_conflict_do_nothing(index_elements=["line_user_id"])
    )
    found = (
        select(Resident)
        .where(Resident.line_user_id.in_(line_user_ids))
        .options(selectinload(Resident.children))
    )
    return {resident.line_user_id: resident for resident in session.scalars(found)}
