"""Find, count and claim in the ledger. Never commits. Leases use the database's clock."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    ScalarSelect,
    TableValuedAlias,
    Text,
    and_,
    any_,
    cast,
    column,
    exists,
    false,
    func,
    literal,
    not_,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.delivery import rules
from app.delivery.models import Batch, Exclusion, Pull
from app.notices.models import Notice
from app.residents.models import Resident

_PLANNING = 0x504C414E
"""The space of the planners' advisory locks: "PLAN"."""
_APPENDING = 0x41444420
"""The space of the locks of those who add batches: "ADD "."""


def is_any(ids: Sequence[int]) -> ColumnElement[bool]:
    """``residents.id = ANY(ids)``."""
    return Resident.id == any_(_array(ids))


def listed(ids: Sequence[int]) -> TableValuedAlias:
    """These ids as a table with one column, ``id``."""
    return func.unnest(_array(ids)).table_valued(column("id", Integer)).render_derived()


def _array(ids: Sequence[int]) -> ColumnElement[Sequence[int]]:
    """One parameter, however many people, in PostgreSQL's own words because the driver takes eight times as
    long for a list."""
    return cast(literal("{" + ",".join(map(str, ids)) + "}", Text), ARRAY(Integer))


def _due(session: Session, notice: Notice, now: datetime) -> tuple[ColumnElement[bool], int]:
    """Which batches may be sent now, and how many of them at most (a slow notice has so many people a minute)."""
    due = and_(
        Batch.notice_id == notice.id,
        Batch.state.in_(("planned", "sealed", "retry_wait")),
        Batch.next_attempt_at <= func.now(),
        or_(Batch.quiet_until.is_(None), Batch.quiet_until <= now),
    )
    if notice.watch_seconds and notice.watch_until is None:
        due = and_(due, Batch.seq == _first_with_people(notice.id))
    elif notice.watch_until is not None and notice.watch_until > now:
        due = false()
    if notice.people_per_minute is None:
        return due, rules.NO_LIMIT
    recently = select(func.coalesce(func.sum(Batch.size), 0)).where(
        Batch.notice_id == notice.id, Batch.first_attempt_at > now - rules.MINUTE
    )
    started = session.scalar(recently) or 0
    return due, rules.batches_left(notice.people_per_minute, started)


def _first_with_people(notice_id: int) -> ScalarSelect[int]:
    """The batch that is watched: the first, unless all its people were left out."""
    first = select(func.min(Batch.seq)).where(Batch.notice_id == notice_id, Batch.size > 0)
    return first.correlate(None).scalar_subquery()


def asleep(session: Session, notice_id: int, now: datetime) -> tuple[int, datetime | None]:
    """How many people of a notice wait for the end of their quiet hours, and when the first of them wake."""
    found = select(func.coalesce(func.sum(Batch.size), 0), func.min(Batch.quiet_until)).where(
        Batch.notice_id == notice_id, Batch.state.in_(rules.OPEN), Batch.quiet_until > now
    )
    return session.execute(found).tuples().one()


def appending(session: Session, notice_id: int) -> None:
    """Wait until nobody else adds batches to this notice, so that no two get the same number."""
    session.execute(select(func.pg_advisory_xact_lock(_APPENDING, notice_id)))


def claimable(
    session: Session, notice: Notice, limit: int, now: datetime, *, suspect: bool
) -> Sequence[Batch]:
    """Open batches whose time has come, in order of sending, locked; rows another worker holds are passed over.

    ``suspect``: those whose senders have died again and again, instead of the others.
    """
    due, most = _due(session, notice, now)
    died_often = Batch.lost_leases >= rules.SUSPECT
    found = (
        select(Batch)
        .where(due, died_often if suspect else not_(died_often))
        .order_by(Batch.next_attempt_at, Batch.seq)
        .limit(min(limit, most))
        .with_for_update(skip_locked=True)
    )
    return session.scalars(found).all()


def has_claimable(session: Session, notice: Notice, now: datetime) -> bool:
    due, most = _due(session, notice, now)
    return most > 0 and session.scalar(select(Batch.id).where(due).limit(1)) is not None


def lease_end(session: Session, seconds: float) -> datetime:
    """When a claim made now runs out, by the database's clock."""
    return session.execute(select(_from_now(seconds))).scalar_one()


def is_pulled(notice_id: int) -> ColumnElement[bool]:
    """Taken out of this notice by hand."""
    return exists().where(Pull.notice_id == notice_id, Pull.resident_id == Resident.id)


def started_among(session: Session, notice_id: int, ids: Sequence[int]) -> set[int]:
    """Who of these is in a batch that is sealed or further: too late to take them out."""
    found = set[int]()
    for id_ in ids:
        batches = select(Batch.members).where(
            Batch.notice_id == notice_id,
            Batch.first_id <= id_,
            Batch.last_id >= id_,
            Batch.state.not_in(("planned", "split")),
        )
        if any(id_ in rules.unpack(members) for members in session.scalars(batches)):
            found.add(id_)
    return found


def still_meant(session: Session, members: bytes, may: ColumnElement[bool]) -> rules.People:
    """Who of these residents may be sent to now, ascending.

    Ids and LINE user ids travel as one packed value each; a row per person would cost more than the rest of
    a claim.
    """
    people = (
        select(Resident.id, Resident.line_user_id)
        .where(is_any(rules.unpack(members)), may)
        .order_by(Resident.id)
        .subquery()
    )
    digits = func.substr(people.c.line_user_id, 2)
    ids, line_ids = session.execute(
        select(
            func.string_agg(func.int4send(people.c.id), literal(b"")),
            func.string_agg(func.decode(digits, "hex"), literal(b"")),
        )
    ).one()
    return rules.People(ids=rules.swapped(ids or b""), line_ids=line_ids or b"")


