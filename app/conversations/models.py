"""What came in from LINE, where each conversation stands, and words nobody could answer yet."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Event(Base):
    """One webhook event as LINE sent it. A second delivery of the same event id is not stored."""

    __tablename__ = "events"
    __table_args__ = (
        CheckConstraint("state IN ('new', 'done', 'ignored', 'parked')", name="state"),
        CheckConstraint("(state = 'new') = (done_at IS NULL)", name="done_has_when"),
        Index("ix_events_new", "line_user_id", "occurred_at", "id", postgresql_where=text("state = 'new'")),
        Index("ix_events_received_at", "received_at"),
        Index("ix_events_person", "line_user_id", "occurred_at", postgresql_where=text("line_user_id <> ''")),
    )

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    webhook_event_id: Mapped[str] = mapped_column(String(64), unique=True)
    line_user_id: Mapped[str] = mapped_column(String(33), default="", server_default="")
    type: Mapped[str] = mapped_column(String(40))
    occurred_at: Mapped[int] = mapped_column(BigInteger)
    """LINE's timestamp in milliseconds."""
    body: Mapped[bytes] = mapped_column(LargeBinary)
    """The event's JSON."""
    state: Mapped[str] = mapped_column(String(10), default="new", server_default="new")
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    error: Mapped[str] = mapped_column(String(500), default="", server_default="")
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    replied_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When LINE took the answer; empty after done_at means: the resident saw no answer."""
    late_said: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    """Its sender was told that the answer is late; said once, whether or not LINE took it."""


class Quarantined(Base):
    """A signed body that LINE's documentation does not explain, kept whole for a person."""

    __tablename__ = "quarantined"
    __table_args__ = (UniqueConstraint("sha256"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    received_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    sha256: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    body: Mapped[bytes] = mapped_column(LargeBinary)


class Conversation(Base):
    """Where one resident's conversation stands; ``version`` keeps two workers from moving it at once."""

    __tablename__ = "conversations"

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    state: Mapped[dict[str, Any]] = mapped_column(JSONB)
    version: Mapped[int] = mapped_column(Integer)
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))

    __mapper_args__ = {"version_id_col": version}


class UnknownWord(Base):
    """A word without an answer, counted without the person who wrote it."""

    __tablename__ = "unknown_words"

    kind: Mapped[str] = mapped_column(String(20), primary_key=True)
    word: Mapped[str] = mapped_column(String(100), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    seen_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
