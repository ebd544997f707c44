"""What changes about a resident: they follow, leave, choose. One audit row each, without what was chosen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.clock import in_japan
from app.residents import rules
from app.residents.models import Child, Resident, StopReason
from bot_flows.stop_facts import QUIET


def follow(session: Session, resident: Resident, *, at: int, event_id: str, now: datetime) -> None:
    """They are a friend now, unless a later block is already known."""
    if (at, event_id) <= (resident.state_event_at, resident.state_event_id):
        return
    resident.state_event_at, resident.state_event_id = at, event_id
    resident.state, resident.followed_at = "friend", now
    resident.blocked_at = resident.gone_at = None
    _record(session, "resident.follow", resident, now)


def block(session: Session, resident: Resident, *, at: int, event_id: str, now: datetime) -> None:
    """They blocked us: sending stops at once, what they chose stays for 30 days."""
    if (at, event_id) <= (resident.state_event_at, resident.state_event_id):
        return
    resident.state_event_at, resident.state_event_id = at, event_id
    resident.state, resident.blocked_at = "blocked", now
    _record(session, "resident.block", resident, now)


def wrote(session: Session, resident: Resident, *, at: int, event_id: str, now: datetime) -> None:
    """Whoever writes to us has not blocked us; LINE lets only friends tap our menu and buttons.

    A first message of somebody whose follow event was lost makes them a friend, too.
    """
    if resident.state != "friend":
        follow(session, resident, at=at, event_id=event_id, now=now)


def lose(session: Session, ids: Sequence[int], *, subject: str, now: datetime) -> None:
    """LINE refused these ids one by one: they are left out from now on, until something comes from them again, and
    erased like those who blocked us when nothing does."""
    gone = update(Resident).where(Resident.id.in_(ids), Resident.state == "friend")
    gone = gone.values(state="gone", gone_at=now)
    found = len(session.scalars(gone.returning(Resident.id)).all())
    audit.record(session, "residents.gone", subject, by=audit.SYSTEM, at=now, detail={"people": found})


def choose_topics(session: Session, resident: Resident, topics: Iterable[str], now: datetime) -> None:
    resident.topics = sorted(topics)
    _record(session, "resident.topics", resident, now)


def choose_area(
    session: Session, resident: Resident, *, ward: str, district: str, outside: bool, now: datetime
) -> None:
    resident.ward, resident.district, resident.outside = ward, district, outside
    resident.rests_until = None
    if not ward:
        # Nothing names a place they have: what was narrowed to it would never come again.
        resident.near = []
    _record(session, "resident.area", resident, now)


def choose_reminder(session: Session, resident: Resident, reminder: str, now: datetime) -> None:
    """A rest was from one reminder at the hour before; what comes at the new one was said with the choice."""
    resident.reminder, resident.reminder_at, resident.rests_until = reminder, now, None
    _record(session, "resident.reminder", resident, now)


def choose_children(
    session: Session, resident: Resident, children: Sequence[tuple[date, bool]], now: datetime
) -> None:
    """The children by (first day of the birth month, still expected) in the given order; who stays keeps the marks."""
    told = [(month.replace(day=1), expected) for month, expected in children]
    known = list(resident.children)
    stays = rules.staying([(child.birth_month, child.expected) for child in known], told)
    silent = {(child.birth_month, child.expected) for child in known if child.stopped}
    numbers = {id(known[old]): new for new, old in enumerate(stays, start=1) if old is not None}
    for child in known:
        if id(child) not in numbers:
            resident.children.remove(child)
    session.flush()
    _renumber(session, list(resident.children), numbers)
    resident.children.extend(
        Child(number=number, birth_month=each[0], expected=each[1], done=[], stopped=each in silent)
        for number, (each, old) in enumerate(zip(told, stays, strict=True), start=1)
        if old is None
    )
    _record(session, "resident.children", resident, now)


def _renumber(session: Session, children: Sequence[Child], numbers: Mapping[int, int]) -> None:
    """One at a time, down from the first and up from the last, so that no two ever have the same number."""
    down = [child for child in children if numbers[id(child)] < child.number]
    up = [child for child in reversed(children) if numbers[id(child)] > child.number]
    for child in (*down, *up):
        child.number = numbers[id(child)]
        session.flush()


def mark_done(session: Session, resident: Resident, number: int, window: str, now: datetime) -> None:
    """The resident says that this child had it; a second tap changes nothing."""
    child = _child(resident, number)
    if child is not None and window not in child.done:
        child.done = sorted({*child.done, window})
        _record(session, "resident.child_done", resident, now)


def undo_done(session: Session, resident: Resident, number: int, window: str, now: datetime) -> None:
    child = _child(resident, number)
    if child is not None and window in child.done:
        child.done = [each for each in child.done if each != window]
        _record(session, "resident.child_undone", resident, now)


def stop_child(session: Session, resident: Resident, number: int, *, on: bool, now: datetime) -> None:
    """No reminders about this child any more (``on``), or again."""
    child = _child(resident, number)
    if child is not None and child.stopped != on:
        child.stopped = on
        _record(session, "resident.child_stop" if on else "resident.child_restart", resident, now)


def _child(resident: Resident, number: int) -> Child | None:
    return next((child for child in resident.children if child.number == number), None)


def choose_language(session: Session, resident: Resident, language: str, now: datetime) -> None:
    resident.language = language
    _record(session, "resident.language", resident, now)


def finish_setup(session: Session, resident: Resident, *, source: str, now: datetime) -> None:
    """They saw the summary and agreed: notices may reach them from now on."""
    if resident.setup_done_at is None:
        # Whoever signs up anew wants to hear again, whatever they had stopped before.
        resident.setup_done_at, resident.stopped, resident.paused_until = now, "", None
    resident.source = source or resident.source
    _record(session, "resident.setup", resident, now)


def forget_settings(session: Session, resident: Resident, now: datetime) -> None:
    """Back to a new friend: nothing chosen, nothing sent. That emergencies are not wanted is not forgotten."""
    resident.topics, resident.ward, resident.district, resident.outside = [], "", "", False
    resident.reminder, resident.reminder_at, resident.language, resident.source = "", None, "ja", ""
    resident.stopped = "all" if resident.stopped == "all" else ""
    resident.paused_until, resident.digest = None, False
    resident.quiet_from, resident.quiet_to = QUIET
    resident.near, resident.unwanted, resident.rests_until = [], [], None
    resident.setup_done_at = None
    resident.children.clear()
    _record(session, "resident.forget_settings", resident, now)


def stop(session: Session, resident: Resident, *, emergencies: bool, now: datetime) -> None:
    """No notices any more, and no emergencies either when they said so by name."""
    resident.stopped = "all" if emergencies else "ordinary"
    _record(session, "resident.stop", resident, now)


def pause(session: Session, resident: Resident, until: datetime, now: datetime) -> None:
    """Nothing but emergencies until then; the end comes by itself."""
    resident.paused_until = until
    _record(session, "resident.pause", resident, now)


def restart(session: Session, resident: Resident, now: datetime) -> None:
    """The end of a stop or a pause, with everything as it was chosen."""
    resident.stopped, resident.paused_until = "", None
    _record(session, "resident.restart", resident, now)


def choose_digest(session: Session, resident: Resident, on: bool, now: datetime) -> None:
    resident.digest = on
    _record(session, "resident.digest", resident, now)


def choose_quiet(session: Session, resident: Resident, hours: tuple[int, int], now: datetime) -> None:
    resident.quiet_from, resident.quiet_to = hours
    _record(session, "resident.quiet", resident, now)


def choose_near(session: Session, resident: Resident, topics: Iterable[str], now: datetime) -> None:
    """Of these topics only what names their own place."""
    resident.near = sorted(topics)
    _record(session, "resident.near", resident, now)


def choose_unwanted(session: Session, resident: Resident, kinds: Iterable[str], now: datetime) -> None:
    """Kinds of garbage they are not reminded of."""
    resident.unwanted, resident.rests_until = sorted(kinds), None
    _record(session, "resident.unwanted", resident, now)


def rest(session: Session, resident: Resident, until: date | None, now: datetime) -> None:
    """No reminder of a collection up to this day; the end comes by itself."""
    resident.rests_until = until
    _record(session, "resident.rest", resident, now)


def tell_reason(session: Session, reason: str, now: datetime) -> None:
    """Count why somebody stopped; who it was is written nowhere, so there is no audit row either."""
    row = insert(StopReason).values(month=in_japan(now).date().replace(day=1), reason=reason)
    one_more = {"count": StopReason.count + 1}
    session.execute(row.on_conflict_do_update(index_elements=["month", "reason"], set_=one_more))


def _record(session: Session, action: str, resident: Resident, now: datetime) -> None:
    resident.changed_at = now
    audit.record(session, action, f"resident:{resident.id}", by=f"resident:{resident.id}", at=now)
