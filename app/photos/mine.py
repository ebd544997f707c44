"""Photos are held as part of what they show: reports and talks. Here is how they go."""

from __future__ import annotations

from sqlalchemy import ColumnElement, delete
from sqlalchemy.orm import Session

from app.mine import Erasing
from app.photos.models import Photo


def erase(session: Session, erasing: Erasing, which: ColumnElement[bool]) -> None:
    """These photos, their rows now and their files after the commit."""
    gone = session.scalars(delete(Photo).where(which).returning(Photo.name)).all()
    erasing.files.extend(name for name in gone if name)
