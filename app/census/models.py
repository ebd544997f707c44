"""What was counted at one moment: for each thing a rule can ask, one bit per friend."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class Census(Base):
    """All rows are of one moment and are replaced together.

    Unlogged: after a crash the table is empty, which costs a slow count and nothing else.
    """

    __tablename__ = "census"
    __table_args__ = {"prefixes": ["UNLOGGED"]}

    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    """``hears`` and ``silent`` (by lane), or what a rule asks: ``topic``, ``ward``, ``district``, ``language``,
    ``reminder``, ``born``."""
    value: Mapped[str] = mapped_column(String(40), primary_key=True)
    skipped: Mapped[int] = mapped_column(Integer)
    """Bytes of nobody before the first one."""
    bits: Mapped[bytes] = mapped_column(LargeBinary)
    """Compressed, little-endian. No id is among them: a friend's place holds until the next counting."""
    counted_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
