"""Single messages to single residents outside any notice: news of a report, a reply of staff."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.pushes import rules


class Push(Base):
    """One message with its retry key and its very bytes, both committed before the first attempt."""

    __tablename__ = "pushes"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in rules.STATES)})", name="state"),
        CheckConstraint("octet_length(body_hash) = 64", name="body_hash"),
        CheckConstraint("(state = 'sending') = (lease_until IS NOT NULL)", name="sending_has_a_lease"),
        CheckConstraint("(settled_at IS NULL) = (state IN ('waiting', 'sending'))", name="settled_has_when"),
        CheckConstraint(
            "state IN ('waiting', 'rejected') OR first_attempt_at IS NOT NULL", name="sent_has_when"
        ),
        Index(
            "ix_pushes_open",
            "resident_id",
            "id",
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index(
            "ix_pushes_next",
            "automatic",
            "id",
            postgresql_where=text("state IN ('waiting', 'sending')"),
        ),
        Index("ix_pushes_automatic", "first_attempt_at", "resident_id", postgresql_where=text("automatic")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    subject: Mapped[str] = mapped_column(String(40))
    """What it is about, as the audit names it: ``report:1182``, ``thread:7``."""
    automatic: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Neither staff nor the resident did anything for it just now: it counts against the cap."""
    retry_key: Mapped[uuid.UUID] = mapped_column(Uuid, unique=True)
    body: Mapped[bytes] = mapped_column(LargeBinary)
    body_hash: Mapped[str] = mapped_column(String(64))
    state: Mapped[str] = mapped_column(String(10), default="waiting", server_default="waiting")
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    ambiguous: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """An attempt ended without a definite answer: LINE may have accepted it."""
    token: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Grows with every claim; only the newest claim may record a negative answer."""
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """From then on its words are stale and it is not sent."""
    first_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    line_request_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    answer: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The last answer in short: status and LINE's own words."""
