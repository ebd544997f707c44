"""Count everybody anew. No audit row: nobody's decision changes, and the next counting replaces it."""

from __future__ import annotations

import struct
from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from sqlalchemy import delete, insert, not_, text
from sqlalchemy.orm import Session

from app.census import queries, rules
from app.census.models import Census
from app.census.rules import Bits, Key


def take(session: Session, now: datetime) -> bool:
    """Replace the census by one of this moment; False when it is fresh. To be the first act of its transaction."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    # The lock comes before the snapshot: who had to wait sees what the other one has counted.
    session.execute(text("LOCK TABLE census IN SHARE ROW EXCLUSIVE MODE"))
    if queries.is_fresh(session, now):
        return False
    session.execute(delete(Census))
    rows = [
        {"kind": kind, "value": value, "skipped": bits.skipped, "bits": bits.packed, "counted_at": now}
        for (kind, value), bits in _everything(session, now)
    ]
    session.execute(insert(Census), rows)
    return True


def forget_old(session: Session, now: datetime) -> None:
    """Keep nothing that is not shown any more: whoever deleted their data since is still counted in it."""
    session.execute(delete(Census).where(not_(Census.counted_at.between(now - rules.OLDEST, now))))


def _everything(session: Session, now: datetime) -> Iterator[tuple[Key, Bits]]:
    """Friends get their places in the order of ward and district, so that a district's bits are one short run."""
    by_place = queries.by_place(session)
    order = [id_ for row in by_place for id_ in _unpack(row[2])]
    place_of = array("I", bytes(4 * (max(order, default=0) + 1)))
    for place, id_ in enumerate(order):
        place_of[id_] = place
    joined: defaultdict[Key, list[bytes]] = defaultdict(list)
    for ward, district, ids in by_place:
        joined["ward", ward].append(ids)
        joined["district", district].append(ids)
    for topics, ids in queries.by_topics(session):
        for topic in topics:
            joined["topic", topic].append(ids)
    several = ((key, b"".join(parts)) for key, parts in joined.items())
    for key, ids in chain(several, queries.by_key(session, now)):
        yield key, rules.pack([place_of[id_] for id_ in _unpack(ids)])


def _unpack(ids: bytes) -> tuple[int, ...]:
    return struct.unpack(f">{len(ids) // 4}I", ids)
