"""Changes of single collection days that staff registered: not collected, or on another day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    String,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Override(Base):
    """One day that is different in some areas."""

    __tablename__ = "overrides"
    __table_args__ = (
        CheckConstraint("new_day <> day", name="moves_to_another_day"),
        CheckConstraint("(withdrawn_at IS NULL) = (withdrawn_by_id IS NULL)", name="withdrawn_by_somebody"),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    new_day: Mapped[date | None] = mapped_column(Date)
    """Collected on this day instead; None: not collected at all."""
    reason: Mapped[str] = mapped_column(String(20))
    """A key of ``overrides.REASONS``: fixed words, since they go to residents without a second person."""
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    withdrawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    withdrawn_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))

    areas: Mapped[list[OverriddenArea]] = relationship(order_by="OverriddenArea.area", lazy="selectin")


class OverriddenArea(Base):
    """An area's day has one change at most; who wants another takes the first back."""

    __tablename__ = "overridden_areas"
    __table_args__ = (
        Index("uq_overridden_areas_day", "area", "day", unique=True, postgresql_where=text("stands")),
    )

    override_id: Mapped[int] = mapped_column(ForeignKey("overrides.id"), primary_key=True)
    area: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The garbage area as the pack names it (``districts.csv``, column garbage_area)."""
    day: Mapped[date] = mapped_column(Date)
    stands: Mapped[bool] = mapped_column(Boolean, default=True, server_default=text("true"))
