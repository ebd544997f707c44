"""Find staff and their open sessions. Never commits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.staff import rules
from app.staff.models import Staff, StaffSession


def by_login(session: Session, login: str) -> Staff | None:
    """The account of that name, retired or not."""
    return session.scalars(select(Staff).where(Staff.login == login)).one_or_none()


def by_id(session: Session, staff_id: int) -> Staff | None:
    return session.get(Staff, staff_id)


def everybody(session: Session) -> Sequence[Staff]:
    """All accounts that can sign in, by name."""
    return session.scalars(select(Staff).where(Staff.retired_at.is_(None)).order_by(Staff.login)).all()


def approvers(session: Session, *, other_than: int) -> Sequence[Staff]:
    """Who could be the second person for somebody's notice."""
    found = select(Staff).where(
        Staff.retired_at.is_(None), Staff.roles.contains(["approver"]), Staff.id != other_than
    )
    return session.scalars(found.order_by(Staff.name)).all()


def signed_in(session: Session, token: str) -> StaffSession | None:
    """The session a token names, with its person; whether it is still open is for ``rules.is_open``."""
    found = (
        select(StaffSession)
        .where(StaffSession.token_hash == rules.token_hash(token))
        .options(joinedload(StaffSession.staff))
    )
    return session.scalars(found).one_or_none()
