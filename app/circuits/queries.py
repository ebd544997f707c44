"""Whether LINE answers, as all senders know it together. Never commits; every instant is the database's clock's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Float, cast, func, select, text
from sqlalchemy.orm import Session

from app.circuits import rules
from app.circuits.models import Silence
from app.circuits.rules import Circuit


@dataclass(frozen=True, slots=True)
class Seen:
    """An endpoint's circuit at this moment."""

    endpoint: str
    circuit: Circuit
    now: datetime


_SEEN = text(
    "SELECT now() AS now, s.doubts, s.since, s.held_until, s.urgent_from, s.is_asked "
    "FROM (SELECT) one LEFT JOIN silences s ON s.endpoint = :endpoint"
)
"""As plain text: every claim asks it, and putting it together would cost as much as the answer."""


def seen(session: Session, endpoint: str) -> Seen:
    row = session.execute(_SEEN, {"endpoint": endpoint}).one()
    if row.doubts is None:
        return Seen(endpoint, Circuit(), row.now)
    return Seen(
        endpoint, Circuit(row.doubts, row.since, row.held_until, row.urgent_from, row.is_asked), row.now
    )


def held(session: Session) -> dict[str, Seen]:
    """The endpoints whose claims are held."""
    rows = session.execute(select(Silence, func.now()).where(Silence.held_until.is_not(None)))
    return {row.endpoint: Seen(row.endpoint, row.circuit, now) for row, now in rows}


def seconds_silent(session: Session) -> dict[str, float]:
    """For how long each endpoint that is held has not answered; not what nobody has asked for long."""
    age = cast(func.extract("epoch", func.now() - Silence.since), Float).label("age")
    found = select(Silence.endpoint, age).where(Silence.held_until > func.now() - rules.TOLD_FOR)
    return {row.endpoint: row.age for row in session.execute(found)}
