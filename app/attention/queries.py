"""Who may be sent to at the moment of sealing, and why somebody may not. Never commits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from sqlalchemy import ColumnElement, Select, Text, and_, case, cast, exists, false, func, or_, select, text
from sqlalchemy.orm import Session

from app.attention import rules
from app.attention.rules import Ration
from app.clock import JST, in_japan
from app.delivery import packing
from app.delivery import queries as delivery_queries
from app.delivery.models import Batch
from app.notices.models import Notice
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments.words import All, AnyOf, HasTopic, InDistrict, InDistricts, InWard, Rule

REACHED = ("sealed", "sending", "retry_wait", "accepted", "unknown", "quarantined")
"""States of a batch whose people got the notice, or may get it still; doubt counts as received."""
UNDER_WAY = ("recipients_frozen", "running", "paused")
_LOCKS = {"ceiling": 0x524154, "cap": 0x434150}
"""The advisory locks of the rations: "RAT" and "CAP"."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One look at the people of a notice: whom it means, what it owes them, and when it is."""

    notice: Notice
    meant: ColumnElement[bool]
    owes: rules.Manners
    now: datetime
    wanted: ColumnElement[bool]
    """As ``wanted`` has it, which some want of some topics only when it is meant for their own ward."""

    @property
    def willing(self) -> ColumnElement[bool]:
        """Still meant, not taken out by hand, and hearing this lane at all."""
        listens = segment_queries.listens(self.notice.lane, self.now)
        return and_(self.meant, listens, delivery_queries.is_not_pulled(self.notice.id))

    @property
    def gathers(self) -> ColumnElement[bool]:
        """They read it in Monday's digest."""
        return Resident.digest.is_(True) if self.owes.rationed else false()

    @property
    def narrows(self) -> ColumnElement[bool]:
        """They want of every topic they hear it for only what names their own place, and it names none. Who has no
        own place has nothing to narrow to."""
        if not self.owes.rationed:
            return false()
        return and_(Resident.near != [], Resident.ward != "", ~self.wanted)

    @property
    def is_quiet(self) -> ColumnElement[bool]:
        """It would arrive in their quiet hours."""
        if not self.owes.quiet:
            return false()
        hours = rules.hours_touched(self.now)
        return or_(*(or_(Resident.quiet_from <= hour, Resident.quiet_to > hour) for hour in hours))


def wanted(rule: Rule, today: date) -> ColumnElement[bool]:
    """Who is meant by their place, by a topic they have not narrowed to it, or by no topic at all."""
    if not rules.town_wide(rule):
        return ~false()
    return or_(_by_place_or_topic(rule, today), _by_no_topic(rule, today))


def _by_place_or_topic(rule: Rule, today: date) -> ColumnElement[bool]:
    meant = segment_queries.where(rule, today)
    match rule:
        case All(parts):
            return and_(meant, or_(false(), *(_by_place_or_topic(part, today) for part in parts)))
        case AnyOf(parts):
            return or_(false(), *(_by_place_or_topic(part, today) for part in parts))
        case HasTopic(topic):
            return and_(meant, ~Resident.near.contains([topic]))
        case InWard() | InDistrict() | InDistricts():
            return meant
        case _:
            return false()


def _by_no_topic(rule: Rule, today: date) -> ColumnElement[bool]:
    match rule:
        case All(parts) if parts:
            return and_(*(_by_no_topic(part, today) for part in parts))
        case AnyOf(parts):
            return or_(false(), *(_by_no_topic(part, today) for part in parts))
        case HasTopic():
            return false()
        case _:
            return segment_queries.where(rule, today)


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


# ---- rations -------------------------------------------------------------------------------------------


def has_to_count(session: Session, notice: Notice, ration: Ration, now: datetime) -> bool | None:
    """Whether so much went out that somebody may have had enough; None: that changed just now, ask again.

    Usually it did not, and nothing is counted. Claims that do not count hold the ration's lock together; one that
    counts waits for them, so that it sees everything they sealed.
    """
    lock = _LOCKS[ration.reason]
    longer, shorter = ration.since(now)
    # Made once and asked twice: making it costs more than its answer.
    others = _others(notice, ration, longer).add_columns(
        _reached_since(shorter).label("is_recent"), _reminds_of().label("reminds_of")
    )
    if _is_near(session, others, ration, now):
        session.execute(select(func.pg_advisory_xact_lock(lock)))
        return True
    session.execute(select(func.pg_advisory_xact_lock_shared(lock)))
    return None if _is_near(session, others, ration, now) else False


def _is_near(session: Session, others: Select[Any], ration: Ration, now: datetime) -> bool:
    longer, shorter = ration.since(now)
    found = session.execute(others).all()
    # Everybody is in one of the reminders of a day at most.
    all_of_them = {row.reminds_of or row.id for row in found}
    recent = {row.reminds_of or row.id for row in found if row.is_recent}
    if ration.reason == "cap":
        pushed = _most_pushed(session, longer, shorter)
        return len(all_of_them) + pushed[0] >= ration.longer or len(recent) + pushed[1] >= ration.shorter
    return len(all_of_them) >= ration.longer or len(recent) >= ration.shorter


def _others(notice: Notice, ration: Ration, begin: datetime) -> Select[int]:
    """Notices of the same kind that reached somebody since then, or may be doing so at this moment."""
    kind = _automatic_beside(notice, begin) if ration.reason == "cap" else Notice.lane == "ordinary"
    return select(Notice.id).where(
        kind, Notice.id != notice.id, Notice.released_at.is_not(None), _reached_since(begin)
    )


