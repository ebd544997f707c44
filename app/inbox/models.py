"""The staff inbox: one open thread per resident, with what both sides wrote."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, ForeignKey, Identity, Index, Integer, String, Text
from sqlalchemy import text as sql
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.photos.models import Photo
from app.pushes.models import Push
from app.residents.models import Resident
from app.staff.models import Staff


class Thread(Base):
    """``live``: the resident's words come here instead of to the flows; else a question left for later."""

    __tablename__ = "threads"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'closed')", name="state"),
        CheckConstraint("told IN ('', 'waiting', 'closed')", name="told"),
        CheckConstraint(
            "(state = 'closed') = (closed_at IS NOT NULL AND closed_by <> '')", name="closed_has_when"
        ),
        CheckConstraint("state = 'open' OR NOT live", name="closed_is_not_live"),
        CheckConstraint("state = 'open' OR waiting_since IS NULL", name="closed_waits_for_nobody"),
        Index("uq_threads_open", "resident_id", unique=True, postgresql_where=sql("state = 'open'")),
        Index("ix_threads_waiting", "waiting_since", postgresql_where=sql("waiting_since IS NOT NULL")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"))
    section: Mapped[str] = mapped_column(String(40))
    """The section of the town pack it is about."""
    state: Mapped[str] = mapped_column(String(10), default="open", server_default="open")
    live: Mapped[bool] = mapped_column()
    opened_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    last_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    """When either side wrote last."""
    waiting_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """The oldest word of the resident that nobody has answered."""
    told: Mapped[str] = mapped_column(String(10), default="", server_default="")
    """What was last said to whoever waits: nothing, ``waiting`` (how many are before them) or ``closed`` (the hours)."""
    closed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    closed_by: Mapped[str] = mapped_column(String(80), default="", server_default="")
    """A login, ``resident`` or ``silence``."""
    resident: Mapped[Resident] = relationship()
    lines: Mapped[list[Line]] = relationship(
        order_by="Line.id", cascade="all, delete-orphan", passive_deletes=True
    )


class Line(Base):
    """One message of a thread: the resident's when ``staff_id`` is empty. Text or a photo, never both."""

    __tablename__ = "thread_lines"
    __table_args__ = (
        CheckConstraint("text <> '' OR photo_id IS NOT NULL OR taken_back", name="says_something"),
        CheckConstraint(
            "staff_id IS NULL OR (photo_id IS NULL AND message_id = '')", name="staff_write_text"
        ),
        Index("ix_thread_lines_thread_id", "thread_id", "id"),
        Index("ix_thread_lines_message_id", "message_id", postgresql_where=sql("message_id <> ''")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    thread_id: Mapped[int] = mapped_column(ForeignKey("threads.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    text: Mapped[str] = mapped_column(Text, default="", server_default="")
    message_id: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """LINE's id of a resident's message, so that one taken back can be found."""
    taken_back: Mapped[bool] = mapped_column(default=False, server_default=sql("false"))
    photo_id: Mapped[str | None] = mapped_column(ForeignKey("photos.message_id", ondelete="SET NULL"))
    staff_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    push_id: Mapped[int | None] = mapped_column(ForeignKey("pushes.id", ondelete="SET NULL"))
    photo: Mapped[Photo | None] = relationship()
    staff: Mapped[Staff | None] = relationship()
    push: Mapped[Push | None] = relationship()
