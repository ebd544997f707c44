"""Numbers of deletions: residents read 「D-220」. Nothing else of a deletion is kept but one audit row."""

from __future__ import annotations

from sqlalchemy import Sequence

from app.db import Base

NUMBERS = Sequence("erasure_numbers", start=201, metadata=Base.metadata)
