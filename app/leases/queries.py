"""Which batches may be claimed now, until when a claim holds, and whose ran out. Never commits.

Leases use the database's clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, ScalarSelect, and_, false, func, not_, or_, select, update
from sqlalchemy.orm import Session

from app.delivery import rules
from app.delivery.models import Batch
from app.notices.models import Notice

_COUNTING = 0x534C4F57
"""The space of the advisory locks of slow notices: "SLOW"."""


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
    recent = _sent_since(now - rules.MINUTE)
    waits = Batch.state.in_(("planned", "sealed", "retry_wait"))
    started, largest = session.execute(
        select(
            func.coalesce(func.sum(Batch.size).filter(recent), 0),
            func.coalesce(func.max(Batch.size).filter(waits), 0),
        ).where(Batch.notice_id == notice.id, or_(recent, waits))
    ).one()
    return due, rules.batches_left(notice.people_per_minute, started, largest)


def _sent_since(instant: datetime) -> ColumnElement[bool]:
    """Begun since then, or begun again: under way, or LINE took it, or may have."""
    ended = and_(Batch.settled_at > instant, Batch.state.in_(("accepted", "unknown", "quarantined")))
    return or_(Batch.first_attempt_at > instant, Batch.state == "sending", ended)


def alone(session: Session, notice_id: int) -> None:
    """Wait until nobody else counts what a slow notice may still send: two who count at once would send twice as much."""
    session.execute(select(func.pg_advisory_xact_lock(_COUNTING, notice_id)))


def _first_with_people(notice_id: int) -> ScalarSelect[int]:
    """The batch that is watched: the first, unless all its people were left out."""
    first = select(func.min(Batch.seq)).where(Batch.notice_id == notice_id, Batch.size > 0)
    return first.correlate(None).scalar_subquery()


def watched(session: Session, notice_id: int) -> Batch | None:
    """The batch that is watched."""
    found = select(Batch).where(Batch.notice_id == notice_id, Batch.seq == _first_with_people(notice_id))
    return session.scalars(found).one_or_none()


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


def renew(session: Session, batch_ids: Sequence[int], owner: str, lease_seconds: float) -> None:
    """Keep the claims of calls that are still under way."""
    session.execute(
        update(Batch)
        .where(Batch.id.in_(batch_ids), Batch.owner == owner, Batch.state == "sending")
        .values(lease_until=_from_now(lease_seconds))
    )


def _from_now(seconds: float) -> ColumnElement[datetime]:
    return func.now() + func.make_interval(0, 0, 0, 0, 0, 0, seconds)


def with_lost_leases(session: Session) -> Sequence[int]:
    """The notices of claims whose owner has not been heard of, ascending."""
    found = select(Batch.notice_id).where(_is_lost()).distinct().order_by(Batch.notice_id)
    return session.scalars(found).all()


def lost_leases(session: Session, notice_ids: Sequence[int], limit: int = 200) -> Sequence[Batch]:
    """Claims of these notices whose owner has not been heard of, locked."""
    if not notice_ids:
        return []
    found = (
        select(Batch)
        .where(_is_lost(), Batch.notice_id.in_(notice_ids))
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    return session.scalars(found).all()


def _is_lost() -> ColumnElement[bool]:
    return and_(Batch.state == "sending", Batch.lease_until < func.now())
