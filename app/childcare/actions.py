"""Remind families of what opens and what ends: each thing once, everything of a day in one message, by day only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.childcare import queries, rules
from app.childcare.models import ChildDay, ChildReminder
from app.clock import in_japan
from app.pushes import actions as push_actions
from app.pushes.models import Push
from app.residents import actions as resident_actions
from app.residents.models import Child, Resident
from bot_flows import child_news, types
from bot_flows.child_news import Told
from bot_flows.outcomes import Talk
from bot_flows.pack_facts import Town
from bot_flows.town_spoken import as_read

Due = Mapping[date, Sequence[rules.Call]]


def remind(session: Session, town: Town, now: datetime) -> int:
    """The reminders of today, for some families at a time; answers how many families were looked at."""
    if not rules.is_time(now):
        return 0
    today = in_japan(now).date()
    due = rules.by_month(tuple(town.windows), today)
    families = queries.families(session, due.keys(), now) if due else ()
    for resident in families:
        if _is_first(session, resident, today):
            _tell(session, resident, due, town, now)
    return len(families)


def _is_first(session: Session, resident: Resident, today: date) -> bool:
    row = insert(ChildDay).values(resident_id=resident.id, day=today).on_conflict_do_nothing()
    return bool(session.execute(row.returning(ChildDay.resident_id)).all())


def _tell(session: Session, resident: Resident, due: Due, town: Town, now: datetime) -> None:
    told = [
        Told(child.number, call.window, call.kind, call.month)
        for child in resident.children
        for call in _wanted(child, due, in_japan(now).date())
        if _is_new(session, child, call, now)
    ]
    if not told:
        return
    words = child_news.news(_talk(resident, town, now), told)
    about = _subject({each.number for each in told})
    push = push_actions.add(session, resident, words, subject=about, now=now, why="automatic")
    push.expires_at = now + rules.LATE
    audit.record(session, "childcare.remind", f"resident:{resident.id}", by=audit.SYSTEM, at=now)


def _subject(numbers: Iterable[int]) -> str:
    """「childcare:1,2」: the children a message is about."""
    return f"childcare:{','.join(map(str, sorted(numbers)))}"


def stop(session: Session, resident: Resident, number: int, *, on: bool, now: datetime) -> None:
    """Nothing more about this child, not even what is waiting to leave; or again."""
    resident_actions.stop_child(session, resident, number, on=on, now=now)
    if on:
        push_actions.drop(session, resident, Push.subject == _subject([number]))


def be_silent(session: Session, resident: Resident, *, until: datetime | None = None) -> None:
    """They stopped or paused, or left the topic: nor what is waiting to leave meanwhile."""
    push_actions.drop(session, resident, Push.subject.startswith(_subject([])), before=until)


def _wanted(child: Child, due: Due, today: date) -> Sequence[rules.Call]:
    """Nothing of a child that is stopped or no longer awaited, nor of what was had."""
    if child.stopped or (child.expected and not rules.is_awaited(child.birth_month, today)):
        return ()
    return [call for call in due.get(child.birth_month, ()) if call.window not in child.done]


def _is_new(session: Session, child: Child, call: rules.Call, now: datetime) -> bool:
    """The key of the table lets each child hear each kind of each window once."""
    row = insert(ChildReminder).values(
        resident_id=child.resident_id, number=child.number, window=call.window, kind=call.kind, told_at=now
    )
    return bool(session.execute(row.on_conflict_do_nothing().returning(ChildReminder.number)).all())


def _talk(resident: Resident, town: Town, now: datetime) -> Talk:
    """What the words may know: the children, and the town in the language that is read."""
    children = tuple(types.Child(c.number, c.birth_month, c.expected) for c in resident.children)
    reader = types.Resident(children=children, language=resident.language, is_new=False)
    return Talk(as_read(types.Facts(town, reader, in_japan(now))))


def forget(session: Session, resident: Resident) -> None:
    """The children are erased: also that somebody looked whether there was news of them."""
    session.execute(delete(ChildDay).where(ChildDay.resident_id == resident.id))


def forget_old(session: Session, now: datetime) -> None:
    session.execute(delete(ChildDay).where(ChildDay.day < in_japan(now - rules.DAYS_KEPT).date()))
