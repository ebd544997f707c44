"""Who comes to want a reminder in its last seconds, when it is made already: they hear of the day all the same, once.

An hour's reminders are made ahead of it. Whoever chooses that hour after that, moves, reads another language or comes
back may be in none of them; after the hour has come they are looked for among those who have just changed something,
and get a notice for them alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.delivery.models import Pull
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.notices.rules import ENDED
from app.reminders import grouping, making, queries, rules
from app.reminders.models import Reminding
from bot_flows.pack_facts import Town


def may_join(row: Reminding, told: rules.Due, now: datetime) -> bool:
    """Whether the hour was made ahead, has come, and somebody's change of before may just have become visible."""
    return row.at < told.at <= now <= told.at + rules.JOINING


def left(session: Session, told: rules.Due, row: Reminding, now: datetime) -> Sequence[int]:
    """Who wants this hour's reminder and is in none, nor was told of its day at another hour."""
    ids = queries.changed(session, told, row.at - rules.TURN, now)
    if not ids:
        return ()
    for _, notice in queries.told_at(session, told):
        kept = queries.kept(session, notice, ids)
        ids = [id_ for id_ in ids if id_ not in kept]
    day = [notice.id for _, notice in queries.told_of(session, told.day)]
    elsewhere = queries.already_told(session, day, ids) | queries.taken_out(session, day, ids)
    return [id_ for id_ in ids if id_ not in elsewhere]


def join(session: Session, town: Town, told: rules.Due, row: Reminding, now: datetime) -> list[int]:
    """Their notices; answers the ids. No other of this hour can have them any more: its row is locked when they are
    looked for, and they are taken out of what it has not sealed."""
    hour = [notice_queries.locked(session, notice.id) for _, notice in queries.told_at(session, told)]
    groups = list(grouping.groups_of(session, town, told, left(session, told, row, now)))
    ids = sorted(id_ for group in groups for id_ in group.among)
    for notice in filter(None, hour):
        _take_out(session, notice, ids, now)
    made = [grouping.make(session, town, told, group, now) for group in groups]
    row.notices += len(made)
    return [notice.id for notice in made]


def _take_out(session: Session, notice: Notice, ids: Sequence[int], now: datetime) -> None:
    if notice.state in ENDED or not ids:
        return
    waiting = queries.not_sealed(session, notice.id, ids) if notice.plan_done else ids
    row = {"notice_id": notice.id, "reason": queries.JOINED, "by_id": making.author(session), "at": now}
    if rows := [{**row, "resident_id": id_} for id_ in waiting]:
        session.execute(insert(Pull).values(rows).on_conflict_do_nothing())
