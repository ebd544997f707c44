"""What was told of which child, and on which days a family was looked at: a reminder comes once, in one message a day."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    SmallInteger,
    String,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.childcare import rules
from app.db import Base


class ChildReminder(Base):
    """Once per child, window and kind: the key says so. It goes, and changes its number, with the child."""

    __tablename__ = "child_reminders"
    __table_args__ = (
        ForeignKeyConstraint(
            ["resident_id", "number"],
            ["children.resident_id", "children.number"],
            onupdate="CASCADE",
            ondelete="CASCADE",
        ),
        CheckConstraint(f"kind IN ({', '.join(repr(k) for k in rules.KINDS)})", name="kind"),
    )

    resident_id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    window: Mapped[str] = mapped_column(String, primary_key=True)
    """「vaccination:BCG」, 「stage:3」."""
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    told_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class ChildDay(Base):
    """A family is looked at once a day, so that everything of the day stands in one message."""

    __tablename__ = "child_days"
    __table_args__ = (Index("ix_child_days_day", "day"),)

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
