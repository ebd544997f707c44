"""Find and count in the ledger. Never commits."""

from __future__ import annotations

import hashlib
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Integer,
    TableValuedAlias,
    any_,
    cast,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Session

from app.db import numbers
from app.delivery import packing, rules
from app.delivery.models import Batch, Exclusion, Pull
from app.notices.models import Notice
from app.outcomes import rules as outcomes
from app.residents.models import Resident

_PLANNING = 0x504C414E
"""The space of the planners' advisory locks: "PLAN"."""
_APPENDING = 0x41444420
"""The space of the locks of those who add batches: "ADD "."""


def is_any(ids: Sequence[int]) -> ColumnElement[bool]:
    """``residents.id = ANY(ids)``. The ids are read in a question of their own, once: a plan that looks at residents
    by another index would otherwise read all of them again for each."""
    once = select(numbers(ids)).scalar_subquery()
    return Resident.id == any_(cast(once, ARRAY(Integer)))


def listed(ids: Sequence[int]) -> TableValuedAlias:
    """These ids as a table with one column, ``id``."""
    return func.unnest(numbers(ids)).table_valued(column("id", Integer)).render_derived()


def asleep(session: Session, notice_id: int, now: datetime) -> tuple[int, datetime | None]:
    """How many people of a notice wait for the end of their quiet hours, and when the first of them wake."""
    found = select(func.coalesce(func.sum(Batch.size), 0), func.min(Batch.quiet_until)).where(
        Batch.notice_id == notice_id, Batch.state.in_(rules.OPEN), Batch.quiet_until > now
    )
    return session.execute(found).tuples().one()


def appending(session: Session, notice_id: int) -> None:
    """Wait until nobody else adds batches to this notice, so that no two get the same number."""
    session.execute(select(func.pg_advisory_xact_lock(_APPENDING, notice_id)))


def is_pulled(notice_id: int) -> ColumnElement[bool]:
    """Taken out of this notice by hand."""
    return exists().where(Pull.notice_id == notice_id, Pull.resident_id == Resident.id)


def is_not_pulled(notice_id: int) -> ColumnElement[bool]:
    """The opposite, asked of nobody while nobody was taken out at all: else each of thousands is looked up."""
    return or_(~exists().where(Pull.notice_id == notice_id), ~is_pulled(notice_id))


def started_among(session: Session, notice_id: int, ids: Sequence[int]) -> set[int]:
    """Who of these is in a batch that is sealed or further: too late to take them out.

    The notice's row is locked meanwhile, so this is two questions however many people are asked about.
    """
    wanted = sorted(ids)
    begun = select(Batch.id, Batch.first_id, Batch.last_id).where(
        Batch.notice_id == notice_id, Batch.state.not_in(("planned", "split")), Batch.size > 0
    )
    near = [
        row.id
        for row in session.execute(begun)
        if bisect_left(wanted, row.first_id) < bisect_right(wanted, row.last_id)
    ]
    found = session.scalars(select(Batch.members).where(Batch.id.in_(near)))
    return {id_ for members in found for id_ in set(wanted).intersection(packing.unpack(members))}


def still_meant(session: Session, members: bytes, may: ColumnElement[bool]) -> packing.People:
    """Who of these residents may be sent to now, ascending.

    Ids and LINE user ids travel as one packed value each; a row per person would cost more than the rest of
    a claim.
    """
    people = (
        select(Resident.id, Resident.line_user_id)
        .where(is_any(packing.unpack(members)), may)
        .order_by(Resident.id)
        .subquery()
    )
    ids = func.string_agg(func.int4send(people.c.id), literal(b""))
    # Decoded once: a call for each of them takes a third of the time.
    line_ids = func.decode(func.string_agg(func.substr(people.c.line_user_id, 2), ""), "hex")
    row = session.execute(select(ids.label("ids"), line_ids.label("line_ids"))).one()
    return packing.People(ids=packing.swapped(row.ids or b""), line_ids=row.line_ids or b"")


_REFUSED = text(
    """
    WITH RECURSIVE up AS (
        SELECT id, parent_id, first_id, last_id FROM batches WHERE id = :id
        UNION ALL SELECT b.id, b.parent_id, b.first_id, b.last_id FROM batches b JOIN up ON b.id = up.parent_id
    ), refused AS (
        SELECT b.id, b.parent_id FROM batches b JOIN up root ON root.parent_id IS NULL
        WHERE b.notice_id = :notice AND b.first_id >= root.first_id AND b.last_id <= root.last_id
        AND (b.state IN ('split', 'rejected') OR b.id = :id)
    )
    SELECT count(*) FROM refused r WHERE NOT EXISTS (SELECT FROM refused c WHERE c.parent_id = r.id)
    """
)