def has_open(session: Session, notice_id: int) -> bool:
    """Whether anybody of the notice is still without an outcome."""
    found = select(Batch.id).where(Batch.notice_id == notice_id, Batch.state.in_(rules.OPEN))
    return session.scalar(found.limit(1)) is not None


def renew(session: Session, batch_ids: Sequence[int], owner: str, lease_seconds: float) -> None:
    """Keep the claims of calls that are still under way."""
    session.execute(
        update(Batch)
        .where(Batch.id.in_(batch_ids), Batch.owner == owner, Batch.state == "sending")
        .values(lease_until=_from_now(lease_seconds))
    )


def _from_now(seconds: float) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def lost_leases(session: Session, limit: int = 200) -> Sequence[Batch]:
    """Claims whose owner has not been heard of, locked."""
    found = (
        select(Batch)
        .where(Batch.state == "sending", Batch.lease_until < func.now())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(found).all()


def open_of(session: Session, notice_id: int) -> Sequence[Batch]:
    """Batches nobody is sending at the moment, locked."""
    found = (
        select(Batch)
        .where(Batch.notice_id == notice_id, Batch.state.in_(("planned", "sealed", "retry_wait")))
        .order_by(Batch.seq)
        .with_for_update()
    )
    return session.scalars(found).all()


def only_planner(session: Session, notice_id: int) -> None:
    """Wait until nobody else plans this notice; held to the end of the transaction."""
    session.execute(select(func.pg_advisory_xact_lock(_PLANNING, notice_id)))


def next_seq(session: Session, notice_id: int) -> int:
    return (
        session.scalar(select(func.coalesce(func.max(Batch.seq) + 1, 0)).where(Batch.notice_id == notice_id))
        or 0
    )


def tally(session: Session, notice: Notice) -> rules.Tally:
    """People by outcome; every frozen recipient is in exactly one place."""
    by_state = dict(
        session.execute(
            select(Batch.state, func.coalesce(func.sum(Batch.size), 0))
            .where(Batch.notice_id == notice.id, Batch.state != "split")
            .group_by(Batch.state)
        ).all()
    )
    excluded = session.scalar(
        select(func.count()).select_from(Exclusion).where(Exclusion.notice_id == notice.id)
    )
    return rules.Tally(frozen=notice.recipients or 0, by_state=by_state, excluded=excluded or 0)


def excluded_by_reason(session: Session, notice_id: int) -> dict[str, int]:
    found = (
        select(Exclusion.reason, func.count())
        .where(Exclusion.notice_id == notice_id)
        .group_by(Exclusion.reason)
    )
    return dict(session.execute(found).all())


def ledger(session: Session, notice_id: int, *, limit: int = 100, after_seq: int = -1) -> Sequence[Batch]:
    """The notice's batches in order, a page at a time."""
    found = (
        select(Batch)
        .where(Batch.notice_id == notice_id, Batch.seq > after_seq)
        .order_by(Batch.seq)
        .limit(limit)
    )
    return session.scalars(found).all()


def people(session: Session, notice_id: int, *states: str) -> list[int]:
    """Resident ids of a notice's people whose outcome is one of ``states``, ascending."""
    found = select(Batch.members).where(Batch.notice_id == notice_id, Batch.state.in_(states))
    return sorted(i for members in session.scalars(found) for i in rules.unpack(members))


def not_reached(session: Session, notice_id: int) -> Iterator[tuple[int, str]]:
    """(resident id, batch state or reason of exclusion) of everybody who was frozen and not reached, ascending."""
    states = ("rejected", "quarantined", "cancelled", "expired", "unknown")
    batches = session.execute(
        select(Batch.state, Batch.members).where(Batch.notice_id == notice_id, Batch.state.in_(states))
    )
    missed = [(id_, batch.state) for batch in batches for id_ in rules.unpack(batch.members)]
    left_out = session.execute(
        select(Exclusion.resident_id, Exclusion.reason).where(Exclusion.notice_id == notice_id)
    )
    yield from sorted([*missed, *((row.resident_id, row.reason) for row in left_out)])


def fingerprint(session: Session, notice_id: int) -> str:
    """SHA-256 over every batch and exclusion of a notice: the same ledger gives the same letters, always."""
    digest = hashlib.sha256()
    batches = session.execute(
        select(Batch.seq, Batch.state, Batch.members, Batch.body_hash, Batch.retry_key, Batch.line_request_id)
        .where(Batch.notice_id == notice_id)
        .order_by(Batch.seq)
    )
    for seq, state, members, *facts in batches:
        digest.update(f"{seq}:{state}:{':'.join(map(str, facts))}:".encode() + members)
    for id_, reason in not_reached(session, notice_id):
        digest.update(f"{id_}:{reason};".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Received:
    """One notice in one resident's history."""

    notice_id: int
    title: str
    state: str
    """The batch's state: what is known of this person's delivery."""
    at: datetime | None


def received_by(session: Session, resident_id: int) -> list[Received]:
    """Which notices had this resident among their frozen recipients, and how each ended; newest first."""
    found = (
        select(Batch.notice_id, Notice.title, Batch.state, Batch.settled_at, Batch.members)
        .join(Notice, Notice.id == Batch.notice_id)
        .where(Batch.first_id <= resident_id, Batch.last_id >= resident_id, Batch.state != "split")
        .order_by(Batch.notice_id.desc())
    )
    return [
        Received(row.notice_id, row.title, row.state, row.settled_at)
        for row in session.execute(found)
        if resident_id in rules.unpack(row.members)
    ]
