"""Repeats of an approved notice, and every instant one fired at: once, whoever looked."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.notices.models import Notice


class Repeat(Base):
    __tablename__ = "repeats"
    __table_args__ = (
        CheckConstraint("state IN ('active', 'paused', 'ended')", name="state"),
        CheckConstraint("state <> 'active' OR next_at IS NOT NULL", name="active_has_a_next"),
        Index("ix_repeats_due", "next_at", postgresql_where=text("state = 'active'")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), unique=True)
    """The approved notice that is copied each time, to the byte."""
    pattern: Mapped[dict[str, Any]] = mapped_column(JSONB)
    state: Mapped[str] = mapped_column(String(10), default="active", server_default="active")
    next_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    pause_reason: Mapped[str] = mapped_column(String(200), default="", server_default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    notice: Mapped[Notice] = relationship()


class Firing(Base):
    """One instant of one repeat; the key makes it happen once."""

    __tablename__ = "firings"
    __table_args__ = (CheckConstraint("(notice_id IS NULL) = skipped", name="fired_or_skipped"),)

    repeat_id: Mapped[int] = mapped_column(ForeignKey("repeats.id"), primary_key=True)
    instant: Mapped[datetime] = mapped_column(DateTime(timezone=True), primary_key=True)
    notice_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), unique=True)
    skipped: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Missed together with a later one, which stands for it."""
