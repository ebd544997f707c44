"""The ledger: one row per batch of up to 500 people, bound to one retry key and one body, or to one of each per person.

Members are packed in resident order, four bytes each (little-endian resident ids), with the first and the
last id beside them; so "who received what" is answered exactly from id ranges.
"""

from __future__ import annotations

import uuid
from datetime import datetime

from sqlalchemy import (
    CheckConstraint,
    DateTime,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Uuid,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.delivery import rules

_SEALED = "retry_key IS NOT NULL AND body_hash IS NOT NULL"
_TOLD_LATER = f"reason IN ({', '.join(repr(each) for each in rules.TOLD_LATER)})"


class Batch(Base):
    __tablename__ = "batches"
    __table_args__ = (
        CheckConstraint(f"state IN ({', '.join(repr(s) for s in rules.STATES)})", name="state"),
        CheckConstraint("endpoint IN ('push', 'multicast')", name="endpoint"),
        CheckConstraint("size BETWEEN 0 AND 500 AND octet_length(members) = 4 * size", name="size"),
        CheckConstraint("first_id <= last_id", name="first_before_last"),
        CheckConstraint("(retry_key IS NULL) = (body_hash IS NULL)", name="key_and_bytes_together"),
        CheckConstraint(
            # "unknown" too: before a restore it may have been sent with a key the copy does not know.
            f"state IN ('planned', 'cancelled', 'expired', 'split', 'unknown') OR ({_SEALED}) OR size = 0",
            name="sealed_has_key",
        ),
        CheckConstraint(
            "(state = 'sending') = (lease_until IS NOT NULL AND owner <> '')", name="one_open_claim"
        ),
        CheckConstraint(
            "state <> 'accepted' OR first_attempt_at IS NOT NULL OR size = 0", name="accepted_was_sent"
        ),
        CheckConstraint("octet_length(outcomes) = size", name="outcome_per_person"),
        CheckConstraint(
            "endpoint = 'push' OR (outcomes IS NULL AND bodies IS NULL AND hashes IS NULL)",
            name="only_pushes_are_personal",
        ),
        CheckConstraint(
            "endpoint <> 'push' OR state NOT IN ('sealed', 'sending', 'retry_wait') OR "
            "(outcomes IS NOT NULL AND bodies IS NOT NULL AND octet_length(hashes) = 32 * size)",
            name="bodies_until_all_are_settled",
        ),
        CheckConstraint(
            "settled_at IS NULL OR (bodies IS NULL AND hashes IS NULL)", name="no_bodies_afterwards"
        ),
        Index("uq_batches_notice_seq", "notice_id", "seq", unique=True),
        Index("ix_batches_range", "notice_id", "first_id", "last_id"),
        Index(
            "ix_batches_due",
            "notice_id",
            "next_attempt_at",
            "seq",
            postgresql_where=text("state IN ('planned', 'sealed', 'retry_wait')"),
        ),
        Index("ix_batches_leases", "lease_until", postgresql_where=text("state = 'sending'")),
    )

    id: Mapped[int] = mapped_column(Integer, Identity(always=True), primary_key=True)
    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"))
    seq: Mapped[int] = mapped_column(Integer)
    """Order of sending within the notice; halves of a split batch come after all others."""
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("batches.id"))
    """The batch this one was split from."""
    endpoint: Mapped[str] = mapped_column(String(10), default="multicast", server_default="multicast")
    state: Mapped[str] = mapped_column(String(12), default="planned", server_default="planned")
    first_id: Mapped[int] = mapped_column(Integer)
    last_id: Mapped[int] = mapped_column(Integer)
    size: Mapped[int] = mapped_column(SmallInteger)
    members: Mapped[bytes] = mapped_column(LargeBinary)
    line_ids: Mapped[bytes | None] = mapped_column(LargeBinary)
    """The members' LINE user ids, 16 bytes each, from sealing until the outcome is final: a retry must
    address the very same people even if one of them erased their data in between."""
    retry_key: Mapped[uuid.UUID | None] = mapped_column(Uuid, unique=True)
    body_hash: Mapped[str | None] = mapped_column(String(64))
    """Of a batch of personal messages the SHA-256 over the hashes of all bodies."""
    outcomes: Mapped[bytes | None] = mapped_column(LargeBinary)
    """Personal messages only, from sealing on: a byte per member, as ``app/outcomes`` reads them."""
    bodies: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """Personal messages only: every body as it was rendered at sealing, compressed, in the order of the members.
    A retry sends these bytes; gone as soon as everybody has a final outcome."""
    hashes: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    """A SHA-256 per member of ``bodies``, packed; gone with them."""
    attempts: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    ambiguous: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    """An attempt ended without a definite answer: LINE may have accepted it."""
    lost_leases: Mapped[int] = mapped_column(SmallInteger, default=0, server_default="0")
    token: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    """Grows with every claim; only the newest owner may record a negative answer."""
    owner: Mapped[str] = mapped_column(String(80), default="", server_default="")
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    next_attempt_at: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=text("now()"))
    quiet_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    """All its people are in their quiet hours until then, by the product's clock."""
    first_attempt_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    settled_at: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    line_request_id: Mapped[str] = mapped_column(String(64), default="", server_default="")
    answer: Mapped[str] = mapped_column(String(200), default="", server_default="")
    """The last answer in short, for people: status and LINE's own words."""


class Exclusion(Base):
    """One person of the frozen audience who is not sent to, and why."""

    __tablename__ = "exclusions"
    __table_args__ = (
        CheckConstraint(f"reason IN ({', '.join(repr(r) for r in rules.REASONS)})", name="reason"),
        CheckConstraint(f"told_by IS NULL OR {_TOLD_LATER}", name="told_in_a_digest"),
        Index(
            "ix_exclusions_waits",
            "notice_id",
            postgresql_where=text(f"told_by IS NULL AND {_TOLD_LATER}"),
        ),
        Index("ix_exclusions_told", "told_by", postgresql_where=text("told_by IS NOT NULL")),
    )

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reason: Mapped[str] = mapped_column(String(12))
    told_by: Mapped[int | None] = mapped_column(ForeignKey("notices.id"))
    """The digest that told them of it afterwards."""
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


class Pull(Base):
    """One person taken out by hand (抜き取り) until their batch is sealed."""

    __tablename__ = "pulls"

    notice_id: Mapped[int] = mapped_column(ForeignKey("notices.id"), primary_key=True)
    resident_id: Mapped[int] = mapped_column(Integer, primary_key=True)
    reason: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int] = mapped_column(ForeignKey("staff.id"))
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
