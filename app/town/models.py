"""The town pack as loaded: the files themselves, so that every process reads the same town."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import DateTime, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PackFile(Base):
    """One file of the pack, replaced whole or not at all."""

    __tablename__ = "pack_files"

    name: Mapped[str] = mapped_column(String(200), primary_key=True)
    """Path inside the pack, with forward slashes: ``garbage/area_days.csv``."""
    sha256: Mapped[str] = mapped_column(String(64))
    body: Mapped[bytes] = mapped_column(LargeBinary)
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
