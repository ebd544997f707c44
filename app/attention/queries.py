"""Who may be sent to at the moment of sealing, and why somebody may not. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, case, exists, false, func, or_, select
from sqlalchemy.orm import Session

from app.attention import rules
from app.delivery import queries as delivery_queries
from app.delivery import rules as delivery_rules
from app.delivery.models import Batch
from app.notices.models import Notice
from app.residents.models import Resident
from app.segments import queries as segment_queries

REACHED = ("sealed", "sending", "retry_wait", "accepted", "unknown", "quarantined")
"""States of a batch whose people got the notice, or may get it still; doubt counts as received."""
UNDER_WAY = ("recipients_frozen", "running", "paused")
_RATION = 0x524154
"""The advisory lock of the ceilings: "RAT"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One look at the people of a notice: whom it means, what it owes them, and when it is."""

    notice: Notice
    meant: ColumnElement[bool]
    owes: rules.Manners
    now: datetime
    town_wide: tuple[str, ...] = ()
    """Topics it is about, where it names no place: some want of these only what is meant for their own ward."""

    @property
    def willing(self) -> ColumnElement[bool]:
        """Still meant, not taken out by hand, and hearing this lane at all."""
        listens = segment_queries.listens(self.notice.lane, self.now)
        return and_(self.meant, listens, ~delivery_queries.is_pulled(self.notice.id))

    @property
    def gathers(self) -> ColumnElement[bool]:
        """They read it in Monday's digest."""
        return Resident.digest.is_(True) if self.owes.rationed else false()

    @property
    def narrows(self) -> ColumnElement[bool]:
        """They want of its topic only what names their own place, and it names none."""
        if not (self.owes.rationed and self.town_wide):
            return false()
        narrowed: ColumnElement[bool] = Resident.near.overlap(list(self.town_wide))
        return narrowed

    @property
    def is_quiet(self) -> ColumnElement[bool]:
        """It would arrive in their quiet hours."""
        if not self.owes.quiet:
            return false()
        hours = rules.hours_touched(self.now)
        return or_(*(or_(Resident.quiet_from <= hour, Resident.quiet_to > hour) for hour in hours))


def may(asked: Asked) -> ColumnElement[bool]:
    """Who may be sent to at this moment."""
    return and_(asked.willing, ~asked.narrows, ~asked.gathers, ~asked.is_quiet)


def reason(asked: Asked) -> ColumnElement[str]:
    """Why ``may`` is not true of somebody, as a word of ``exclusions``; to be asked of a row or of none."""
    refused = Resident.stopped == "all" if asked.notice.lane == "emergency" else Resident.stopped != ""
    return case(
        (delivery_queries.is_pulled(asked.notice.id), "pulled"),
        (Resident.id.is_(None), "erased"),
        (Resident.state == "blocked", "blocked"),
        (Resident.state == "gone", "gone"),
        (refused, "stopped"),
        (~asked.meant, "opted_out"),
        (segment_queries.is_paused(asked.now), "paused"),
        (asked.narrows, "opted_out"),
        (asked.gathers, "digest"),
        (asked.is_quiet, "quiet"),
        else_="opted_out",
    )


def waiting(session: Session, asked: Asked, ids: Sequence[int]) -> dict[int, datetime]:
    """Who of these is only asleep, and until when."""
    if not asked.owes.quiet:
        return {}
    found = session.execute(
        select(Resident.id, Resident.quiet_to).where(
            delivery_queries.is_any(ids), asked.willing, ~asked.narrows, ~asked.gathers, asked.is_quiet
        )
    )
    ends = {hour: rules.quiet_ends(asked.now, hour) for hour in range(5, 13)}
    return {row.id: ends[row.quiet_to] for row in found}


def latest_morning(session: Session, ids: Sequence[int], asked: Asked) -> datetime | None:
    """When the last of these wakes, None when nobody is in their quiet hours: for a request that is tried again."""
    asleep = select(func.max(Resident.quiet_to)).where(delivery_queries.is_any(ids), asked.is_quiet)
    hour = session.scalar(asleep)
    return None if hour is None else rules.quiet_ends(asked.now, hour)


# ---- the ceilings --------------------------------------------------------------------------------------


def has_to_count(session: Session, notice: Notice, limits: rules.Ceilings, now: datetime) -> bool | None:
    """Whether so many notices went out that somebody may have had enough; None: that changed just now, ask again.

    Usually it did not, and nothing is counted. Claims that do not count hold the ration's lock together; one that
    counts waits for them, so that it sees everything they sealed.
    """
    if _is_near(session, notice, limits, now):
        session.execute(select(func.pg_advisory_xact_lock(_RATION)))
        return True
    session.execute(select(func.pg_advisory_xact_lock_shared(_RATION)))
    return None if _is_near(session, notice, limits, now) else False


def _is_near(session: Session, notice: Notice, limits: rules.Ceilings, now: datetime) -> bool:
    week, day = rules.since(now)
    found = session.execute(_others(notice, week).add_columns(_reached_since(day).label("is_today"))).all()
    return len(found) >= limits.per_week or sum(row.is_today for row in found) >= limits.per_day


def _others(notice: Notice, begin: datetime) -> Select[int]:
    """Ordinary notices that reached somebody since then, or may be doing so at this moment."""
    return select(Notice.id).where(
        Notice.lane == "ordinary",
        Notice.id != notice.id,
        Notice.released_at.is_not(None),
        _reached_since(begin),
    )


def _reached_since(begin: datetime) -> ColumnElement[bool]:
    sent = exists().where(Batch.notice_id == Notice.id, Batch.first_attempt_at >= begin)
    return or_(Notice.state.in_(UNDER_WAY), and_(Notice.expires_at >= begin, sent))


def had_enough(session: Session, asked: Asked, span: tuple[int, int], limits: rules.Ceilings) -> set[int]:
    """Whose ceiling is reached, among residents ``span[0]`` to ``span[1]``; read from the ledger itself."""
    week, day = rules.since(asked.now)
    at = func.coalesce(Batch.first_attempt_at, asked.now)
    found = session.execute(
        select(Batch.members, (at >= day).label("is_today")).where(
            Batch.notice_id.in_(session.scalars(_others(asked.notice, week)).all()),
            Batch.last_id >= span[0],
            Batch.first_id <= span[1],
            Batch.state.in_(REACHED),
            at > week,
        )
    )
    return rules.over(((delivery_rules.unpack(row.members), row.is_today) for row in found), limits)
