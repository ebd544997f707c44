"""Fills what a flow may know, and keeps a conversation's state as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

import jpholiday
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.inbox import queries as inbox_queries
from app.inbox import rules as inbox_rules
from app.links import rules as link_rules
from app.mine import Part
from app.mydata import queries as mydata_queries
from app.mydata import rules as mydata_rules
from app.notices import queries as notice_queries
from app.reminders import queries as reminder_queries
from app.reports import queries as report_queries
from app.residents.models import Resident
from app.town.rules import LoadedTown
from bot_flows import damage, damage_news, damage_state, mydata, person, settings, types
from bot_flows.damage_facts import DamageFacts
from bot_flows.mydata_facts import MyData
from bot_flows.notice_facts import MOST, Sent
from bot_flows.person_facts import PersonFacts
from bot_flows.stop_facts import Attention, Stopped
from content import catalogue


def resident_facts(resident: Resident) -> types.Resident:
    """The person as flows see them: only what they chose."""
    return types.Resident(
        topics=frozenset(resident.topics),
        ward=resident.ward,
        district=resident.district,
        outside=resident.outside,
        reminder=resident.reminder,
        children=tuple(
            types.Child(c.number, c.birth_month, c.expected, frozenset(c.done), c.stopped)
            for c in resident.children
        ),
        language=resident.language,
        is_new=resident.setup_done_at is None,
        attention=_attention(resident),
    )


def _attention(resident: Resident) -> Attention:
    """How much they want to hear, in the clock of Japan."""
    until = resident.paused_until
    return Attention(
        stopped=_STOPPED[resident.stopped],
        paused_until=in_japan(until) if until else None,
        digest=resident.digest,
        quiet=(resident.quiet_from, resident.quiet_to),
        near=frozenset(resident.near),
        unwanted=frozenset(resident.unwanted),
        rests_until=resident.rests_until,
    )


MOVED = timedelta(days=2)
"""So long after somebody chose another hour a day they know of may still lie ahead."""
_STOPPED: Mapping[str, Stopped] = {"": "", "ordinary": "ordinary", "all": "all"}


def fill(
    town: LoadedTown, resident: Resident, said: types.Incoming, *, now: datetime, public_url: str
) -> types.Facts:
    return types.Facts(
        town=town,
        resident=resident_facts(resident),
        now=in_japan(now),
        counter=town.counter_in(said.text) if said.kind == "text" else None,
        public_url=public_url,
        is_holiday=_is_holiday(in_japan(now).date()),
    )


def with_reminded(
    session: Session, known: types.Facts, resident: Resident, state: types.State
) -> types.Facts:
    """Of which day they were reminded already, only for a turn that may say which reminder comes next."""
    moved = resident.reminder_at is not None and resident.reminder_at >= known.now - MOVED
    if state.flow != settings.FLOW.name and not moved:
        return known
    told = reminder_queries.reminded_until(session, resident.id, known.now.date())
    attention = replace(known.resident.attention, reminded_of=told)
    return replace(known, resident=replace(known.resident, attention=attention))


def of_damage(session: Session, resident: Resident, state: types.State, said: types.Incoming) -> DamageFacts:
    """Reports near by, a receipt number and what the resident follows, only when this turn may need them."""
    at = damage.near_at(state, said)
    near = report_queries.near(session, at) if at else ()
    number = report_queries.next_number(session) if damage.needs_number(state, said) else 0
    asks = said.kind == "text" and damage_news.names_all(said.text)
    followed = report_queries.followed(session, resident.id) if asks else ()
    if said.kind != "text" or not damage_state.is_asked(said.text):
        return DamageFacts(near, number, followed)
    mine = report_queries.mine(session, resident.id, damage_state.number_asked(said.text))
    return DamageFacts(near, number, followed, mine)


def of_person(
    session: Session, town: LoadedTown, resident: Resident, state: types.State, now: datetime
) -> PersonFacts:
    """The hours of the chat; whether staff still read along, only when the conversation stands there."""
    hours = inbox_rules.read_hours(town.settings)
    chat = inbox_rules.at_the_chat(hours, in_japan(now), _is_holiday, resident.language)
    known = PersonFacts(chat.is_open, chat.until, chat.opens)
    thread = inbox_queries.open_of(session, resident.id) if person.needs_thread(state) else None
    if thread is None or not thread.live:
        return known
    return replace(known, with_staff=True)


@lru_cache(maxsize=64)
def _is_holiday(day: date) -> bool:
    """Remembered, because every turn asks for the same few days."""
    return bool(jpholiday.is_holiday(day))


@dataclass(frozen=True, slots=True)
class Kept:
    """How long a conversation's record stays, in days: its words, and that something was said."""

    words: int
    record: int


def of_notices(session: Session, topic: str, now: datetime) -> tuple[Sent, ...]:
    """What was sent last on a topic and everybody may read; a kind of personal notices is never listed."""
    kinds = catalogue.notice_types().values()
    types = {kind.id for kind in kinds if topic in kind.topics and not kind.personal}
    found = notice_queries.newest_public(session, types, now, MOST)
    return tuple(
        Sent(in_japan(each.released_at).date(), each.title, each.token) for each in found if each.released_at
    )


def of_mydata(
    session: Session, town: LoadedTown, who: Resident, parts: Sequence[Part], state: types.State, kept: Kept
) -> MyData:
    """What is held about the resident, only for a turn that asks."""
    privacy = mydata_rules.read_privacy(town.settings)
    held = mydata_queries.held(session, parts, who)
    return MyData(
        held=held,
        recent=mydata_queries.newest(session, who),
        stays=privacy.for_kinds({each.kind for each in held}),
        blocked_days=privacy.blocked_days,
        words_days=kept.words,
        record_days=kept.record,
        minutes=int(link_rules.LIFE.total_seconds() // 60),
        token=link_rules.new_token(),
        number=mydata_queries.next_number(session) if mydata.needs_number(state) else 0,
    )


def to_json(state: types.State) -> dict[str, Any]:
    return {name: getattr(state, name) for name in types.State.__dataclass_fields__}


def from_json(stored: Mapping[str, Any] | None) -> types.State:
    """A stored state; fields a newer version dropped are left out, so that a deploy forgets nobody."""
    known = {
        name: value for name, value in (stored or {}).items() if name in types.State.__dataclass_fields__
    }
    return types.State(**known)
