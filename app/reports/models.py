"""Damage residents reported: where, what, its photos, its state, and who wants to hear how it goes on."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    Float,
    ForeignKey,
    Index,
    Integer,
    Sequence,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.photos.models import Photo
from app.reports import rules

NUMBERS = Sequence("report_numbers", start=1001, metadata=Base.metadata)
"""Receipt numbers, given out before the report is filed: residents read 「R-1001」."""


class Report(Base):
    __tablename__ = "reports"
    __table_args__ = (
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in rules.KINDS)})", name="kind"),
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in rules.STATES)})", name="state"),
        CheckConstraint("(latitude IS NULL) = (longitude IS NULL)", name="whole_position"),
        CheckConstraint("latitude IS NOT NULL OR place <> ''", name="has_a_place"),
        CheckConstraint("(state = 'done') = (done_at IS NOT NULL)", name="done_has_when"),
        Index("ix_reports_open", "kind", "latitude", postgresql_where=text("state <> 'done'")),
        Index("ix_reports_state", "state", "created_at"),
    )

    number: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    resident_id: Mapped[int | None] = mapped_column(ForeignKey("residents.id", ondelete="SET NULL"))
    kind: Mapped[str] = mapped_column(String(10))
    latitude: Mapped[float | None] = mapped_column(Float)
    """Degrees (WGS84), inside the town when it was filed."""
    longitude: Mapped[float | None] = mapped_column(Float)
    place: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """Typed words instead of a position."""
    district: Mapped[str] = mapped_column(String(40), default="", server_default="")
    words: Mapped[str] = mapped_column(String(400), default="", server_default="")
    state: Mapped[str] = mapped_column(String(10), default="received", server_default="received")
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    photos: Mapped[list[ReportPhoto]] = relationship(
        order_by="ReportPhoto.place", cascade="all, delete-orphan", passive_deletes=True
    )


class ReportPhoto(Base):
    __tablename__ = "report_photos"
    __table_args__ = (CheckConstraint("place BETWEEN 1 AND 3", name="place"),)

    message_id: Mapped[str] = mapped_column(
        ForeignKey("photos.message_id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(ForeignKey("reports.number", ondelete="CASCADE"))
    place: Mapped[int] = mapped_column(SmallInteger)
    photo: Mapped[Photo] = relationship()


class Follower(Base):
    """Somebody who hears how a report goes on: its author and whoever said 「同じです」."""

    __tablename__ = "report_followers"
    __table_args__ = (Index("ix_report_followers_resident_id", "resident_id"),)

    number: Mapped[int] = mapped_column(ForeignKey("reports.number", ondelete="CASCADE"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    quiet: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Wants no more news of this report."""
