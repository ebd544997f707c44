"""What differs from person to person in one notice: a list of people, each with their own words for its holes.

Loaded in one go while the notice is a draft; from its approval on the list only shrinks (reliability §2.1): a
trigger refuses to add or change a row of a notice that is no draft.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ARRAY, CheckConstraint, DateTime, ForeignKey, Integer, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base


class PersonalList(Base):
    """One notice's list: which holes it has words for, in which order."""

    __tablename__ = "personal_lists"
    __table_args__ = (
        CheckConstraint("people > 0 AND cardinality(names) > 0", name="somebody_something"),
        CheckConstraint("octet_length(digest) = 64", name="digest"),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    names: Mapped[list[str]] = mapped_column(ARRAY(Text))
    longest: Mapped[list[str]] = mapped_column(ARRAY(Text))
    """Of each hole the longest words as LINE counts: what the limits are checked with first."""
    people: Mapped[int] = mapped_column(Integer)
    digest: Mapped[str] = mapped_column(Text)
    """SHA-256 over every row: part of what an approver agrees to."""
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class PersonalValues(Base):
    """One person's words, in the order of the list's names."""

    __tablename__ = "personal_values"
    __table_args__ = (CheckConstraint("array_position(words, NULL) IS NULL", name="no_gaps"),)

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(
        ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    words: Mapped[list[str]] = mapped_column(ARRAY(Text))
