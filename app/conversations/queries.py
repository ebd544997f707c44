"""Find events that wait. Never commits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, DateTime, and_, cast, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from app.conversations.models import Conversation, Event
from app.conversations.rules import ANSWERED, LATE_AFTER, LOADING_AFTER, LOADING_UNTIL
from app.inbox.models import Thread
from app.residents.models import Resident
from bot_flows.memory import HUSH
from content.sentences import FIRST_LANGUAGE

MINUTE = 60_000
"""In LINE's milliseconds."""


def has_new(session: Session, now: datetime) -> bool:
    """Whether any event waits to be answered."""
    found = select(Event.id).where(
        Event.state == "new", or_(Event.next_attempt_at.is_(None), Event.next_attempt_at <= now)
    )
    return session.scalar(found.limit(1)) is not None


def kept_waiting(session: Session, now: datetime, most: int | None = None) -> Sequence[str]:
    """LINE ids of people who have waited longer than a second for an answer that can still come."""
    found = select(Event.line_user_id).where(
        Event.state == "new",
        Event.type.in_(ANSWERED),
        Event.line_user_id != "",
        Event.received_at.between(now - LOADING_UNTIL, now - LOADING_AFTER),
    )
    return session.scalars(found.distinct().limit(most)).all()


def say_late(session: Session, now: datetime, most: int) -> Mapping[str, str]:
    """Who has waited for more than ten seconds and is to be told so now, with their language; each once in a wait.

    Noted with the caller's commit, before anything is sent. Events somebody is answering at this moment are locked
    and passed over: their answer is as good as there.
    """
    said = aliased(Event)
    was_told = exists().where(
        said.line_user_id == Event.line_user_id, said.late_said, said.received_at > now - LOADING_UNTIL
    )
    waiting = (
        select(Event.id)
        .where(
            Event.state == "new",
            Event.type.in_(ANSWERED),
            Event.line_user_id != "",
            Event.received_at.between(now - LOADING_UNTIL, now - LATE_AFTER),
            ~was_told,
            ~_gets_none(now),
        )
        .order_by(Event.id)
        .limit(most)
        .with_for_update(skip_locked=True)
    )
    told = update(Event).where(Event.id.in_(waiting)).values(late_said=True).returning(Event.line_user_id)
    people = sorted(set(session.scalars(told)))
    known = select(Resident.line_user_id, Resident.language).where(Resident.line_user_id.in_(people))
    languages = dict(session.execute(known).all())
    return {who: languages.get(who, FIRST_LANGUAGE) for who in people}


def _gets_none(now: datetime) -> ColumnElement[bool]:
    """Of an event: nothing answers it, so nothing of it is late. A tab changes without words, staff answer what is
    written to them, and who was asked to wait hears nothing for a minute (``bot_flows/crowding``)."""
    changes_tab = and_(Event.type == "postback", Event.body.bool_op("~~")(b"%newRichMenuAliasId%"))
    reads_along = exists().where(
        Resident.line_user_id == Event.line_user_id,
        Thread.resident_id == Resident.id,
        Thread.state == "open",
        Thread.live,
    )
    asked = cast(Conversation.state["kept"]["hush"]["at"].astext, DateTime(timezone=True))
    is_hushed = exists().where(
        Resident.line_user_id == Event.line_user_id,
        Conversation.resident_id == Resident.id,
        asked > now - HUSH,
    )
    return or_(changes_tab, and_(Event.type == "message", or_(reads_along, is_hushed)))


def next_events(session: Session, now: datetime, limit: int = 50) -> Sequence[Event]:
    """The oldest waiting event of each resident, locked; later ones wait until it is done, so a conversation
    keeps its order even with several workers.

    Each event asks the index for its resident's oldest. As an anti-join the planner, who expects few events to wait,
    compared every waiting event with every other: a third of a second at 600, and the longer the more waited.
    """
    other = aliased(Event)
    oldest = (
        select(other.id)
        .where(other.line_user_id == Event.line_user_id, other.state == "new")
        .order_by(other.occurred_at, other.id)
        .limit(1)
        .correlate(Event)
        .scalar_subquery()
    )
    found = (
        select(Event)
        .where(
            Event.state == "new",
            or_(Event.next_attempt_at.is_(None), Event.next_attempt_at <= now),
            Event.id == oldest,
        )
        .order_by(Event.id)
        .limit(limit)
        .with_for_update(skip_locked=True, of=Event)
    )
    return session.scalars(found).all()


def paces(session: Session, events: Sequence[Event]) -> dict[int, int]:
    """By event: how many messages its sender sent within the minute that ends with it, by LINE's own time.

    A redelivered event is stored once and so counts once; messages that waited here for long make no crowd. A tap is
    one deliberate touch and never a crowd (``bot_flows/crowding``), so nothing is counted for it.
    """
    events = [event for event in events if event.type == "message"]
    if not events:
        return {}
    first = min(event.occurred_at for event in events) - MINUTE
    found = select(Event.line_user_id, Event.occurred_at).where(
        Event.line_user_id.in_({event.line_user_id for event in events}),
        Event.line_user_id != "",
        Event.occurred_at > first,
        Event.type == "message",
    )
    sent: dict[str, list[int]] = {}
    for row in session.execute(found):
        sent.setdefault(row.line_user_id, []).append(row.occurred_at)
    return {
        event.id: sum(
            event.occurred_at - MINUTE < at <= event.occurred_at for at in sent.get(event.line_user_id, ())
        )
        for event in events
    }


def of_residents(session: Session, resident_ids: Sequence[int]) -> Sequence[Conversation]:
    """Conversations of these residents; who never wrote has none."""
    return session.scalars(select(Conversation).where(Conversation.resident_id.in_(resident_ids))).all()


def form_of(session: Session, resident_id: int, flow: str) -> dict[str, Any]:
    """What a resident has answered in an open flow, or in its draft; empty when there is neither."""
    conversation = session.get(Conversation, resident_id)
    state = conversation.state if conversation else {}
    drafts = state.get("drafts") or {}
    data = (state.get("data") or {}) if state.get("flow") == flow else drafts.get(flow) or {}
    form = data.get("form")
    return form if isinstance(form, dict) else {}
