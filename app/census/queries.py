"""Count people for staff who compose, from the census or from the residents themselves. Never commits.

What is frozen, approved and released is always counted by ``segments.queries``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Row, func, literal, not_, select, text, tuple_
from sqlalchemy.orm import Session

from app.census import rules
from app.census.models import Census
from app.census.rules import HEARS, SILENT, Bits, Count, Key
from app.clock import in_japan
from app.residents.models import Child, Resident
from app.segments import queries as segment_queries
from app.segments.words import Rule
from content.sentences import FIRST_LANGUAGE

FRIEND = Resident.state == "friend"
_NEWEST = select(Census.counted_at).where(Census.kind == HEARS, Census.value == "ordinary")


def count(session: Session, rule: Rule, *, lane: str, at: datetime) -> Count:
    """How many a rule means: up to ``rules.OLDEST`` old in a large town, of this moment otherwise."""
    found = _from_census(session, rule, lane, at)
    if found is not None:
        return found
    silent = segment_queries.silent(session, rule, lane=lane, at=at)
    return Count(segment_queries.hearers(session, rule, lane=lane, at=at), silent)


def _from_census(session: Session, rule: Rule, lane: str, at: datetime) -> Count | None:
    today, lane = in_japan(at).date(), rules.lane_of(lane)
    asked = rules.keys(rule, today)
    if asked is None:
        return None
    # One statement sees one moment, however soon the rows are replaced.
    rows = session.execute(
        select(Census.kind, Census.value, Census.skipped, Census.bits, Census.counted_at).where(
            tuple_(Census.kind, Census.value).in_([(HEARS, lane), (SILENT, lane), *asked]),
            Census.counted_at.between(at - rules.OLDEST, at),
        )
    ).all()
    if not rows:
        return None
    bits: dict[Key, Bits] = {(row.kind, row.value): Bits(row.skipped, row.bits) for row in rows}
    people, silent = rules.count(rule, bits, lane, today)
    return Count(people, silent, rows[0].counted_at)


def is_due(session: Session, at: datetime) -> bool:
    """Whether the town is so large that a census helps, and there is none as fresh as it should be."""
    return not is_fresh(session, at) and _is_large(session)


def is_fresh(session: Session, at: datetime) -> bool:
    newest = session.scalar(_NEWEST)
    return newest is not None and at - rules.FRESH < newest <= at


def _is_large(session: Session) -> bool:
    """By PostgreSQL's own estimate, since counting them is what takes long."""
    size = session.scalar(text("SELECT reltuples FROM pg_class WHERE oid = 'residents'::regclass"))
    return bool(size and size >= rules.LARGE)


# ---- what a census is made of -----------------------------------------------------------------------------


def by_place(session: Session) -> Sequence[Row[str, str, bytes]]:
    """Ids of all friends by ward and district."""
    found = select(Resident.ward, Resident.district, _ids()).where(FRIEND)
    places = found.group_by(Resident.ward, Resident.district).order_by(Resident.ward, Resident.district)
    return session.execute(places).all()


def by_topics(session: Session) -> Iterator[tuple[list[str], bytes]]:
    """By all that they chose together, which is less than topic by topic."""
    found = select(Resident.topics, _ids()).where(FRIEND).group_by(Resident.topics)
    yield from ((topics, ids) for topics, ids in session.execute(found))


def by_key(session: Session, at: datetime) -> Iterator[tuple[Key, bytes]]:
    """Everything else a rule asks but what most have in common, and who is silent."""
    for kind, column, common in (
        ("language", Resident.language, FIRST_LANGUAGE),
        ("reminder", Resident.reminder, ""),
    ):
        found = select(column, _ids()).where(FRIEND, column != common).group_by(column)
        yield from (((kind, value), ids) for value, ids in session.execute(found))
    born = select(Child.birth_month, _ids()).join_from(Child, Resident).where(FRIEND, not_(Child.expected))
    for first, ids in session.execute(born.group_by(Child.birth_month)):
        yield ("born", rules.month(first)), ids
    for lane, people in (("ordinary", segment_queries.reachable()), ("emergency", FRIEND)):
        yield (SILENT, lane), _all(session, people, segment_queries.is_silent(lane, at))


def unfinished(session: Session) -> bytes:
    """Friends in the middle of their set-up: only an emergency reaches them."""
    return _all(session, FRIEND, not_(segment_queries.reachable()))


def _all(session: Session, *who: ColumnElement[bool]) -> bytes:
    return session.scalar(select(_ids()).where(*who)) or b""


def _ids() -> ColumnElement[bytes]:
    """Four bytes each, packed on the way, since they may be a million."""
    packed: ColumnElement[bytes] = func.string_agg(func.int4send(Resident.id), literal(b""))
    return packed
