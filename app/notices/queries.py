"""Find notices. Never commits."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import ColumnElement, Integer, Text, and_, bindparam, cast, exists, func, or_, select, text
from sqlalchemy.orm import Session, aliased

from app.audit import SYSTEM, AuditRow
from app.notices import bonds, rules
from app.notices.models import Notice, TrackedLink


def get(session: Session, notice_id: int) -> Notice | None:
    return session.get(Notice, notice_id)


def snapshot(session: Session, notice_id: int) -> Notice | None:
    """The notice as it is now, outside the session: it may be locked later in the same transaction, changed or not."""
    notice = session.get(Notice, notice_id, populate_existing=True)
    if notice is not None:
        session.expunge(notice)
    return notice


def locked(session: Session, notice_id: int) -> Notice | None:
    """The notice with its row locked until the transaction ends, freshly read."""
    return session.get(Notice, notice_id, with_for_update=True, populate_existing=True)


def kept(session: Session, notice_id: int) -> Notice:
    """The notice as it stays until the transaction ends. Those who record share it; the one who may begin its watch,
    and so writes to the row, has it alone: two who share it could not both write."""
    begins = select(Notice.id).where(
        Notice.id == notice_id, Notice.watch_seconds > 0, Notice.watch_until.is_(None)
    )
    shared = session.scalar(begins) is None
    return session.get_one(Notice, notice_id, with_for_update={"read": shared}, populate_existing=True)


_UNWATCHED = (
    select(Notice.id)
    .where(Notice.id == bindparam("id", type_=Integer()), Notice.watch_seconds == 0)
    .with_for_update(read=True)
)


def keeps_unwatched(session: Session, notice_id: int) -> bool:
    """``kept``, where the notice itself is of no interest: False, and nothing is kept, when it may be watched."""
    return session.scalar(_UNWATCHED, {"id": notice_id}) is not None


def _is_public() -> ColumnElement[bool]:
    """Released itself, or copied by a repeat of which one was: the copies carry its addresses."""
    copy = aliased(Notice)
    copied = exists().where(copy.repeat_of_id == Notice.id, copy.released_at.is_not(None))
    return or_(Notice.released_at.is_not(None), copied)


def by_token(session: Session, token: str) -> Notice | None:
    """The notice of a public page; only what has been released is public."""
    found = select(Notice).where(Notice.token == token, _is_public())
    return session.scalars(found).one_or_none()


def newest_public(session: Session, types: Collection[str], now: datetime, limit: int) -> Sequence[Notice]:
    """What was released last of these types and is still true; a notice with personal words, a withdrawn or a replaced
    one and all but the newest of a repeated one are left out."""
    newer, later = aliased(Notice), aliased(Notice)
    replaced = exists().where(newer.supersedes_id == Notice.id, newer.released_at.is_not(None))
    root = func.coalesce(Notice.repeat_of_id, Notice.id)
    repeated = exists().where(
        func.coalesce(later.repeat_of_id, later.id) == root, later.released_at > Notice.released_at
    )
    found = (
        select(Notice)
        .where(
            Notice.type.in_(types),
            Notice.released_at.is_not(None),
            Notice.withdrawn.is_(False),
            Notice.state != "cancelled",
            or_(Notice.valid_until.is_(None), Notice.valid_until > now),
            cast(Notice.rule, Text).not_like('%"listed"%'),
            ~replaced,
            ~repeated,
        )
        .order_by(Notice.released_at.desc(), Notice.id.desc())
        .limit(limit)
    )
    return session.scalars(found).all()


def listing(session: Session, *, state: str | None = None, limit: int = 50) -> Sequence[Notice]:
    """The newest first, all or of one state."""
    found = select(Notice).order_by(Notice.updated_at.desc(), Notice.id.desc()).limit(limit)
    if state is not None:
        found = found.where(Notice.state == state)
    return session.scalars(found).all()


def counts_by_state(session: Session) -> dict[str, int]:
    found = select(Notice.state, func.count()).group_by(Notice.state)
    return dict(session.execute(found).all())


def due(session: Session, until: datetime, automatic: datetime, limit: int = 20) -> Sequence[int]:
    """Notices whose instant comes by then, those the program itself made by ``automatic``; emergencies first, then the
    earliest."""
    at_hand = or_(
        Notice.scheduled_at <= until, and_(Notice.origin == "reminder", Notice.scheduled_at <= automatic)
    )
    found = (
        select(Notice.id)
        .where(Notice.state == "scheduled", at_hand)
        .order_by(Notice.lane != "emergency", Notice.scheduled_at)
        .limit(limit)
    )
    return session.scalars(found).all()


def running(session: Session) -> Sequence[Notice]:
    return session.scalars(select(Notice).where(Notice.state == "running").order_by(Notice.id)).all()


def unfinished(session: Session) -> Sequence[int]:
    """Notices the reconciler looks after: not ended, or ended and nobody has seen yet that their sum closes."""
    found = select(Notice.id).where(
        or_(
            Notice.state.in_(("scheduled", "recipients_frozen", "running", "paused")),
            and_(
                Notice.state.in_(("cancelled", "expired")),
                Notice.released_at.is_not(None),
                Notice.sum_closes.is_(None),
            ),
        )
    )
    return session.scalars(found.order_by(Notice.id)).all()


def paused_for(session: Session, reason: str) -> Sequence[int]:
    """Notices that stopped for this reason."""
    found = select(Notice.id).where(Notice.state == "paused", Notice.pause_reason == reason)
    return session.scalars(found.order_by(Notice.id)).all()


def went_on_by_itself(session: Session, notice_id: int) -> int:
    """How often the clock let it go on after a pause."""
    found = select(func.count()).where(
        AuditRow.subject == f"notice:{notice_id}",
        AuditRow.action == "notice.resume",
        AuditRow.by == SYSTEM,
    )
    return session.scalar(found) or 0


def with_open_sums(session: Session) -> Sequence[Notice]:
    """Notices whose people do not add up: somebody may have been forgotten."""
    return session.scalars(select(Notice).where(Notice.sum_closes.is_(False)).order_by(Notice.id)).all()


Waiting = tuple[int, datetime, str]
"""A notice's id, instant and lane."""


