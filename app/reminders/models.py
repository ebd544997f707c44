"""Which hour of which day was reminded of, once, whoever looked; and who must hear that it changed since."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Date, DateTime, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Reminding(Base):
    __tablename__ = "remindings"

    slot: Mapped[str] = mapped_column(String(10), primary_key=True)
    """The hour residents chose: ``-1 18:00`` the day before, ``0 06:00`` on the day."""
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    """The day of the collection."""
    notices: Mapped[int] = mapped_column(Integer)
    """How many different texts went out."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Reminded(Base):
    """One text of one hour: which notice told which districts of which day."""

    __tablename__ = "reminded"
    __table_args__ = (Index("ix_reminded_day", "day"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    what: Mapped[str] = mapped_column(String(200))
    """The categories it named: 「燃えるごみと紙・布」."""
    stopped: Mapped[bool] = mapped_column()
    """It told that they are not collected, or on another day."""
    districts: Mapped[list[str]] = mapped_column(ARRAY(String))
    language: Mapped[str] = mapped_column(String(10), default="ja", server_default="ja")
    """What its people read; a correction is said in it, too."""


class Correction(Base):
    """What the people of one notice have to hear after a change; made once, when that notice has ended."""

    __tablename__ = "corrections"
    __table_args__ = (
        CheckConstraint("notice_id IS NULL OR settled_at IS NOT NULL", name="made_is_settled"),
        Index("uq_corrections_told", "told_id", "override_id", "undoes", unique=True),
        Index("ix_corrections_open", "id", postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    told_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    """The notice that told them what is not true any more."""
    override_id: Mapped[int] = mapped_column(ForeignKey("overrides.id"))
    undoes: Mapped[bool] = mapped_column()
    """The change itself was taken back."""
    districts: Mapped[list[str]] = mapped_column(ARRAY(String))
    """Only these of the notice's districts; empty: all its people."""
    wording: Mapped[dict[str, Any]] = mapped_column(JSONB)
    """``rules.Wording`` as it stood when the change was registered."""
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), unique=True)
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Made, or found that nobody had been told."""
