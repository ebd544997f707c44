"""Find threads of the staff inbox. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.inbox.models import Line, Thread


def get(session: Session, thread_id: int) -> Thread | None:
    return session.get(Thread, thread_id)


def locked(session: Session, thread_id: int) -> Thread | None:
    return session.get(Thread, thread_id, with_for_update=True, populate_existing=True)


def open_of(session: Session, resident_id: int, *, lock: bool = False) -> Thread | None:
    """The resident's open thread; there is at most one."""
    found = select(Thread).where(Thread.resident_id == resident_id, Thread.state == "open")
    return session.scalar(found.with_for_update() if lock else found)


def listing(session: Session, state: str = "open", limit: int = 100) -> Sequence[Thread]:
    """Who waits longest first, then who waits for nothing; closed ones newest first."""
    found = select(Thread).where(Thread.state == state).options(joinedload(Thread.resident)).limit(limit)
    if state == "closed":
        return session.scalars(found.order_by(Thread.closed_at.desc())).all()
    return session.scalars(found.order_by(Thread.waiting_since.nulls_last(), Thread.last_at)).all()


def waiting(session: Session) -> int:
    """How many people wait for an answer."""
    found = select(func.count()).select_from(Thread).where(Thread.waiting_since.is_not(None))
    return session.scalar(found) or 0


def ahead_of(session: Session, thread: Thread) -> int:
    """How many have waited longer than this thread's resident."""
    found = select(func.count()).select_from(Thread).where(Thread.waiting_since < thread.waiting_since)
    return session.scalar(found) or 0


def waiting_live(session: Session) -> Sequence[Thread]:
    """Live threads whose resident waits for an answer, longest first, locked."""
    found = select(Thread).where(Thread.live.is_(True), Thread.waiting_since.is_not(None))
    return session.scalars(
        found.order_by(Thread.waiting_since).with_for_update(skip_locked=True, of=Thread)
    ).all()


def silent_since(session: Session, instant: datetime) -> Sequence[Thread]:
    """Live threads in which nobody has written since, locked."""
    found = select(Thread).where(Thread.live.is_(True), Thread.last_at < instant).order_by(Thread.id)
    return session.scalars(found.with_for_update(skip_locked=True)).all()


def thread_of_photo(session: Session, message_id: str) -> Thread | None:
    return session.scalar(select(Thread).join(Line).where(Line.photo_id == message_id))


def photos_past(session: Session, before: datetime) -> list[str]:
    """Photos of threads that were closed before."""
    found = select(Line.photo_id).join(Thread).where(Thread.closed_at < before, Line.photo_id.is_not(None))
    return [photo for photo in session.scalars(found) if photo]
