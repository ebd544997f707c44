"""The same language in SQL, and the people it finds. Never commits.

Only friends who finished their set-up are found: nobody hears from us before choosing to, except of an emergency.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    Integer,
    String,
    and_,
    bindparam,
    column,
    exists,
    false,
    func,
    literal,
    literal_column,
    or_,
    select,
    table,
    text,
    true,
)
from sqlalchemy import not_ as negate
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.outcomes.rules import ACCEPTED
from app.residents.models import Child, Resident
from app.segments.models import Segment
from app.segments.rules import birth_range, has_hole, is_empty
from app.segments.words import (
    All,
    Among,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    Gathered,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Listed,
    Nobody,
    Not,
    Received,
    Rule,
    Speaks,
    WantsReminder,
)

_FRIEND: ColumnElement[str] = literal_column("'friend'")
"""Written out, since PostgreSQL uses an index with a condition only when it sees that the condition holds."""


def where(rule: Rule, today: date) -> ColumnElement[bool]:
    """A condition on ``residents`` with the meaning of ``rules.matches``."""
    match rule:
        case Nobody():
            return false()
        case Everyone():
            return true()
        case HasTopic(topic):
            return Resident.topics.contains([topic])
        case InWard(ward):
            return Resident.ward == ward
        case InDistrict(district):
            return Resident.district == district
        case InDistricts(districts):
            return Resident.district.in_(_written_out(districts))
        case Speaks(language):
            return Resident.language == language
        case WantsReminder(slot):
            return Resident.reminder == slot
        case Awaits(kinds, day):
            return and_(
                negate(Resident.unwanted.contains(list(kinds))),
                or_(Resident.rests_until.is_(None), Resident.rests_until < day),
            )
        case Received(notice_id):
            return _has_received(notice_id)
        case Gathered(notice_id):
            return _is_gathered(notice_id)
        case Listed(notice_id):
            return _is_listed(notice_id)
        case Among(ids):
            return Resident.id.in_(ids)
        case ChildMonths():
            return _has_child(rule, today)
        case All(parts):
            return and_(*(where(part, today) for part in parts)) if parts else false()
        case AnyOf(parts):
            return or_(*(where(part, today) for part in parts)) if parts else false()
        case Not(part):
            return false() if has_hole(part) else negate(where(part, today))


def _written_out(values: Sequence[str]) -> BindParameter[Sequence[str]]:
    """Many values as the statement's own constants. PostgreSQL looks a row up among constants; among parameters of a
    statement it has prepared it compares one by one, which made sealing ten times as slow after ten claims."""
    return bindparam(None, values, expanding=True, literal_execute=True, type_=String())


def _has_received(notice_id: int) -> ColumnElement[bool]:
    """Unpacks the ledger's members (little-endian uint32); named by its table, because the ledger is built on us."""
    ids = text(
        "SELECT get_byte(members, 4 * i) + (get_byte(members, 4 * i + 1) << 8) "
        "+ (get_byte(members, 4 * i + 2) << 16) + (get_byte(members, 4 * i + 3) << 24) AS id "
        "FROM batches, generate_series(0, size - 1) AS i WHERE notice_id = :received AND "
        "CASE WHEN outcomes IS NULL THEN state = 'accepted' ELSE get_byte(outcomes, i) = :accepted END"
    ).bindparams(bindparam("received", notice_id, unique=True), bindparam("accepted", ACCEPTED, unique=True))
    return Resident.id.in_(ids.columns(column("id")))


def _is_gathered(notice_id: int) -> ColumnElement[bool]:
    """Marked in the ledger's exclusions as told by this digest; named by its table, as above."""
    ids = text("SELECT resident_id AS id FROM exclusions WHERE told_by = :told").bindparams(
        bindparam("told", notice_id, unique=True)
    )
    return Resident.id.in_(ids.columns(column("id")))


def _is_listed(notice_id: int) -> ColumnElement[bool]:
    """Named by its table, because the lists are built on us."""
    listed = table("personal_values", column("notice_id", Integer), column("resident_id", Integer))
    return exists().where(listed.c.notice_id == notice_id, listed.c.resident_id == Resident.id)


def _has_child(rule: ChildMonths, today: date) -> ColumnElement[bool]:
    first, last = birth_range(rule, today)
    return exists().where(
        Child.resident_id == Resident.id,
        Child.birth_month.between(first, last),
        negate(Child.expected),
    )


def reachable() -> ColumnElement[bool]:
    """A friend, not blocked, who agreed to the summary of the set-up."""
    return and_(Resident.state == _FRIEND, Resident.setup_done_at.is_not(None))


def listens(lane: str, at: datetime) -> ColumnElement[bool]:
    """Whom a lane may reach at this moment. An emergency goes to every friend who has not refused even that."""
    if lane == "emergency":
        return and_(Resident.state == "friend", Resident.stopped != "all")
    return and_(reachable(), Resident.stopped == "", negate(is_paused(at)))


def is_paused(at: datetime) -> ColumnElement[bool]:
    """They take a rest; never unknown, so that it can be negated."""
    return and_(Resident.paused_until.is_not(None), Resident.paused_until > at)


def is_silent(lane: str, at: datetime) -> ColumnElement[bool]:
    """The opposite of ``listens`` among friends, as the index of the few who ever stopped or paused answers it."""
    ever = or_(Resident.stopped != literal_column("''"), Resident.paused_until.is_not(None))
    return and_(ever, negate(listens(lane, at)))


def count(session: Session, rule: Rule, today: date) -> int:
    """How many reachable people the rule means now."""
    if is_empty(rule):
        return 0
    found = select(func.count()).select_from(Resident).where(reachable(), where(rule, today))
    return session.execute(found).scalar_one()


def hearers(session: Session, rule: Rule, *, lane: str, at: datetime) -> int:
    """How many of them hear this lane now: the few who stopped or paused are counted by an index of their own."""
    today = in_japan(at).date()
    if lane != "emergency":
        return count(session, rule, today) - silent(session, rule, lane=lane, at=at)
    if is_empty(rule):
        return 0
    found = select(func.count()).select_from(Resident).where(listens(lane, at), where(rule, today))
    return session.execute(found).scalar_one()


def silent(session: Session, rule: Rule, *, lane: str, at: datetime) -> int:
    """How many the rule means who have stopped or paused, and so are not among the hearers."""
    if is_empty(rule):
        return 0
    people = Resident.state == "friend" if lane == "emergency" else reachable()
    found = select(func.count()).select_from(Resident)
    meant = where(rule, in_japan(at).date())
    return session.execute(found.where(people, meant, is_silent(lane, at))).scalar_one()


def audience_ids(
    session: Session,
    rule: Rule,
    today: date,
    *,
    after_id: int,
    limit: int,
    to: ColumnElement[bool] | None = None,
) -> list[int]:
    """The next ``limit`` resident ids of an audience, ascending; packed on the way, since they may be 100,000."""
    if is_empty(rule):
        return []
    people = (
        select(Resident.id)
        .where(reachable() if to is None else to, where(rule, today), Resident.id > after_id)
        .order_by(Resident.id)
        .limit(limit)
        .subquery()
    )
    packed = session.scalar(select(func.string_agg(func.int4send(people.c.id), literal(b"")))) or b""
    return list(struct.unpack(f">{len(packed) // 4}I", packed))


def saved(session: Session) -> Sequence[Segment]:
    """Saved segments that are still offered, by name."""
    found = select(Segment).where(Segment.retired_at.is_(None)).order_by(Segment.name)
    return session.scalars(found).all()
