"""Who was seen when. Never commits."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Float, cast, func, select
from sqlalchemy.orm import Session

from app.heartbeats.models import Heartbeat
from app.heartbeats.rules import MISSED, PROCESSES


def ages(session: Session) -> dict[str, float]:
    """Seconds since each process's last sign, by the database's clock."""
    age = cast(func.extract("epoch", func.now() - Heartbeat.at), Float).label("age")
    found = session.execute(select(Heartbeat.process, age).where(Heartbeat.process.in_(PROCESSES)))
    return {row.process: row.age for row in found}


def seconds_apart(session: Session, machine: datetime) -> float:
    """How far the database's clock is from a machine's, without sign."""
    theirs: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return abs((theirs - machine).total_seconds())


def missed(session: Session) -> list[str]:
    """Processes without a sign for too long."""
    return sorted(name for name, seconds in ages(session).items() if seconds > MISSED)
