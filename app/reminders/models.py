"""Which hour of which day was reminded of: once, whoever looked."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Date, DateTime, Integer, String
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
