"""What all senders know together of whether LINE answers: one row for each endpoint that ever had trouble.

In PostgreSQL, not beside the pace in Redis: so a claim reads it in a query it makes anyway, it holds while Redis is
away, and the console needs no Redis to say so.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, DateTime, Integer, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.circuits.rules import Circuit
from app.db import Base


class Silence(Base):
    """The fields are those of ``rules.Circuit``; every instant is the database's clock's."""

    __tablename__ = "silences"
    __table_args__ = (
        CheckConstraint("(doubts > 0) = (since IS NOT NULL)", name="doubts_have_since"),
        CheckConstraint("held_until IS NULL OR doubts > 0", name="held_for_doubts"),
        CheckConstraint("(held_until IS NULL) = (urgent_from IS NULL)", name="held_has_urgent"),
    )

    endpoint: Mapped[str] = mapped_column(String(20), primary_key=True)
    doubts: Mapped[int] = mapped_column(Integer)
    since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    urgent_from: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    is_asked: Mapped[bool] = mapped_column(default=False, server_default=text("false"))

    @property
    def circuit(self) -> Circuit:
        return Circuit(self.doubts, self.since, self.held_until, self.urgent_from, self.is_asked)

    def becomes(self, circuit: Circuit) -> None:
        self.doubts, self.since, self.is_asked = circuit.doubts, circuit.since, circuit.is_asked
        self.held_until, self.urgent_from = circuit.held_until, circuit.urgent_from
