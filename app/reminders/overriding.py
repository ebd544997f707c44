"""Register a change of collection days, take it back, and tell exactly those who had been told otherwise.

Reminders whose hour is still to come are made anew (``anew``). Those that are under way lose the people concerned
before their batch is sealed. Whoever got one all the same
is known from the ledger once that notice has ended, and hears of the change in words fixed in ``content``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import func, literal, select, update
from sqlalchemy.dialects.postgresql import insert as insert_new
from sqlalchemy.orm import Session

from app import audit
from app.clock import JST, in_japan
from app.delivery import queries as delivery_queries
from app.delivery.models import Pull
from app.errors import Refused
from app.garbage import overrides
from app.garbage.models import OverriddenArea, Override
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.reminders import anew, making, queries, rules, wording
from app.reminders.models import Correction, Reminded
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules
from app.staff.models import Staff
from app.town.rules import LoadedTown
from bot_flows import town_spoken
from bot_flows.pack_facts import Section
from content.sentences import FIRST_LANGUAGE, spoken

FURTHEST = timedelta(days=366)
UNDER_WAY = ("scheduled", "recipients_frozen", "running", "paused")
PULLED = "収集の変更が登録されたため"


@dataclass(frozen=True, slots=True)
class Change:
    """What staff typed: these areas on this day are collected on another one, or not at all."""

    areas: tuple[str, ...]
    day: date
    new_day: date | None
    reason: str


@dataclass(frozen=True, slots=True)
class Registered:
    """What a change means: the areas it concerns, and those that have no collection that day anyway."""

    override_id: int
    areas: tuple[str, ...]
    without: tuple[str, ...]


def register(session: Session, town: LoadedTown, what: Change, *, by: Staff, now: datetime) -> Registered:
    """Write the change down, stop reminders of that day, and see to it that those reminded are told."""
    queries.alone(session)
    _check(what, town, in_japan(now).date())
    collected = {area: _categories(town, area, what.day) for area in dict.fromkeys(what.areas)}
    areas = [area for area, categories in collected.items() if categories]
    if not areas:
        raise Refused("選んだ地区は、その日に収集がありません。日付と地区を確認してください。")
    change = Override(day=what.day, new_day=what.new_day, reason=what.reason, by_id=by.id, at=now)
    session.add(change)
    session.flush()
    rows = [{"override_id": change.id, "area": area, "day": what.day} for area in areas]
    added = insert_new(OverriddenArea).values(rows).on_conflict_do_nothing().returning(OverriddenArea.area)
    taken = set(areas) - set(session.scalars(added))
    if taken:
        names = "、".join(sorted(taken)[:5])
        raise Refused(f"{names}は、その日の変更がもう登録されています。先に取り消してください。")
    audit.record(
        session,
        "override.register",
        f"override:{change.id}",
        by=by.login,
        at=now,
        detail={"areas": len(areas)},
    )
    anew.make_anew(session, town, (what.day, what.new_day), _concerned(town, areas, by, now))
    work = _Work(town, change, areas, by, now)
    for told, notice in queries.told_of(session, what.day):
        if not told.stopped:
            _called_off(session, work, told, notice)
    correct_due(session, now)
    return Registered(change.id, tuple(areas), tuple(area for area in collected if area not in areas))


def _concerned(town: LoadedTown, areas: Sequence[str], by: Staff, now: datetime) -> anew.Changed:
    codes = [district.code for ward in town.wards for district in town.districts(ward)]
    return anew.Changed(_districts_in(town, codes, areas), by, now)


def _check(what: Change, town: LoadedTown, today: date) -> None:
    if not what.areas:
        raise Refused("地区を1つ以上選んでください。")
    known = {area.name for area in town.garbage.areas}
    if unknown := [area for area in what.areas if area not in known]:
        raise Refused(f"「{unknown[0][:40]}」という地区はありません。画面を開き直してください。")
    if what.reason not in overrides.REASONS:
        raise Refused("理由を選んでください。")
    for day in filter(None, (what.day, what.new_day)):
        if not today <= day <= today + FURTHEST:
            raise Refused("今日から1年先までの日付を選んでください。")
    if what.new_day == what.day:
        raise Refused("変更後の日は、もとの日とちがう日にしてください。")


def _categories(town: LoadedTown, area: str, day: date) -> tuple[str, ...]:
    """What the pack itself collects in an area that day."""
    return next((one.categories for one in town.garbage.days(area, day, day)), ())


@dataclass(frozen=True, slots=True)
class _Work:
    """One change being registered."""

    town: LoadedTown
    change: Override
    areas: Sequence[str]
    by: Staff
    now: datetime


def _called_off(session: Session, work: _Work, told: Reminded, notice: Notice) -> None:
    """A reminder that says otherwise: who has not got it yet will not, who has is told."""
    town, change = work.town, work.change
    concerned = _districts_in(town, told.districts, work.areas)
    if not concerned:
        return
    if notice.state in UNDER_WAY:
        _take_out(session, notice.id, concerned, work.by, work.now)
    lines = overrides.Override(change.day, change.new_day, change.reason)
    what, who, read = _as_read(town, told)
    words = wording.of_change(lines, what, _areas_of(town, concerned), who, read)
    session.add(
        Correction(
            told_id=notice.id,
            override_id=change.id,
            undoes=False,
            districts=[] if len(concerned) == len(told.districts) else concerned,
            wording=words.json(),
        )
    )


def _as_read(town: LoadedTown, told: Reminded) -> tuple[str, Section, str]:
    """The categories, the section and the language of those who were told."""
    read = spoken(told.language)
    what = rules.names_read(town, told.what, read) if read != FIRST_LANGUAGE else told.what
    return what, town_spoken.of(town, read).section("garbage"), read


def _districts_in(town: LoadedTown, districts: Sequence[str], areas: Sequence[str]) -> list[str]:
    within = set(areas)
    return [code for code in districts if (found := town.district(code)) and found.garbage_area in within]


def _areas_of(town: LoadedTown, districts: Sequence[str]) -> list[str]:
    found = (town.district(code) for code in districts)
    return list(dict.fromkeys(district.garbage_area for district in found if district))


def _take_out(session: Session, notice_id: int, districts: Sequence[str], by: Staff, now: datetime) -> None:
    """Nobody of these is sealed after this transaction; the notice's row is locked against a claim meanwhile."""
    notice_queries.locked(session, notice_id)
    columns = ["notice_id", "resident_id", "reason", "by_id", "at"]
    people = select(literal(notice_id), Resident.id, literal(PULLED), literal(by.id), literal(now)).where(
        segment_queries.reachable(), Resident.district.in_(districts)
    )
    session.execute(insert_new(Pull).from_select(columns, people).on_conflict_do_nothing())


