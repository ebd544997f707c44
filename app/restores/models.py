"""How far sending has come, as the database knows it: one row, raised by every claim in its own transaction."""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import BigInteger, CheckConstraint, DateTime, SmallInteger, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Watermark(Base):
    __tablename__ = "watermark"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    epoch: Mapped[uuid.UUID] = mapped_column(Uuid)
    """Random; a new one begins with the first process and with every restore that is confirmed."""
    number: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
