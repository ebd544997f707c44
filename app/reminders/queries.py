"""Who wants to be reminded, and when. Never commits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, column, exists, func, literal_column, or_, select, values
from sqlalchemy.orm import Session

from app.attention.queries import REACHED
from app.clock import in_japan
from app.delivery.models import Batch, Pull
from app.delivery.packing import unpack
from app.delivery.queries import is_any
from app.notices.models import Notice
from app.reminders import rules
from app.reminders.models import Correction, Reminded, Reminding
from app.reminders.rules import AHEAD, TOPIC, TURN, Choosy
from app.residents.models import Resident
from app.segments.queries import is_silent, listens, reachable, where
from app.segments.rules import from_json

_WANTS = (
    reachable(),
    Resident.reminder != literal_column("''"),
    Resident.topics.contains(literal_column(f"'{{{TOPIC}}}'::varchar[]")),
)
"""Written out as the index ``ix_residents_reminder`` has it."""
JOINED = "直前の変更により、別のお知らせで届きます"
"""Why somebody is taken out of a reminder that was made before they changed something."""
_TELLING = 0x524D44
"""The advisory lock of those who seal reminders: "RMD"."""
_WORDING = 0x52454D49
"""The advisory lock of those who make reminders and those who change what they say: "REMI"."""


def alone(session: Session) -> None:
    """Wait until nobody else makes reminders or changes the days they tell of: whoever comes second sees the first."""
    session.execute(select(func.pg_advisory_xact_lock(_WORDING)))


def chosen(session: Session, slots: Sequence[str]) -> list[str]:
    """Which of these hours somebody chose; one look into the index each, however many people there are."""
    if not slots:
        return []
    asked = values(column("slot", String), name="asked").data([(slot,) for slot in slots])
    wanted = exists().where(*_WANTS, Resident.reminder == asked.c.slot)
    return list(session.scalars(select(asked.c.slot).where(wanted)))


def was_chosen(session: Session, told: rules.Due) -> bool:
    """Whether somebody chose this hour before it came: who is the first to choose it, and comes later, waits for the
    next one."""
    before = or_(Resident.reminder_at.is_(None), Resident.reminder_at < told.at)
    found = select(Resident.id).where(*_WANTS, Resident.reminder == told.slot, before)
    return session.scalar(found.limit(1)) is not None


def by_district(session: Session, slot: str, at: datetime) -> dict[str, int]:
    """How many people of each district want to hear at this hour, and have not stopped or paused everything.

    An index counts all of them without a look at their rows, another one the few who are silent.
    """
    found = select(Resident.district, func.count()).where(*_WANTS, Resident.reminder == slot)
    found = found.group_by(Resident.district)
    people = Counter(dict(session.execute(found).all()))
    people.subtract(dict(session.execute(found.where(is_silent("individual", at))).all()))
    return +people


def by_language(session: Session, slot: str, at: datetime) -> dict[str, dict[str, int]]:
    """Those of ``by_district`` who read something else than Japanese: language to district to how many."""
    found = select(Resident.language, Resident.district, func.count()).where(
        *_WANTS,
        listens("individual", at),
        Resident.reminder == slot,
        Resident.language != literal_column("'ja'"),
    )
    people: dict[str, dict[str, int]] = {}
    for language, district, count in session.execute(found.group_by(Resident.language, Resident.district)):
        people.setdefault(language, {})[district] = count
    return people


def choosy(session: Session, slot: str, at: datetime) -> list[Choosy]:
    """Those of ``by_district`` who leave kinds or single reminders out, by what they leave out."""
    what = (Resident.language, Resident.district, Resident.unwanted, Resident.rests_until)
    found = select(*what, func.count().label("people")).where(
        *_WANTS,
        listens("individual", at),
        Resident.reminder == slot,
        or_(Resident.unwanted != literal_column("'{}'::varchar[]"), Resident.rests_until.is_not(None)),
    )
    return [
        Choosy(row.language, row.district, frozenset(row.unwanted), row.rests_until, row.people)
        for row in session.execute(found.group_by(*what))
    ]


def sent_before(session: Session, day: date) -> tuple[Sequence[int], datetime | None]:
    """The notices that told of this day at earlier hours, and since when."""
    made = session.scalars(select(Reminded.notice_id).where(Reminded.day == day)).all()
    begin = select(func.min(Reminding.at)).where(Reminding.day == day, Reminding.notices > 0)
    return made, session.scalar(begin) if made else None


def newly_at(session: Session, slot: str, since: datetime) -> Sequence[int]:
    """Who chose this hour since then; an index of choices finds them, however many others have the same hour."""
    found = select(Resident.id).where(*_WANTS, Resident.reminder == slot, Resident.reminder_at >= since)
    return session.scalars(found.order_by(Resident.id)).all()


def made(session: Session, due: Sequence[rules.Due]) -> dict[rules.Due, Reminding]:
    """Which of these hours were made already."""
    rows = session.scalars(select(Reminding).where(Reminding.day.in_({told.day for told in due}))).all()
    known = {(row.slot, row.day): row for row in rows}
    return {told: row for told in due if (row := known.get((told.slot, told.day))) is not None}


def hours(session: Session, day: date) -> list[rules.Due]:
    """The hours at which people were told of a day, or are about to be."""
    found = select(Reminding.slot).where(Reminding.day == day).order_by(Reminding.slot)
    return [rules.hour(slot, day) for slot in session.scalars(found)]


def changed(session: Session, told: rules.Due, since: datetime, now: datetime) -> list[int]:
    """Who changed something since then and wants this hour's reminder, which they chose before it came."""
    found = select(Resident.id).where(
        *_WANTS,
        listens("individual", now),
        Resident.reminder == told.slot,
        Resident.changed_at >= since,
        or_(Resident.reminder_at.is_(None), Resident.reminder_at < told.at),
    )
    return list(session.scalars(found.order_by(Resident.id)))


