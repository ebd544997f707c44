"""Which Monday was gathered for, once, whoever looked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Integer
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Digest(Base):
    __tablename__ = "digests"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    notices: Mapped[int] = mapped_column(Integer)
    """How many different texts went out."""
    people: Mapped[int] = mapped_column(Integer)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
