"""A notice: what staff wrote, what was frozen for approval, and where its life stands."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.notices import rules
from app.segments.models import Segment
from app.staff.models import Staff

_FROZEN = "messages IS NOT NULL AND content_hash IS NOT NULL AND expected_count IS NOT NULL"


def _instant(**options: Any) -> Any:
    return mapped_column(DateTime(timezone=True), **options)


class Notice(Base):
    __tablename__ = "notices"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in rules.STATES)})", name="state"),
        CheckConstraint(f"lane IN ({', '.join(repr(s) for s in rules.LANES)})", name="lane"),
        CheckConstraint("approver_id <> author_id", name="second_person"),
        CheckConstraint("(approved_at IS NULL) = (approver_id IS NULL)", name="approval_has_who_and_when"),
        CheckConstraint(
            "approved_at IS NULL OR (approved_hash = content_hash AND approved_count = expected_count)",
            name="approval_binds_content_and_count",
        ),
        CheckConstraint(f"state = 'draft' OR state = 'cancelled' OR ({_FROZEN})", name="frozen_has_content"),
        CheckConstraint(
            "approved_at IS NOT NULL OR origin = 'reminder' OR state IN ('draft', 'content_frozen', 'cancelled')",
            name="nothing_goes_without_approval",
        ),
        CheckConstraint("origin IN ('staff', 'reminder')", name="origin"),
        CheckConstraint(
            "scheduled_at IS NULL OR extract(second FROM scheduled_at) = 0", name="scheduled_to_the_minute"
        ),
        CheckConstraint(
            "scheduled_at IS NULL OR night_reason <> '' OR lane = 'emergency' OR "
            "extract(hour FROM scheduled_at AT TIME ZONE 'Asia/Tokyo') BETWEEN 7 AND 20",
            name="night_has_a_reason",
        ),
        CheckConstraint(
            "scheduled_at IS NOT NULL OR state NOT IN ('scheduled', 'recipients_frozen', 'running', "
            "'finishing', 'done')",
            name="release_has_an_instant",
        ),
        CheckConstraint("expires_at > scheduled_at", name="expires_after_release"),
        CheckConstraint("expires_at <= valid_until", name="nothing_leaves_after_it_is_true"),
        CheckConstraint("supersedes_id <> id AND requires_id <> id", name="bound_to_others"),
        CheckConstraint("(state = 'paused') = (pause_reason <> '')", name="pause_has_a_reason"),
        CheckConstraint("people_per_minute >= 12", name="slow_but_not_standing"),
        CheckConstraint("watch_seconds BETWEEN 0 AND 3600", name="watch_is_short"),
        Index("ix_notices_open_sums", "id", postgresql_where=text("sum_closes IS FALSE")),
        Index(
            "ix_notices_automatic",
            "released_at",
            postgresql_where=text("origin = 'reminder' OR repeat_of_id IS NOT NULL"),
        ),
        Index("ix_notices_due", "scheduled_at", postgresql_where=text("state = 'scheduled'")),
        Index(
            "ix_notices_open",
            "state",
            postgresql_where=text("state IN ('recipients_frozen', 'running', 'paused', 'finishing')"),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    token: Mapped[str] = mapped_column(String(32), unique=True)
    """Names the public page /n/<token>; 128 random bits."""
    type: Mapped[str] = mapped_column(String(40))
    """An entry of the catalogue of standard text."""
    title: Mapped[str] = mapped_column(String(200))
    fields: Mapped[dict[str, str]] = mapped_column(JSONB)
    """Label to canonical text; the catalogue knows the order."""
    lane: Mapped[str] = mapped_column(String(12), default="ordinary", server_default="ordinary")
    rule: Mapped[dict[str, Any]] = mapped_column(JSONB, server_default="{}")
    """The segment's rule, copied: a later change of the saved segment changes nothing here."""
    segment_id: Mapped[int | None] = mapped_column(ForeignKey("segments.id"))
    state: Mapped[str] = mapped_column(String(20), default="draft", server_default="draft")
    version: Mapped[int] = mapped_column(Integer)
    sequence: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Grows with every frozen version; the calendar entry's SEQUENCE."""
    origin: Mapped[str] = mapped_column(String(10), default="staff", server_default="staff")
    """``reminder``: what each resident asked for at their own hour, in words fixed in ``content``."""
    author_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    created_at: Mapped[datetime] = _instant()
    updated_at: Mapped[datetime] = _instant()

    messages: Mapped[bytes | None] = mapped_column(LargeBinary)
    """LINE's ``messages`` array as the bytes that will be sent."""
    values_hash: Mapped[str] = mapped_column(String(64), default="", server_default="")
    """The list of what differs from person to person, as approved; empty when everybody reads the same."""
    content_hash: Mapped[str | None] = mapped_column(String(64))
    expected_count: Mapped[int | None] = mapped_column(Integer)
    submitted_at: Mapped[datetime | None] = _instant()
    approver_id: Mapped[int | None] = mapped_column(ForeignKey("staff.id"))
    approved_at: Mapped[datetime | None] = _instant()
    approved_hash: Mapped[str | None] = mapped_column(String(64))
    approved_count: Mapped[int | None] = mapped_column(Integer)
    again_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    """Why the same goes to the same people once more within a day; the approver reads it."""
    return_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")

    scheduled_at: Mapped[datetime | None] = _instant()
    night_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    expires_at: Mapped[datetime | None] = _instant()
    valid_until: Mapped[datetime | None] = _instant()
    """Until when staff say it is true; without it ``expires_at`` follows from the lane."""
    released_at: Mapped[datetime | None] = _instant()
    finished_at: Mapped[datetime | None] = _instant()
    recipients: Mapped[int | None] = mapped_column(Integer)
    """How many people were frozen at release; every outcome adds up to this."""
    planned_to: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Planning's progress: residents up to this id are in batches."""
    plan_done: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    restored_at: Mapped[datetime | None] = _instant()
    """Put back with a copy of the database, which may not know that it was sent; None once staff decided about it."""
    sum_closes: Mapped[bool | None] = mapped_column()
    """Whether everybody frozen is explained exactly once; None until it is over. False is shown to everybody."""
    pause_reason: Mapped[str] = mapped_column(String(40), default="", server_default="")
    pause_detail: Mapped[str] = mapped_column(String(500), default="", server_default="")
    withdrawn: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """Who stopped it said that its content was wrong: nothing can be built on it any more."""
    settled_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    refused_before: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """People with an outcome, and those of them LINE refused, when it was last resumed: what staff have seen does not
    stop it again."""
    end_reason: Mapped[str] = mapped_column(String(500), default="", server_default="")
    people_per_minute: Mapped[int | None] = mapped_column(Integer)
    """A slower pace, so that the linked site survives the wave of taps; None: as fast as LINE allows."""
    watch_seconds: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """How long to wait after the first 50 people before the rest follows; 0: not at all."""
    watch_until: Mapped[datetime | None] = _instant()
    """Set when the first 50 have their outcome; the rest waits until then."""
    repeat_of_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), index=True)
    """The approved notice this one is a copy of, made for one instant of a repeat."""
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"), index=True)
    """The notice this one replaces: what is left of it is stopped when this one is released."""
    requires_id: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    """The notice that must stand for this one to make sense: a "lifted" needs its order."""

    segment: Mapped[Segment | None] = relationship()
    author: Mapped[Staff] = relationship(foreign_keys=[author_id])
    approver: Mapped[Staff | None] = relationship(foreign_keys=[approver_id])

    __mapper_args__ = {"version_id_col": version}

    @property
    def is_personal(self) -> bool:
        """Each reader's messages are their own, so each is a push."""
        return self.values_hash != ""

    @property
    def is_automatic(self) -> bool:
        """Made by the program at its hour: a reminder or digest, or a copy of what is repeated."""
        return self.origin == "reminder" or self.repeat_of_id is not None


class TrackedLink(Base):
    """/l/<id>: counts taps on a frozen destination; the address never travels in the query."""

    __tablename__ = "tracked_links"

    id: Mapped[str] = mapped_column(String(22), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(String(80))
    url: Mapped[str] = mapped_column(String(2000))
    taps: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