def refused_beside(session: Session, batch: Batch) -> int:
    """How many people LINE is known to refuse of the batch this one was split from: each refused part that has no
    refused part itself holds at least one."""
    return int(session.execute(_REFUSED, {"id": batch.id, "notice": batch.notice_id}).scalar_one())


def refused_alone(session: Session, notice_id: int) -> list[int]:
    """Whose id LINE refused although they were asked for alone; of a common message, so it was not the words."""
    found = select(Batch.first_id).where(
        Batch.notice_id == notice_id,
        Batch.endpoint == "multicast",
        Batch.state == "rejected",
        Batch.size == 1,
        Batch.answer.startswith("400"),
    )
    return list(session.scalars(found))


def has_open(session: Session, notice_id: int, *states: str) -> bool:
    """Whether anybody of the notice is still without an outcome, or in one of these states."""
    found = select(Batch.id).where(Batch.notice_id == notice_id, Batch.state.in_(states or rules.OPEN))
    return session.scalar(found.limit(1)) is not None


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
    common = (
        select(Batch.state, func.sum(Batch.size), null())
        .where(Batch.notice_id == notice.id, Batch.state != "split", Batch.outcomes.is_(None))
        .group_by(Batch.state)
    )
    personal = select(Batch.state, Batch.size, Batch.outcomes).where(
        Batch.notice_id == notice.id, Batch.outcomes.is_not(None)
    )
    by_state: Counter[str] = Counter()
    for row in (*session.execute(common), *session.execute(personal)):
        by_state.update(outcomes.counts(*row))
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
    found = _people_in(session, notice_id, states)
    return sorted(id_ for batch in found for id_ in outcomes.having(*batch, states))


def _people_in(
    session: Session, notice_id: int, states: Sequence[str]
) -> Iterator[tuple[list[int], str, bytes | None]]:
    """Members, state and outcomes of every batch in which somebody may have one of these states."""
    found = select(Batch.members, Batch.state, Batch.outcomes).where(
        Batch.notice_id == notice_id, or_(Batch.state.in_(states), Batch.outcomes.is_not(None))
    )
    return ((packing.unpack(row.members), row.state, row.outcomes) for row in session.execute(found))


def not_reached(session: Session, notice_id: int) -> Iterator[tuple[int, str]]:
    """(resident id, batch state or reason of exclusion) of everybody who was frozen and not reached, ascending."""
    states = ("rejected", "quarantined", "cancelled", "expired", "unknown")
    missed = [
        (id_, state)
        for batch in _people_in(session, notice_id, states)
        for id_, state in outcomes.each(*batch)
        if state in states
    ]
    left_out = select(Exclusion.resident_id, Exclusion.reason).where(Exclusion.notice_id == notice_id)
    yield from sorted([*missed, *((row.resident_id, row.reason) for row in session.execute(left_out))])


def told_later(session: Session, notice_id: int) -> set[int]:
    """Who was left out of a notice and read of it in a digest."""
    found = select(Exclusion.resident_id).where(
        Exclusion.notice_id == notice_id, Exclusion.told_by.is_not(None)
    )
    return set(session.scalars(found))


def fingerprint(session: Session, notice_id: int) -> str:
    """SHA-256 over every batch and exclusion of a notice: the same ledger gives the same letters, always."""
    digest = hashlib.sha256()
    batches = session.execute(
        select(
            Batch.seq,
            Batch.state,
            Batch.members,
            Batch.outcomes,
            Batch.body_hash,
            Batch.retry_key,
            Batch.line_request_id,
        )
        .where(Batch.notice_id == notice_id)
        .order_by(Batch.seq)
    )
    for seq, state, members, theirs, *facts in batches:
        digest.update(f"{seq}:{state}:{':'.join(map(str, facts))}:".encode() + members + (theirs or b""))
    for id_, reason in not_reached(session, notice_id):
        digest.update(f"{id_}:{reason};".encode())
    return digest.hexdigest()


@dataclass(frozen=True, slots=True)
class Received:
    """One notice in one resident's history."""

    notice_id: int
    title: str
    state: str
    """What is known of this person's delivery, in the words of a batch's states."""
    at: datetime | None


def received_by(session: Session, resident_id: int) -> list[Received]:
    """Which notices had this resident among their frozen recipients, and how each ended; newest first."""
    found = (
        select(Batch.notice_id, Notice.title, Batch.state, Batch.settled_at, Batch.members, Batch.outcomes)
        .join(Notice, Notice.id == Batch.notice_id)
        .where(Batch.first_id <= resident_id, Batch.last_id >= resident_id, Batch.state != "split")
        .order_by(Batch.notice_id.desc())
    )
    return [
        Received(row.notice_id, row.title, state, row.settled_at)
        for row in session.execute(found)
        for id_, state in outcomes.each(packing.unpack(row.members), row.state, row.outcomes)
        if id_ == resident_id
    ]
