"""What waits to be told in a digest, and to whom. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import and_, exists, func, or_, select
from sqlalchemy.dialects.postgresql import aggregate_order_by
from sqlalchemy.orm import Session, aliased

from app.delivery.models import Exclusion
from app.delivery.rules import TOLD_LATER
from app.digests.models import Digest
from app.notices.models import Notice
from app.residents.models import Resident
from app.segments.queries import listens

WAITS = and_(Exclusion.told_by.is_(None), Exclusion.reason.in_(TOLD_LATER))


def is_made(session: Session, day: date) -> bool:
    """Whether this Monday was gathered for."""
    return session.get(Digest, day) is not None


def gathered(session: Session, after: datetime) -> Sequence[tuple[Notice, bool]]:
    """Every notice somebody still waits to hear of, the oldest first, and whether another has replaced it.

    Of what the cap held back only repeats, which staff wrote: a reminder was for its evening, a digest is made anew.
    """
    newer = aliased(Notice)
    replaced = exists().where(newer.supersedes_id == Notice.id, newer.released_at.is_not(None))
    is_told = or_(Exclusion.reason != "cap", Notice.repeat_of_id.is_not(None))
    found = (
        select(Notice, replaced)
        .where(Notice.released_at > after, exists().where(Exclusion.notice_id == Notice.id, WAITS, is_told))
        .order_by(Notice.released_at, Notice.id)
    )
    return session.execute(found).tuples().all()


def by_what_they_read(
    session: Session, notice_ids: Sequence[int], now: datetime
) -> Sequence[tuple[list[int], str, list[int]]]:
    """(notices, language, residents): people who wait for the very same notices and chose the same language are one
    group; who stopped is in none."""
    notices = func.array_agg(aggregate_order_by(Exclusion.notice_id, Exclusion.notice_id)).label("notices")
    each = (
        select(Exclusion.resident_id, Resident.language, notices)
        .join(Resident, Resident.id == Exclusion.resident_id)
        .where(WAITS, Exclusion.notice_id.in_(notice_ids), listens("individual", now))
        .group_by(Exclusion.resident_id, Resident.language)
        .subquery()
    )
    alike = (each.c.notices, each.c.language)
    found = select(*alike, func.array_agg(each.c.resident_id)).group_by(*alike).order_by(*alike)
    return session.execute(found).tuples().all()
