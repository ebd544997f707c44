"""Which menu everybody sees, as far as our own answers depend on it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, SmallInteger
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class DisasterMenu(Base):
    """One row while the menu of a disaster is shown, none otherwise."""

    __tablename__ = "disaster_menu"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(SmallInteger, primary_key=True, autoincrement=False, default=1)
    since: Mapped[datetime] = mapped_column(DateTime(timezone=True))