@dataclass(frozen=True, slots=True)
class Reader:
    """What decides which text somebody reads, and whether they want to."""

    id: int
    language: str
    district: str
    unwanted: Sequence[str]
    rests_until: date | None


def readers(session: Session, ids: Sequence[int]) -> list[Reader]:
    """These people, ascending."""
    what = (Resident.id, Resident.language, Resident.district, Resident.unwanted, Resident.rests_until)
    found = session.execute(select(*what).where(is_any(ids)).order_by(Resident.id)) if ids else ()
    return [Reader(*row) for row in found]


def kept(session: Session, notice: Notice, ids: Sequence[int]) -> set[int]:
    """Whom of these a reminder means and has in a batch, or will have once it is frozen and planned."""
    if not ids:
        return set()
    meant = where(from_json(notice.rule), in_japan(notice.created_at).date())
    found = set(session.scalars(select(Resident.id).where(is_any(ids), meant)))
    if notice.released_at is None:
        return found
    to_plan = set() if notice.plan_done else {id_ for id_ in found if id_ > notice.planned_to}
    # The halves of what was split have all who are still in it.
    return to_plan | _members(session, sorted(found), Batch.notice_id == notice.id, Batch.state != "split")


def not_sealed(session: Session, notice_id: int, ids: Sequence[int]) -> set[int]:
    """Who of these is in a batch of the notice that is only planned."""
    return _members(session, ids, Batch.notice_id == notice_id, Batch.state == "planned")


def taken_out(session: Session, notices: Sequence[int], ids: Sequence[int]) -> set[int]:
    """Whom staff took out of one of these by hand."""
    found = select(Pull.resident_id).where(
        Pull.notice_id.in_(notices), Pull.resident_id.in_(ids), Pull.reason != JOINED
    )
    return set(session.scalars(found)) if ids else set()


def already_told(session: Session, notices: Sequence[int], ids: Sequence[int]) -> set[int]:
    """Who of these got one of the notices, or may get it still: read from the batches whose ids lie around theirs."""
    if not notices:
        return set()
    return _members(session, ids, Batch.notice_id.in_(notices), Batch.state.in_(REACHED))


def _members(session: Session, ids: Sequence[int], *of: ColumnElement[bool]) -> set[int]:
    """Who of these is in such a batch."""
    if not ids:
        return set()
    found = select(Batch.members).where(*of, Batch.last_id >= min(ids), Batch.first_id <= max(ids))
    wanted = set(ids)
    return {each for members in session.scalars(found) for each in wanted.intersection(unpack(members))}


def moved(session: Session, notice: Notice, meant: ColumnElement[bool]) -> Sequence[int]:
    """Whom a reminder means who chose its hour so late that whoever made it may not have seen it.

    They may have been told at the hour before. Those who seal reminders hold a lock together; one with such people
    waits for the others and keeps them waiting, so that it sees whom they told.
    """
    if notice.origin != "reminder" or session.get(Reminded, notice.id) is None:
        return ()
    made = min(notice.created_at, (notice.scheduled_at or notice.created_at) - AHEAD)
    found = select(Resident.id).where(Resident.reminder_at >= made - TURN, meant)
    ids = session.scalars(found.order_by(Resident.id)).all()
    lock = func.pg_advisory_xact_lock if ids else func.pg_advisory_xact_lock_shared
    session.execute(select(lock(_TELLING)))
    return ids


def told_by_another(session: Session, notice_id: int, ids: Sequence[int]) -> set[int]:
    """Who of these was told of a reminder's day by another one."""
    day = select(Reminded.day).where(Reminded.notice_id == notice_id).scalar_subquery()
    others = select(Reminded.notice_id).where(Reminded.day == day, Reminded.notice_id != notice_id)
    return already_told(session, session.scalars(others).all(), ids) if ids else set()


def reminded_until(session: Session, resident_id: int, today: date) -> date | None:
    """The last day from today on that somebody was reminded of."""
    days: dict[date, list[int]] = {}
    for day, notice_id in session.execute(
        select(Reminded.day, Reminded.notice_id).where(Reminded.day >= today)
    ):
        days.setdefault(day, []).append(notice_id)
    told = (day for day, made in days.items() if already_told(session, made, [resident_id]))
    return max(told, default=None)


def told_of(session: Session, day: date) -> Sequence[tuple[Reminded, Notice]]:
    """Every reminder of this day with its notice, in order."""
    found = select(Reminded, Notice).join(Notice).where(Reminded.day == day).order_by(Notice.id)
    return [(row.Reminded, row.Notice) for row in session.execute(found)]


def told_at(session: Session, told: rules.Due) -> Sequence[tuple[Reminded, Notice]]:
    """Every reminder of one hour of a day with its notice, in order."""
    return [(row, notice) for row, notice in told_of(session, told.day) if notice.scheduled_at == told.at]


def corrections_of(session: Session, override_id: int) -> Sequence[Correction]:
    """What followed a change, except for taking it back, locked."""
    found = select(Correction).where(Correction.override_id == override_id, ~Correction.undoes)
    return session.scalars(found.order_by(Correction.id).with_for_update()).all()


def open_corrections(session: Session) -> Sequence[Correction]:
    """Corrections still to be made, locked; those another process is at are passed over."""
    found = select(Correction).where(Correction.settled_at.is_(None)).order_by(Correction.id)
    return session.scalars(found.with_for_update(skip_locked=True)).all()