def withdraw(session: Session, town: LoadedTown, override_id: int, *, by: Staff, now: datetime) -> None:
    """Take a change back: collected as planned after all. Who had heard of the change hears that, too."""
    queries.alone(session)
    change = session.get(Override, override_id, with_for_update=True, populate_existing=True)
    if change is None or change.withdrawn_at is not None:
        raise Refused("この変更は、もう取り消されています。")
    if change.day < in_japan(now).date():
        raise Refused("過ぎた日の変更は取り消せません。")
    change.withdrawn_at, change.withdrawn_by_id = now, by.id
    areas = [each.area for each in change.areas]
    session.execute(
        update(OverriddenArea).where(OverriddenArea.override_id == change.id).values(stands=False)
    )
    audit.record(session, "override.withdraw", f"override:{change.id}", by=by.login, at=now)
    anew.make_anew(session, town, (change.day, change.new_day), _concerned(town, areas, by, now))
    for correction in queries.corrections_of(session, change.id):
        if not _unsaid(session, correction, by, now):
            told = session.get_one(Reminded, correction.told_id)
            words = wording.of_undone(change.day, *_as_read(town, told))
            _undo(session, change.id, correction.notice_id or 0, [], words)
    for told, notice in queries.told_of(session, change.day):
        concerned = _districts_in(town, told.districts, areas) if told.stopped else []
        if concerned:
            if notice.state in UNDER_WAY:
                _take_out(session, notice.id, concerned, by, now)
            some = concerned if len(concerned) < len(told.districts) else []
            words = wording.of_undone(change.day, *_as_read(town, told))
            _undo(session, change.id, notice.id, some, words)
    correct_due(session, now)


