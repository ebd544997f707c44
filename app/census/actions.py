"""Count everybody anew. No audit row: nobody's decision changes, and the next counting replaces it."""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from datetime import datetime

from sqlalchemy import delete, insert, not_, text
from sqlalchemy.orm import Session

from app.census import queries, rules
from app.census.models import Census
from app.census.rules import HEARS, SILENT, Key
from content.sentences import FIRST_LANGUAGE


def take(session: Session, now: datetime) -> bool:
    """Replace the census by one of this moment; False when it is fresh. To be the first act of its transaction."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    # The lock comes before the snapshot: who had to wait sees what the other one has counted.
    session.execute(text("LOCK TABLE census IN SHARE ROW EXCLUSIVE MODE"))
    if queries.is_fresh(session, now):
        return False
    session.execute(delete(Census))
    rows = []
    for (kind, value), number in _everything(session, now).items():
        bits = rules.pack(number)
        rows.append(
            {"kind": kind, "value": value, "skipped": bits.skipped, "bits": bits.packed, "counted_at": now}
        )
    session.execute(insert(Census), rows)
    return True


def forget_old(session: Session, now: datetime) -> None:
    """Keep nothing that is not shown any more: whoever deleted their data since is still counted in it."""
    session.execute(delete(Census).where(not_(Census.counted_at.between(now - rules.OLDEST, now))))


def _everything(session: Session, now: datetime) -> dict[Key, int]:
    """What a rule can ask, as bits."""
    found: defaultdict[Key, int] = defaultdict(int)
    place_of = _places(session, found)
    chosen: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for topics, ids in queries.by_topics(session):
        for topic in topics:
            chosen[topic].extend(_unpack(ids))
    for topic, people in chosen.items():
        found["topic", topic] = rules.at_places([place_of[id_] for id_ in people])
    for key, ids in queries.by_key(session, now):
        found[key] = rules.at_places([place_of[id_] for id_ in _unpack(ids)])
    unfinished = rules.at_places([place_of[id_] for id_ in _unpack(queries.unfinished(session))])
    _complement(found, unfinished)
    return found


def _places(session: Session, found: defaultdict[Key, int]) -> array[int]:
    """Everybody's place by id, in the order of ward and district, so that these are short runs."""
    by_place = [(ward, district, _unpack(ids)) for ward, district, ids in queries.by_place(session)]
    place_of = array("I", bytes(4 * (1 + max((max(ids) for _, _, ids in by_place), default=0))))
    first = 0
    for ward, district, ids in by_place:
        run = rules.run(first, len(ids))
        found["ward", ward] |= run
        found["district", district] |= run
        for place, id_ in enumerate(ids, first):
            place_of[id_] = place
        first += len(ids)
    found["friend", ""] = rules.run(0, first)
    return place_of


def _complement(found: defaultdict[Key, int], unfinished: int) -> None:
    """What most have in common is everybody but the others."""
    friends = found.pop(("friend", ""))
    others = 0
    for kind, value in list(found):
        if kind == "language":
            others |= found[kind, value]
    found["language", FIRST_LANGUAGE] = friends & ~others
    found[HEARS, "ordinary"] = friends & ~unfinished & ~found[SILENT, "ordinary"]
    found[HEARS, "emergency"] = friends & ~found[SILENT, "emergency"]


def _unpack(ids: bytes) -> array[int]:
    """PostgreSQL's four bytes each, the highest first."""
    found = array("I", ids)
    if sys.byteorder == "little":
        found.byteswap()
    return found
