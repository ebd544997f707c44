"""Whether LINE answers, as all senders know it together. Never commits; every instant is the database's clock's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Float, cast, func, literal, select
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


def beside(session: Session, endpoint: str, value: ColumnElement[Any]) -> tuple[Any, Seen]:
    """Any value asked in the same query, since a claim asks anyway; and the circuit."""
    one = select(func.now().label("now"), value.label("value")).subquery()
    found = select(one.c.value, one.c.now, Silence).outerjoin_from(one, Silence, Silence.endpoint == endpoint)
    row = session.execute(found.execution_options(populate_existing=True)).one()
    return row.value, Seen(endpoint, row.Silence.circuit if row.Silence else Circuit(), row.now)


def seen(session: Session, endpoint: str) -> Seen:
    return beside(session, endpoint, literal(0))[1]


def held(session: Session) -> dict[str, Seen]:
    """The endpoints whose claims are held."""
    rows = session.execute(select(Silence, func.now()).where(Silence.held_until.is_not(None)))
    return {row.endpoint: Seen(row.endpoint, row.circuit, now) for row, now in rows}


def seconds_silent(session: Session) -> dict[str, float]:
    """For how long each endpoint that is held has not answered; not what nobody has asked for long."""
    age = cast(func.extract("epoch", func.now() - Silence.since), Float).label("age")
    found = select(Silence.endpoint, age).where(Silence.held_until > func.now() - rules.TOLD_FOR)
    return {row.endpoint: row.age for row in session.execute(found)}
