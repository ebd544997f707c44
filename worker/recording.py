"""Write down what came back of a sender's requests, again when the database could not commit it."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.exc import OperationalError

from app.delivery.claims import PeopleResult, Recorded, Result
from app.parts import Parts
from app.recording import actions

AGAIN = 4
"""Times a record is repeated."""


def record(parts: Parts, notice_id: int, results: Sequence[Result | PeopleResult]) -> Recorded:
    """Record in one transaction. What could not be committed, as in a deadlock, is recorded again: given up it would
    count as a death, and three of those in a row set a batch aside. A connection that is gone is the caller's."""
    for _ in range(AGAIN):
        try:
            return _once(parts, notice_id, results)
        except OperationalError as error:
            if error.connection_invalidated:
                raise
    return _once(parts, notice_id, results)


def _once(parts: Parts, notice_id: int, results: Sequence[Result | PeopleResult]) -> Recorded:
    with parts.sessions.begin() as session:
        return actions.record(session, notice_id, results, parts.clock.now())
