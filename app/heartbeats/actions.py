"""Leave a sign of life. No audit rows: nothing is decided here."""

from __future__ import annotations

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.heartbeats.models import Heartbeat
from app.heartbeats.rules import PROCESSES


def beat(session: Session, process: str) -> None:
    """This process has just looked for work and could take it."""
    row = insert(Heartbeat).values(process=process, at=func.now())
    session.execute(row.on_conflict_do_update(index_elements=["process"], set_={"at": func.now()}))


def expect_all(session: Session) -> None:
    """From now on every process owes a sign: one that never starts is missed as well."""
    rows = insert(Heartbeat).values([{"process": name, "at": func.now()} for name in PROCESSES])
    session.execute(rows.on_conflict_do_nothing())