def _undo(
    session: Session, override_id: int, told_id: int, districts: list[str], words: wording.Wording
) -> None:
    session.add(
        Correction(
            told_id=told_id, override_id=override_id, undoes=True, districts=districts, wording=words.json()
        )
    )


def _unsaid(session: Session, correction: Correction, by: Staff, now: datetime) -> bool:
    """Whether nobody has heard of the change by this correction, nor ever will."""
    if correction.settled_at is None:
        correction.settled_at = now
        return True
    if correction.notice_id is None:
        return True
    notice = notice_queries.locked(session, correction.notice_id)
    if notice is None or notice.state != "scheduled":
        return False
    notice_actions.cancel(session, notice, reason="もとの変更が取り消されました。", by=by, now=now)
    return True


def correct_due(session: Session, now: datetime) -> list[int]:
    """Make every correction whose notice has ended; answers the new notices' ids."""
    session.flush()
    made = []
    for correction in queries.open_corrections(session):
        told = session.get_one(Notice, correction.told_id, populate_existing=True)
        if told.state not in notice_rules.ENDED or delivery_queries.has_open(session, told.id):
            continue
        if notice := _correct(session, correction, now):
            made.append(notice.id)
            correction.notice_id = notice.id
        correction.settled_at = now
    return made


def told_again(session: Session, override_id: int) -> tuple[int, bool]:
    """How many people are told of a change by the notices made so far, and whether some are still waited for."""
    made = select(func.coalesce(func.sum(Notice.expected_count), 0)).where(
        Notice.id == Correction.notice_id, Correction.override_id == override_id
    )
    waiting = select(Correction.id).where(
        Correction.override_id == override_id, Correction.settled_at.is_(None)
    )
    return session.scalar(made) or 0, session.scalar(waiting.limit(1)) is not None


def _correct(session: Session, correction: Correction, now: datetime) -> Notice | None:
    """The correction's notice; None when nobody had been told, or when the day is over."""
    change = session.get_one(Override, correction.override_id)
    rule: dict[str, Any] = {"received": correction.told_id}
    if correction.districts:
        rule = {"all": [rule, {"districts": correction.districts}]}
    people = segment_queries.hearers(session, segment_rules.from_json(rule), lane="individual", at=now)
    at, expires = by_day(now), datetime.combine(change.day, time(23, 59), JST)
    if people == 0 or at >= expires:
        return None
    replaced = None if correction.districts else correction.told_id
    sending = making.Sending(
        rule, people, at, expires, replaced, language=_language(session, correction.told_id)
    )
    words = wording.Wording(**correction.wording)
    return making.make(session, words, sending, act="reminder.correct", now=now)


def _language(session: Session, notice_id: int) -> str:
    """What the people of a reminder, or of a correction of one, read."""
    told = session.get(Reminded, notice_id)
    earlier = select(Correction.told_id).where(Correction.notice_id == notice_id)
    if told is None and (first := session.scalar(earlier)) is not None:
        return _language(session, first)
    return told.language if told else FIRST_LANGUAGE


def by_day(now: datetime) -> datetime:
    """Now, to the minute; at night the next morning at seven, which is before anything is collected."""
    local = in_japan(now).replace(second=0, microsecond=0)
    if not notice_rules.is_night(local):
        return local
    morning = local.replace(hour=notice_rules.NIGHT_TO, minute=0)
    return morning if morning > local else morning + timedelta(days=1)
