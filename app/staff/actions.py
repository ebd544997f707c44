"""Accounts and sign-ins: each is one audit row in the caller's transaction."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import Argon2Error, InvalidHashError
from sqlalchemy import update
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.staff import queries, rules
from app.staff.models import Staff, StaffSession

HASHER = PasswordHasher(time_cost=2, memory_cost=65536, parallelism=1)
"""argon2id with 64 MiB (OWASP password storage: at least 46 MiB with one pass)."""
SEEN_EVERY = timedelta(seconds=30)
"""How exactly the last use is written down; one write per page would be for nothing."""


@dataclass(frozen=True, slots=True)
class Account:
    login: str
    name: str
    section: str
    roles: Sequence[str]


def add(session: Session, account: Account, *, password: str, by: str, now: datetime) -> Staff:
    """Open an account; a weak password, an unknown role or a name in use is refused with the reason."""
    unknown = [role for role in account.roles if role not in rules.ROLES]
    if unknown:
        raise Refused(f"役割「{unknown[0]}」はありません。使える役割：{'、'.join(rules.ROLES)}")
    if not account.login or not account.name:
        raise Refused("サインイン名と氏名を入力してください。")
    if queries.by_login(session, account.login) is not None:
        raise Refused(f"「{account.login}」はもう使われています。別のサインイン名にしてください。")
    problem = rules.password_problem(password, known_words=(account.login,))
    if problem:
        raise Refused(problem)
    staff = Staff(
        login=account.login,
        name=account.name,
        section=account.section,
        roles=list(account.roles),
        password_hash=HASHER.hash(rules.plain_password(password)),
        created_at=now,
    )
    session.add(staff)
    session.flush()
    audit.record(
        session, "staff.add", f"staff:{staff.id}", by=by, at=now, detail={"roles": list(account.roles)}
    )
    return staff


def retire(session: Session, staff: Staff, *, by: str, now: datetime) -> None:
    """Close an account; every browser it is signed in on is out at its next request."""
    staff.retired_at = now
    _end_all(session, staff.id, now)
    audit.record(session, "staff.retire", f"staff:{staff.id}", by=by, at=now)


def sign_in(session: Session, login: str, password: str, *, now: datetime) -> tuple[Staff, str] | None:
    """The person and a new session token, or None. Unknown names take as long as wrong passwords."""
    staff = queries.by_login(session, login)
    known = staff is not None and staff.retired_at is None
    fits = _fits(staff.password_hash if staff is not None and known else _nobodys_hash(), password)
    if staff is None or not known or not fits:
        audit.record(session, "staff.sign_in_failed", "console", by=audit.SYSTEM, at=now)
        return None
    if HASHER.check_needs_rehash(staff.password_hash):
        staff.password_hash = HASHER.hash(rules.plain_password(password))
    token = secrets.token_urlsafe(32)
    session.add(
        StaffSession(token_hash=rules.token_hash(token), staff_id=staff.id, created_at=now, seen_at=now)
    )
    audit.record(session, "staff.sign_in", f"staff:{staff.id}", by=staff.login, at=now)
    return staff, token


def touch(signed: StaffSession, *, now: datetime) -> None:
    """Write down that a session is in use, to about half a minute."""
    if now - signed.seen_at >= SEEN_EVERY:
        signed.seen_at = now


def sign_out(session: Session, token: str, *, now: datetime) -> None:
    """End the session a token names; a second sign-out changes nothing."""
    signed = queries.signed_in(session, token)
    if signed is not None and signed.ended_at is None:
        signed.ended_at = now
        audit.record(session, "staff.sign_out", f"staff:{signed.staff_id}", by=signed.staff.login, at=now)


def _end_all(session: Session, staff_id: int, now: datetime) -> None:
    open_ones = (StaffSession.staff_id == staff_id, StaffSession.ended_at.is_(None))
    session.execute(update(StaffSession).where(*open_ones).values(ended_at=now))


def _fits(password_hash: str, password: str) -> bool:
    try:
        return HASHER.verify(password_hash, rules.plain_password(password))
    except (Argon2Error, InvalidHashError):
        return False


@cache
def _nobodys_hash() -> str:
    """A real hash nobody knows the password of, so that an unknown name costs the same time."""
    return HASHER.hash(secrets.token_urlsafe(32))