def to_start(session: Session) -> Sequence[Waiting]:
    """Notices that are frozen and wait for their instant, the earliest first."""
    found = (
        select(Notice.id, Notice.released_at, Notice.lane)
        .where(Notice.state == "recipients_frozen", Notice.recipients > 0)
        .order_by(Notice.released_at)
    )
    return [(id_, instant, lane) for id_, instant, lane in session.execute(found) if instant is not None]


def successor(session: Session, notice_id: int, now: datetime, *, but: int | None = None) -> int | None:
    """The released notice that replaces this one, other than ``but``."""
    found = select(Notice.id).where(Notice.supersedes_id == notice_id, Notice.released_at <= now)
    if but is not None:
        found = found.where(Notice.id != but)
    return session.scalar(found.limit(1))


def required_stands(session: Session, notice: Notice, now: datetime) -> bool:
    """Whether the notice this one builds on stands; one that asks for nothing always may.

    That this notice itself replaces its order ("lifted") does not count against it.
    """
    if notice.requires_id is None:
        return True
    found = session.get_one(Notice, notice.requires_id, populate_existing=True)
    order = _order(session, found, now, but=notice.id)
    if notice.supersedes_id == found.id and notice.released_at is not None and found.released_at is not None:
        # It has just ended its order itself, perhaps before anybody read that.
        order = replace(order, state="done")
    return rules.is_standing(order)


def _order(session: Session, notice: Notice, now: datetime, *, but: int | None) -> rules.Order:
    """A notice as others that build on it see it."""
    return rules.Order(
        state=notice.state,
        has_readers=notice.released_at is not None and _has_readers(session, notice.id),
        withdrawn=notice.withdrawn,
        superseded=successor(session, notice.id, now, but=but) is not None,
    )


def _has_readers(session: Session, notice_id: int) -> bool:
    """Whether LINE accepted it for anybody, or may have; named by its table, because the ledger is built on us."""
    found = text(
        "SELECT EXISTS (SELECT FROM batches WHERE notice_id = :id AND (ambiguous OR outcomes IS NOT NULL "
        "AND attempts > 0 OR state IN ('accepted', 'sending', 'unknown', 'quarantined')))"
    )
    return bool(session.scalar(found, {"id": notice_id}))


def others(
    session: Session, ids: Collection[int], now: datetime, *, but: int | None
) -> dict[int, bonds.Other]:
    """The released ones among these, as a bond sees them; that ``but`` replaces them does not count."""
    found = select(Notice).where(Notice.id.in_(ids), Notice.released_at.is_not(None))
    return {
        each.id: bonds.Other(
            lane=each.lane, is_standing=rules.is_standing(_order(session, each, now, but=but))
        )
        for each in session.scalars(found)
    }


def bondable(
    session: Session, *, since: datetime, chosen: Sequence[int], limit: int = 50
) -> Sequence[Notice]:
    """Released notices of staff that another may replace or build on, the newest first, and those already chosen."""
    recent = and_(Notice.released_at > since, Notice.origin == "staff")
    wanted = or_(recent, Notice.id.in_(chosen))
    found = select(Notice).where(Notice.released_at.is_not(None), wanted)
    return session.scalars(found.order_by(Notice.released_at.desc(), Notice.id.desc()).limit(limit)).all()


def why_not_now(session: Session, notice: Notice, now: datetime) -> str:
    """``rules.why_not_now`` with what the database knows at this moment."""
    return rules.why_not_now(
        state=notice.state,
        expires_at=notice.expires_at,
        now=now,
        superseded=successor(session, notice.id, now) is not None,
        required_stands=required_stands(session, notice, now),
    )


def link(session: Session, link_id: str) -> TrackedLink | None:
    """A stored destination, only of a notice that has been released."""
    found = (
        select(TrackedLink)
        .join(Notice, Notice.id == TrackedLink.notice_id)
        .where(TrackedLink.id == link_id, _is_public())
    )
    return session.scalars(found).one_or_none()


def links_of(session: Session, notice_id: int) -> Sequence[TrackedLink]:
    return session.scalars(
        select(TrackedLink).where(TrackedLink.notice_id == notice_id).order_by(TrackedLink.label)
    ).all()
