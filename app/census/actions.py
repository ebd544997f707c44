"""Count everybody anew. No audit row: nobody's decision changes, and the next counting replaces it."""

from __future__ import annotations

import sys
from array import array
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime

from sqlalchemy import delete, insert, not_, text
from sqlalchemy.orm import Session

from app.census import queries, rules
from app.census.models import Census
from app.census.rules import HEARS, SILENT, Key
from app.db import take_time
from content.sentences import FIRST_LANGUAGE


def take(session: Session, now: datetime) -> bool:
    """Replace the census by one of this moment; False when it is fresh. To be the first act of its transaction."""
    session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
    take_time(session)  # a million people's bits take seconds between two statements
    # The lock comes before the snapshot: who had to wait sees what the other one has counted.
    session.execute(text("LOCK TABLE census IN SHARE ROW EXCLUSIVE MODE"))
    if queries.is_fresh(session, now):
        return False
    session.execute(delete(Census))
    rows = [
        {"kind": kind, "value": value, "skipped": bits.skipped, "bits": bits.packed, "counted_at": now}
        for (kind, value), bits in ((key, rules.pack(number)) for key, number in _everything(session, now))
    ]
    session.execute(insert(Census), rows)
    return True


def forget_old(session: Session, now: datetime) -> None:
    """Keep nothing that is not shown any more: whoever deleted their data since is still counted in it."""
    session.execute(delete(Census).where(not_(Census.counted_at.between(now - rules.OLDEST, now))))


def _everything(session: Session, now: datetime) -> Iterator[tuple[Key, int]]:
    """What a rule can ask, as bits, one after the other: all at once would be some hundred megabytes."""
    runs, place_of = _places(session)
    for key, parts in runs.items():
        yield key, sum(rules.run(first, size) for first, size in parts)
    for topic, people in _by_topic(session).items():
        yield ("topic", topic), rules.at_places([place_of[id_] for id_ in people])
    kept: defaultdict[str, int] = defaultdict(int)
    for (kind, value), ids in queries.by_key(session, now):
        number = rules.at_places([place_of[id_] for id_ in _unpack(ids)])
        kept[value if kind == SILENT else kind] |= number
        yield (kind, value), number
    # What most have in common is everybody but the others.
    friends = rules.run(
        0, sum(size for (kind, _), parts in runs.items() if kind == "ward" for _, size in parts)
    )
    unfinished = rules.at_places([place_of[id_] for id_ in _unpack(queries.unfinished(session))])
    yield ("language", FIRST_LANGUAGE), friends & ~kept["language"]
    yield (HEARS, "ordinary"), friends & ~unfinished & ~kept["ordinary"]
    yield (HEARS, "emergency"), friends & ~kept["emergency"]


def _places(session: Session) -> tuple[dict[Key, list[tuple[int, int]]], array[int]]:
    """Everybody's place by id, in the order of ward and district, so that these are runs: where each begins, its size."""
    by_place = [(ward, district, _unpack(ids)) for ward, district, ids in queries.by_place(session)]
    place_of = array("I", bytes(4 * (1 + max((max(ids) for _, _, ids in by_place), default=0))))
    runs: defaultdict[Key, list[tuple[int, int]]] = defaultdict(list)
    first = 0
    for ward, district, ids in by_place:
        for key in (("ward", ward), ("district", district)):
            runs[key].append((first, len(ids)))
        for place, id_ in enumerate(ids, first):
            place_of[id_] = place
        first += len(ids)
    return runs, place_of


def _by_topic(session: Session) -> dict[str, array[int]]:
    chosen: defaultdict[str, array[int]] = defaultdict(lambda: array("I"))
    for topics, ids in queries.by_topics(session):
        for topic in topics:
            chosen[topic].extend(_unpack(ids))
    return chosen


def _unpack(ids: bytes) -> array[int]:
    """PostgreSQL's four bytes each, the highest first."""
    found = array("I", ids)
    if sys.byteorder == "little":
        found.byteswap()
    return found
