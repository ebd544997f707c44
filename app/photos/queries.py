"""Find photos. Never commits."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.photos.models import Photo


def has_due(session: Session, now: datetime) -> bool:
    """Whether any photo waits to be fetched."""
    found = select(Photo.message_id).where(Photo.state == "waiting", Photo.next_attempt_at <= now)
    return session.scalar(found.limit(1)) is not None


def due(session: Session, now: datetime, limit: int) -> Sequence[str]:
    """Message ids of photos to fetch, locked; rows another worker holds are passed over."""
    found = (
        select(Photo.message_id)
        .where(Photo.state == "waiting", Photo.next_attempt_at <= now)
        .order_by(Photo.next_attempt_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(found).all()


def kept_names(session: Session) -> frozenset[str]:
    """Files somebody may still look at."""
    return frozenset(session.scalars(select(Photo.name).where(Photo.state == "kept")))


def kept_of(session: Session, resident_id: int) -> Sequence[Photo]:
    """The pictures somebody sent, the oldest first."""
    found = select(Photo).where(Photo.resident_id == resident_id, Photo.state == "kept")
    return session.scalars(found.order_by(Photo.created_at, Photo.message_id)).all()


def of(session: Session, message_ids: Iterable[str]) -> dict[str, Photo]:
    found = select(Photo).where(Photo.message_id.in_(list(message_ids)))
    return {photo.message_id: photo for photo in session.scalars(found)}
