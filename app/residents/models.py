"""Residents and their children: only what they chose themselves, never a name or an address."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Date,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    SmallInteger,
    String,
    text,
)
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from bot_flows.stop_facts import QUIET

REACHABLE = "state = 'friend' AND setup_done_at IS NOT NULL"
"""Whom notices may reach: a friend, not blocked, who agreed to the summary of the set-up."""


class Resident(Base):
    """One LINE user who wrote to us or added us. ``id`` is dense: delivery packs it in four bytes."""

    __tablename__ = "residents"
    __table_args__ = (
        CheckConstraint("line_user_id ~ '^U[0-9a-f]{32}$'", name="line_user_id_shape"),
        CheckConstraint("state IN ('friend', 'blocked', 'stranger', 'gone')", name="state"),
        CheckConstraint("NOT (outside AND (ward <> '' OR district <> ''))", name="outside_has_no_district"),
        CheckConstraint("reminder ~ '^((-1|0) [0-2][0-9]:[0-5][0-9])?$'", name="reminder_shape"),
        CheckConstraint("stopped IN ('', 'ordinary', 'all')", name="stopped"),
        CheckConstraint(
            "(quiet_from BETWEEN 18 AND 24 AND quiet_to BETWEEN 5 AND 12) OR (quiet_from = 24 AND quiet_to = 0)",
            name="quiet_hours",
        ),
        Index(
            "ix_residents_silent", "id", postgresql_where=text("stopped <> '' OR paused_until IS NOT NULL")
        ),
        Index("ix_residents_topics", "topics", postgresql_using="gin"),
        # They answer counts without a look at the rows, which are ten times as wide; their condition is
        # ``segments.queries.reachable``. Equal keys of the reminders share one entry: six bytes a person.
        Index(
            "ix_residents_place",
            "ward",
            "district",
            "id",
            postgresql_include=["topics"],
            postgresql_where=text(REACHABLE),
        ),
        Index(
            "ix_residents_reminder",
            "reminder",
            "district",
            postgresql_where=text(f"{REACHABLE} AND reminder <> '' AND topics @> '{{garbage}}'"),
        ),
        Index(
            "ix_residents_reminder_language",
            "reminder",
            "language",
            "district",
            postgresql_where=text(f"{REACHABLE} AND reminder <> '' AND language <> 'ja'"),
        ),
        # Who changed the hour since a reminder went out: few, so they alone are looked up in the ledger.
        Index("ix_residents_reminder_at", "reminder_at", postgresql_where=text("reminder_at IS NOT NULL")),
        # Who changed something in a reminder's last seconds: few, so they alone are asked about again.
        Index(
            "ix_residents_changed_at",
            "changed_at",
            postgresql_where=text("changed_at IS NOT NULL AND reminder <> ''"),
        ),
        # The few who leave something out: each evening looks at them alone.
        Index(
            "ix_residents_choosy",
            "reminder",
            postgresql_where=text(
                f"{REACHABLE} AND reminder <> '' AND (unwanted <> '{{}}' OR rests_until IS NOT NULL)"
            ),
        ),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    line_user_id: Mapped[str] = mapped_column(String(33), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="stranger", server_default="stranger")
    """friend: follows us · blocked: blocked us · stranger: wrote without ever following · gone: LINE does not know
    their id any more."""
    state_event_at: Mapped[int] = mapped_column(BigInteger, default=0, server_default="0")
    """LINE's milliseconds of the newest follow or unfollow seen; older ones change nothing."""
    state_event_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    followed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    blocked_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    gone_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    created_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    topics: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    ward: Mapped[str] = mapped_column(String(40), default="", server_default="")
    district: Mapped[str] = mapped_column(String(40), default="", server_default="")
    outside: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    reminder: Mapped[str] = mapped_column(String(10), default="", server_default="")
    reminder_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When they chose that hour."""
    changed_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """When they last changed anything: a choice, a stop, a block."""
    language: Mapped[str] = mapped_column(String(10), default="ja", server_default="ja")
    source: Mapped[str] = mapped_column(String(40), default="", server_default="")
    """The counter whose QR code brought them, when one did."""
    setup_done_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    stopped: Mapped[str] = mapped_column(String(8), default="", server_default="")
    """ordinary: nothing but emergencies · all: not even those. What they chose stays for the day they come back."""
    paused_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """Nothing but emergencies before this."""
    digest: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    """Ordinary notices come once a week, gathered."""
    near: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    """Topics of which only what names their own place is wanted."""
    unwanted: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    """Kinds of garbage they are not reminded of, by the pack's own names."""
    rests_until: Mapped[date | None] = mapped_column(Date)
    """No reminder of a collection up to this day."""
    quiet_from: Mapped[int] = mapped_column(SmallInteger, default=QUIET[0], server_default=str(QUIET[0]))
    quiet_to: Mapped[int] = mapped_column(SmallInteger, default=QUIET[1], server_default=str(QUIET[1]))
    """Hours in Japan: their phone stays quiet from the one in the evening to the one in the morning; 24 and 0: never."""
    children: Mapped[list[Child]] = relationship(
        order_by="Child.number", cascade="all, delete-orphan", passive_deletes=True
    )


class Child(Base):
    """A child by the month of birth (or the expected month): the least that age messages need."""

    __tablename__ = "children"
    __table_args__ = (
        CheckConstraint("extract(day from birth_month) = 1", name="birth_month_is_a_month"),
        CheckConstraint("number BETWEEN 1 AND 6", name="number"),
        Index(
            "ix_children_birth_month",
            "birth_month",
            postgresql_include=["resident_id"],
            postgresql_where=text("NOT expected"),
        ),
    )

    resident_id: Mapped[int] = mapped_column(ForeignKey("residents.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    birth_month: Mapped[date] = mapped_column(Date)
    expected: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    done: Mapped[list[str]] = mapped_column(ARRAY(String), default=list, server_default="{}")
    """Vaccinations and checkups the resident said were had, by the pack's names: 「vaccination:BCG」."""
    stopped: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    """No reminders about this child."""


class StopReason(Base):
    """Why people stopped, counted by month: no row leads back to a person."""

    __tablename__ = "stop_reasons"
    __table_args__ = (CheckConstraint("reason IN ('many', 'wrong', 'hard', 'secret')", name="reason"),)

    month: Mapped[date] = mapped_column(Date, primary_key=True)
    reason: Mapped[str] = mapped_column(String(10), primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