def _automatic_beside(notice: Notice, begin: datetime) -> ColumnElement[bool]:
    """What else is automatic, without the other notices of the same day's reminder: nobody is in two of them."""
    kind = and_(Notice.lane != "emergency", is_automatic(), Notice.released_at >= begin - rules.LIVES)
    if notice.origin != "reminder" or notice.scheduled_at is None:
        return kind
    begins = datetime.combine(in_japan(notice.scheduled_at).date(), time(), JST)
    same_day = and_(Notice.scheduled_at >= begins, Notice.scheduled_at < begins + rules.DAY)
    return and_(kind, ~and_(_is_once_a_day(), Notice.type == notice.type, same_day))


def is_automatic() -> ColumnElement[bool]:
    """Made by the program at its hour: a reminder or digest, or a copy of what is repeated."""
    made = or_(Notice.origin == "reminder", Notice.repeat_of_id.is_not(None))
    # A correction counts against nobody: its rule names the notice whose readers it is for.
    return and_(made, cast(Notice.rule, Text).not_like('%"received"%'))


def _reminds_of() -> ColumnElement[str | None]:
    """Type and day of what comes once a day to each of its readers, in many notices; nothing for all else."""
    day = func.to_char(func.timezone("Asia/Tokyo", Notice.scheduled_at), "YYYY-MM-DD")
    return case((_is_once_a_day(), func.concat(Notice.type, " ", day)))


def _is_once_a_day() -> ColumnElement[bool]:
    """Reminders and digests, not the corrections of reminders."""
    return and_(Notice.origin == "reminder", Notice.supersedes_id.is_(None))


def _reached_since(begin: datetime) -> ColumnElement[bool]:
    sent = exists().where(Batch.notice_id == Notice.id, Batch.first_attempt_at >= begin)
    return or_(Notice.state.in_(UNDER_WAY), and_(Notice.expires_at >= begin, sent))


def had_enough(session: Session, asked: Asked, span: tuple[int, int], ration: Ration) -> set[int]:
    """Whose ration is used up, among residents ``span[0]`` to ``span[1]``; read from the ledger itself."""
    longer, shorter = ration.since(asked.now)
    at = func.coalesce(Batch.first_attempt_at, asked.now)
    found = session.execute(
        select(Batch.members, (at >= shorter).label("is_recent")).where(
            Batch.notice_id.in_(session.scalars(_others(asked.notice, ration, longer)).all()),
            Batch.last_id >= span[0],
            Batch.first_id <= span[1],
            Batch.state.in_(REACHED),
            at > longer,
        )
    )
    received = [(packing.unpack(row.members), bool(row.is_recent)) for row in found]
    if ration.reason == "cap":
        received += _pushed(session, span, longer, shorter)
    return rules.over(received, ration)


# Single pushes are named by their table, because they are built on us.
_MOST_PUSHED = text(
    "SELECT coalesce(max(longer), 0) AS longer, coalesce(max(shorter), 0) AS shorter FROM ("
    "SELECT count(*) AS longer, count(*) FILTER (WHERE first_attempt_at >= :shorter) AS shorter FROM pushes "
    "WHERE automatic AND first_attempt_at > :longer GROUP BY resident_id) each"
)
_PUSHED = text(
    "SELECT resident_id, first_attempt_at >= :shorter AS is_recent FROM pushes "
    "WHERE automatic AND first_attempt_at > :longer AND resident_id BETWEEN :first AND :last"
)


def _most_pushed(session: Session, longer: datetime, shorter: datetime) -> tuple[int, int]:
    """How many automatic pushes one resident got at most."""
    row = session.execute(_MOST_PUSHED, {"longer": longer, "shorter": shorter}).one()
    return row.longer, row.shorter


def _pushed(
    session: Session, span: tuple[int, int], longer: datetime, shorter: datetime
) -> list[tuple[list[int], bool]]:
    values = {"first": span[0], "last": span[1], "longer": longer, "shorter": shorter}
    return [([row.resident_id], row.is_recent) for row in session.execute(_PUSHED, values)]


def counting(session: Session, ration: Ration) -> None:
    """Whoever counts single people waits for the claims of notices, and they for it: so each sees what the other took."""
    session.execute(select(func.pg_advisory_xact_lock(_LOCKS[ration.reason])))


def capped(session: Session, ids: Sequence[int], ration: Ration, now: datetime) -> set[int]:
    """Who of these has had enough of what is automatic, at the moment a single push would go to them."""
    longer, shorter = ration.since(now)
    at = func.coalesce(Batch.first_attempt_at, now)
    received: list[tuple[Sequence[int], bool]] = []
    for id_ in ids:
        received += _pushed(session, (id_, id_), longer, shorter)
        batches = (
            select(Batch.members, (at >= shorter).label("is_recent"))
            .join(Notice, Notice.id == Batch.notice_id)
            .where(
                and_(Notice.lane != "emergency", is_automatic(), Notice.released_at >= longer - rules.LIVES),
                Batch.first_id <= id_,
                Batch.last_id >= id_,
                Batch.state.in_(REACHED),
                at > longer,
            )
        )
        received += [
            ([id_], bool(row.is_recent))
            for row in session.execute(batches)
            if id_ in packing.unpack(row.members)
        ]
    return rules.over(received, ration)
