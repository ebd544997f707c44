"""Make the evening's reminders: one notice per text, each hour of each day once.

Nobody approves them one by one: every resident asked for them, and their words are fixed in ``content``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.delivery.queries import is_any
from app.notices.models import Notice
from app.reminders import making, queries, rules, wording
from app.reminders.models import Reminded, Reminding
from app.residents.models import Resident
from app.segments.rules import to_json
from app.segments.words import Awaits
from bot_flows.pack_facts import Town


def remind_due(session: Session, town_in: Callable[[Session], Town], now: datetime) -> list[int]:
    """The notices of every chosen hour that has come; answers their ids.

    The town is read when nobody can change a collection day any more before these reminders are there to be corrected.
    """
    made: list[int] = []
    due = rules.due(queries.chosen(session, rules.soon(now)), now)
    if not due:
        return made
    queries.alone(session)
    town = town_in(session)
    for told in due:
        row = insert(Reminding).values(slot=told.slot, day=told.day, notices=0, at=now)
        if not session.execute(row.on_conflict_do_nothing().returning(Reminding.slot)).all():
            continue
        _leave_out_told(session, told)
        groups = list(_groups(session, town, told, now))
        notices = [_make(session, town, told, each, now) for each in groups]
        session.get_one(Reminding, (told.slot, told.day)).notices = len(notices)
        made += [notice.id for notice in notices]
    return made


def _leave_out_told(session: Session, told: rules.Due) -> None:
    """Who was reminded of this day at another hour and then chose this one hears of it once.

    They rest up to that day, as if they had left it out, so the last look before sending passes over them too.
    """
    notices, since = queries.sent_before(session, told.day)
    if since is None:
        return
    moved = queries.newly_at(session, told.slot, since - rules.LATE)
    if again := sorted(queries.already_told(session, notices, moved)):
        rests = func.greatest(Resident.rests_until, told.day)
        session.execute(update(Resident).where(is_any(again)).values(rests_until=rests))


@dataclass(frozen=True, slots=True)
class _Group:
    """People of one language who read the same text."""

    text: rules.Text
    readers: rules.Readers
    districts: Sequence[str]
    awaits: Awaits
    people: int


def _groups(session: Session, town: Town, told: rules.Due, now: datetime) -> Iterator[_Group]:
    """Everybody of this hour by what they will read; nobody wants it, no group."""
    everybody = queries.by_district(session, told.slot, now)
    few = queries.choosy(session, told.slot, now)
    for language, each in rules.readers(everybody, queries.by_language(session, told.slot, now)).items():
        for text, districts in rules.texts(town, each.people, told, language).items():
            awaits = Awaits(text.kinds, told.day)
            people = sum(each.people[code] for code in districts)
            people -= rules.not_awaiting(few, text, awaits, districts)
            if people > 0:
                yield _Group(text, each, districts, awaits, people)


def _make(session: Session, town: Town, told: rules.Due, group: _Group, now: datetime) -> Notice:
    """The notice of one group, and what it told whom."""
    text, districts = group.text, list(group.districts)
    parts = [{"topic": rules.TOPIC}, {"reminder": told.slot}, {"districts": districts}]
    own = [group.readers.rule] if group.readers.rule else []
    sending = making.Sending(
        rule={"all": [*parts, *own, to_json(group.awaits)]},
        people=group.people,
        at=told.at,
        can_rest=True,
        expires=told.at + rules.LIFETIME,
        language=text.language,
    )
    words = wording.of_reminder(text, told.day, town, districts)
    notice = making.make(session, words, sending, act="reminder.make", now=now)
    row = Reminded(
        notice_id=notice.id,
        day=told.day,
        what=text.categories[:200],
        stopped=text.stopped,
        districts=districts,
        language=text.language,
    )
    session.add(row)
    return notice
