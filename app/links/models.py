"""Links that open one resident's page for a few minutes; only a hash of each is kept."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class OneTimeLink(Base):
    """Whoever reads this table learns no address: the token itself is only in the resident's chat."""

    __tablename__ = "one_time_links"
    __table_args__ = (
        CheckConstraint("token_hash ~ '^[0-9a-f]{64}$'", name="token_hash_shape"),
        CheckConstraint("expires_at > created_at", name="lives_a_while"),
        CheckConstraint("purpose <> ''", name="has_a_purpose"),
        Index("ix_one_time_links_resident_id", "resident_id", "purpose"),
    )

    token_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    purpose: Mapped[str] = mapped_column(String(20))
    """What the page is for; a link of one purpose opens no page of another."""
    subject: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """What it is about, such as ``order:1182``; empty when the resident says enough."""
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    expires_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    used_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Set when what it was for is done, or a newer link of the same purpose and subject took its place."""
