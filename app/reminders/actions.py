"""Make the evening's reminders: one notice per text, each hour of each day once.

Nobody approves them one by one: every resident asked for them, and their words are fixed in ``content``. They are made
some seconds ahead of their hour, and nothing of them leaves before it.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import func, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.delivery.queries import is_any
from app.reminders import grouping, joining, queries, rules
from app.reminders.models import Reminding
from app.residents.models import Resident
from bot_flows.pack_facts import Town


def remind_due(session: Session, town_in: Callable[[Session], Town], now: datetime) -> list[int]:
    """The notices of every chosen hour that is at hand, and of those who came to want one that was made before; answers
    their ids.

    The town is read when nobody can change a collection day any more before these reminders are there to be corrected.
    """
    due = rules.due(queries.chosen(session, rules.soon(now)), now)
    known = queries.made(session, due) if due else {}
    new = [told for told in due if told not in known]
    new = [told for told in new if told.at > now or queries.was_chosen(session, told)]
    late = [told for told, row in known.items() if joining.may_join(row, told, now)]
    late = [told for told in late if joining.left(session, told, known[told], now)]
    if not new and not late:
        return []
    queries.alone(session)
    town, made = town_in(session), []
    for told in new:
        made += _remind(session, town, told, now)
    for told in late:
        made += joining.join(session, town, told, known[told], now)
    return made


def _remind(session: Session, town: Town, told: rules.Due, now: datetime) -> list[int]:
    row = insert(Reminding).values(slot=told.slot, day=told.day, notices=0, at=now)
    if not session.execute(row.on_conflict_do_nothing().returning(Reminding.slot)).all():
        return []
    _leave_out_told(session, told)
    groups = list(grouping.groups(session, town, told, now))
    notices = [grouping.make(session, town, told, each, now) for each in groups]
    session.get_one(Reminding, (told.slot, told.day)).notices = len(notices)
    return [notice.id for notice in notices]


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
