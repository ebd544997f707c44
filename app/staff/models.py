"""Staff accounts and their sessions at the console."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Integer, String, text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base


class Staff(Base):
    """Roles: viewer 閲覧, author 作成, approver 承認, counter 窓口, admin 管理; a person may hold several."""

    __tablename__ = "staff"
    __table_args__ = (
        CheckConstraint(
            "roles <@ ARRAY['viewer','author','approver','counter','admin']::varchar[]", name="roles"
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    login: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[str] = mapped_column(String(80))
    section: Mapped[str] = mapped_column(String(40))
    """The section's id in the town pack."""
    roles: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    password_hash: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    retired_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class StaffSession(Base):
    """A signed-in browser. The cookie holds a random token, the table its SHA-256 only."""

    __tablename__ = "staff_sessions"

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    staff_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    ended_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    staff: Mapped[Staff] = relationship()
