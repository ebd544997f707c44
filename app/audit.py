"""Who did what to which, when: an append-only row in the same transaction as the act itself."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, DateTime, Identity, Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.db import Base

SYSTEM = "system"


class AuditRow(Base):
    """A trigger of the first migration refuses every UPDATE and DELETE."""

    __tablename__ = "audit"
    __table_args__ = (Index("ix_audit_subject", "subject"),)

    id: Mapped[int] = mapped_column(BigInteger, Identity(always=True), primary_key=True)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    by: Mapped[str] = mapped_column(String(80))
    action: Mapped[str] = mapped_column(String(60))
    subject: Mapped[str] = mapped_column(String(80))
    detail: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")


def record(
    session: Session,
    action: str,
    subject: str,
    *,
    by: str,
    at: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    """Add the row; it stands or falls with the caller's transaction. ``detail`` holds ids, never content."""
    session.add(AuditRow(action=action, subject=subject, by=by, at=at, detail=detail or {}))
