"""What a turn wants done: each effect is an action of its subject, inside the turn's own transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.childcare import actions as childcare_actions
from app.childcare import rules as childcare_rules
from app.conversations import for_staff
from app.conversations.mine import EVERYTHING
from app.conversations.models import Conversation, UnknownWord
from app.mydata import actions as mydata_actions
from app.residents import actions as resident_actions
from app.residents.models import Resident
from app.town.rules import LoadedTown
from bot_flows import types
from bot_flows.child_facts import MarkDone, StopChild, UndoDone
from bot_flows.mydata_facts import Erase, OpenPage
from bot_flows.stop_facts import (
    Pause,
    Restart,
    SetDigest,
    SetNear,
    SetQuiet,
    SetRest,
    SetUnwanted,
    StopAll,
    TellReason,
)


@dataclass(frozen=True, slots=True)
class World:
    """What every turn of a handful shares, and whose choices changed in it."""

    town: LoadedTown
    now: datetime
    public_url: str
    chose: list[int] = field(default_factory=list)
    """Residents who are friends and chose something that tells which rich menu they see first; filled by the turns."""
    conversations: dict[int, Conversation | None] = field(default_factory=dict)
    """By resident: where the conversation stands, None for a first word; filled when the turns begin."""
    paces: dict[int, int] = field(default_factory=dict)
    """By event: messages of its sender within a minute; filled when the turns begin."""
    files: list[str] = field(default_factory=list)
    """Photos of erased residents, to be removed once the turns are committed."""
    gone: list[str] = field(default_factory=list)
    """LINE ids of residents erased whole, whose own menu LINE is to forget once the turns are committed."""


def apply(session: Session, resident: Resident, effect: types.Effect, world: World) -> None:
    """Do what a flow wants done; the turn's transaction holds it."""
    now = world.now
    match effect:
        case types.SetTopics(topics):
            resident_actions.choose_topics(session, resident, topics, now)
            if childcare_rules.TOPIC not in topics:
                childcare_actions.be_silent(session, resident)
            world.chose.append(resident.id)
        case types.SetArea(ward, district, outside):
            resident_actions.choose_area(
                session, resident, ward=ward, district=district, outside=outside, now=now
            )
        case types.SetReminder(reminder):
            resident_actions.choose_reminder(session, resident, reminder, now)
        case types.SetChildren(children):
            months = [(child.birth_month, child.expected) for child in children]
            resident_actions.choose_children(session, resident, months, now)
            world.chose.append(resident.id)
        case types.SetLanguage(language):
            resident_actions.choose_language(session, resident, language, now)
            world.chose.append(resident.id)
        case types.FinishSetup(source):
            resident_actions.finish_setup(session, resident, source=source, now=now)
            world.chose.append(resident.id)
        case types.ForgetSettings():
            resident_actions.forget_settings(session, resident, now)
        case types.NoteUnknownWord(kind, word):
            _note_word(session, kind, word, now)
        case OpenPage(token):
            mydata_actions.open_page(session, resident, token, now)
        case Erase():
            _erase(session, resident, effect, world)
        case _:
            _attend(session, resident, effect, world)


def _erase(session: Session, resident: Resident, asked: Erase, world: World) -> None:
    """The row goes, so what is still to be done with their menu is noted first."""
    if asked.scope == "all":
        world.gone.append(resident.line_user_id)
    elif asked.scope == "children":
        world.chose.append(resident.id)
    world.files.extend(mydata_actions.erase(session, EVERYTHING, resident, asked, now=world.now))


def _attend(session: Session, resident: Resident, effect: types.Effect, world: World) -> None:
    """Effects of flows R and K: how much a resident wants to hear, marks of children; what is left is for staff."""
    now = world.now
    match effect:
        case StopAll(emergencies):
            resident_actions.stop(session, resident, emergencies=emergencies, now=now)
            childcare_actions.be_silent(session, resident)
        case Pause(until):
            resident_actions.pause(session, resident, until, now)
            childcare_actions.be_silent(session, resident, until=until)
        case Restart():
            resident_actions.restart(session, resident, now)
        case SetDigest(on):
            resident_actions.choose_digest(session, resident, on, now)
        case SetQuiet(hours):
            resident_actions.choose_quiet(session, resident, hours, now)
        case SetNear(topics):
            resident_actions.choose_near(session, resident, topics, now)
        case SetUnwanted(kinds):
            resident_actions.choose_unwanted(session, resident, kinds, now)
        case SetRest(rests):
            resident_actions.rest(session, resident, rests, now)
        case TellReason(reason):
            resident_actions.tell_reason(session, reason, now)
        case MarkDone(number, window):
            resident_actions.mark_done(session, resident, number, window, now)
        case UndoDone(number, window):
            resident_actions.undo_done(session, resident, number, window, now)
        case StopChild(number, on):
            childcare_actions.stop(session, resident, number, on=on, now=now)
        case _:
            for_staff.apply(session, resident, effect, world.town, now)


def _note_word(session: Session, kind: str, word: str, now: datetime) -> None:
    row = insert(UnknownWord).values(kind=kind, word=word[:100], seen_at=now)
    session.execute(
        row.on_conflict_do_update(
            index_elements=["kind", "word"], set_={"count": UnknownWord.count + 1, "seen_at": now}
        )
    )
