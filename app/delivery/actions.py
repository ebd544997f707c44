"""Add batches to the ledger, and what happens to one of them: its claim is given up, it is settled, it is in doubt."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.delivery import packing, queries, rules
from app.delivery.models import Batch
from app.notices.models import Notice
from app.outcomes import rules as outcomes


def add_batches(
    session: Session,
    notice: Notice,
    ids: Sequence[int],
    state: str,
    *,
    quiet_until: datetime | None = None,
) -> None:
    """Append batches for these residents (ascending ids), at most 500 people each.

    The first batch of a watched notice is a small one, which goes ahead of the others.
    """
    queries.appending(session, notice.id)
    seq = queries.next_seq(session, notice.id)
    first = rules.WATCHED if notice.watch_seconds and seq == 0 else 0
    pieces = rules.cut(ids, rules.batch_size(notice.people_per_minute), first=first)
    _append(session, notice, pieces, {"state": state, "quiet_until": quiet_until, "seq": seq})


def add_parts(session: Session, notice: Notice, batch: Batch, parts: Iterable[Sequence[int]]) -> None:
    """Append the parts of a batch that is split, each to be sent with a key of its own."""
    queries.appending(session, notice.id)
    seq, state = queries.next_seq(session, notice.id), rules.state_of_new(notice.state)
    _append(session, notice, parts, {"state": state, "parent_id": batch.id, "seq": seq})


def _append(
    session: Session, notice: Notice, pieces: Iterable[Sequence[int]], common: Mapping[str, Any]
) -> None:
    """One batch for each piece; ``common`` are its columns, with the first number as ``seq``."""
    rows = [
        {
            **common,
            "notice_id": notice.id,
            "seq": common["seq"] + number,
            "endpoint": "push" if notice.is_personal else "multicast",
            "first_id": part[0],
            "last_id": part[-1],
            "size": len(part),
            "members": packing.pack(part),
        }
        for number, part in enumerate(pieces)
    ]
    if rows:
        session.execute(insert(Batch), rows)


def release_claim(batch: Batch) -> None:
    """Nobody is sending this batch any more."""
    batch.owner, batch.lease_until = "", None


def settle(batch: Batch, state: str, answer: str, now: datetime) -> None:
    """A final outcome for everybody who has none; LINE ids and personal bodies have done their duty and go."""
    release_claim(batch)
    if batch.outcomes is not None:
        batch.outcomes = outcomes.closed(batch.outcomes, state)
        state = outcomes.summary(batch.outcomes)
    batch.state, batch.answer, batch.settled_at = state, answer[:200], now
    batch.line_ids = batch.bodies = batch.hashes = None


def doubt(batch: Batch) -> None:
    """Its sender is gone in the middle: LINE may have whatever had no outcome."""
    batch.ambiguous = batch.outcomes is None
    if batch.outcomes is not None:
        batch.outcomes = outcomes.doubted(batch.outcomes)
