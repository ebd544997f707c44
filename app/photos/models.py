"""Photos residents sent: what is known of each. The pictures themselves are files (``rules``, ``actions``)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Float, ForeignKey, Index, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.photos import rules


class Photo(Base):
    """One photo by LINE's id of its message; fetched once, kept without anything its camera wrote into it."""

    __tablename__ = "photos"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in rules.STATES)})", name="state"),
        CheckConstraint(r"message_id ~ '^[0-9A-Za-z_-]{1,40}$'", name="message_id_shape"),
        CheckConstraint(r"name ~ '^([0-9a-f]{32}\.jpg)?$'", name="name_shape"),
        CheckConstraint("(state = 'kept') = (name <> '')", name="kept_has_a_file"),
        CheckConstraint("(state = 'refused') = (reason <> '')", name="refused_has_a_reason"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        Index("ix_photos_due", "next_attempt_at", postgresql_where=text("state = 'waiting'")),
    )

    message_id: Mapped[str] = mapped_column(String(40), primary_key=True)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id", ondelete="SET NULL"))
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    reason: Mapped[str] = mapped_column(String(20), default="", server_default="")
    """Why it was refused: a key of ``rules.REASONS``."""
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The file's name in the folder of photos."""
    width: Mapped[int | None] = mapped_column(Integer)
    height: Mapped[int | None] = mapped_column(Integer)
    latitude: Mapped[float | None] = mapped_column(Float)
    """Where the camera says it was, in degrees (WGS84); read before it was removed from the picture."""
    longitude: Mapped[float | None] = mapped_column(Float)
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
