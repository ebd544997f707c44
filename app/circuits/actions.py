"""Tell all senders what came back, and let one of them ask whether LINE answers again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.circuits.models import Silence
from app.circuits.queries import Seen
from app.circuits.rules import Circuit, Heard, May, after, asked, may


class Silent(Exception):
    """LINE does not answer, and it is not this sender's turn to ask."""


@dataclass
class Passage:
    """What one claim may start. ``asks`` is the locked row when it is one request that asks."""

    seen: Seen
    asks: Silence | None = None

    @property
    def is_doubted(self) -> bool:
        """An answer of LINE's own would be news to the others."""
        return self.seen.circuit.doubts > 0

    def used(self) -> None:
        """Something was claimed: it asks, and others wait for what becomes of it."""
        if self.asks is not None:
            self.asks.becomes(asked(self.asks.circuit, self.seen.now))


def passage(session: Session, seen: Seen, lane: str) -> Passage:
    """Whether a claim may be made now; Silent when not.

    Whoever asks has the row until the claim's transaction ends; nobody waits for it, so it can be in nobody's way.
    """
    match may(seen.circuit, lane, seen.now):
        case May.ALL:
            return Passage(seen)
        case May.NOTHING:
            raise Silent
    row = session.scalars(
        select(Silence)
        .where(Silence.endpoint == seen.endpoint)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).one_or_none()
    if row is None or may(row.circuit, lane, seen.now) is May.NOTHING:
        raise Silent
    return Passage(seen, row if row.held_until is not None else None)


def tell(session: Session, endpoint: str, told: Heard, hold_seconds: float, now: datetime) -> Circuit:
    """Add what came back; ``now`` is for the audit alone. An audit row when the claims are held, and when they go on."""
    new = insert(Silence).values(endpoint=endpoint, doubts=0)
    session.execute(new.on_conflict_do_nothing())
    row, instant = session.execute(
        select(Silence, func.now())
        .where(Silence.endpoint == endpoint)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    before = row.circuit
    row.becomes(after(before, told, timedelta(seconds=hold_seconds), instant))
    if (before.held_until is None) != (row.held_until is None):
        action = "line.silent" if row.held_until else "line.answers"
        audit.record(session, action, f"endpoint:{endpoint}", by=audit.SYSTEM, at=now)
    return row.circuit
