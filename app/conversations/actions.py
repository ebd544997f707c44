"""Receive events and take turns. A turn is one event: state, effects and the done mark in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import orjson
from sqlalchemy import Connection, delete, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.conversations import facts, for_staff, queries, rules
from app.conversations.effects import World, apply
from app.conversations.mine import EVERYTHING
from app.conversations.models import Conversation, Event, Quarantined
from app.db import big_numbers, byte_strings, texts
from app.inbox import actions as inbox_actions
from app.links import rules as link_rules
from app.menus import queries as menus
from app.reports import actions as report_actions
from app.residents import actions as resident_actions
from app.residents.models import Resident
from bot_flows import engine, mydata, types
from bot_flows.mydata_facts import AskMyData, Erase
from bot_flows.notice_facts import AskNotices
from bot_flows.person_facts import ToStaff
from bot_flows.private_numbers import hide

RAW_KEPT = timedelta(days=7)
"""How long an event's own JSON stays (reliability §10)."""
IDS_KEPT = timedelta(days=90)
"""How long an event id stays known, so that a replay has no effect."""


def receive(connection: Connection, inbox: rules.Inbox, now: datetime) -> int:
    """Store what LINE posted; known event ids are left alone. Answers how many are new."""
    for reason, raw in inbox.odd:
        _quarantine(connection, reason, raw, now)
    events = inbox.events
    if not events:
        return 0
    told = {
        "now": now,
        "ids": texts(event.webhook_event_id for event in events),
        "users": texts(event.line_user_id for event in events),
        "types": texts(event.type for event in events),
        "ats": big_numbers(event.occurred_at for event in events),
        "bodies": byte_strings(event.body for event in events),
        "states": texts(event.state for event in events),
    }
    return connection.exec_driver_sql(_STORE, told).rowcount


_STORE = (
    "INSERT INTO events (webhook_event_id, line_user_id, type, occurred_at, body, state, received_at, done_at) "
    "SELECT e.*, %(now)s, CASE WHEN e.state <> 'new' THEN %(now)s END FROM unnest("
    "%(ids)s::text[], %(users)s::text[], %(types)s::text[], %(ats)s::bigint[], %(bodies)s::bytea[], "
    "%(states)s::text[]) AS e (webhook_event_id, line_user_id, type, occurred_at, body, state) "
    "ON CONFLICT (webhook_event_id) DO NOTHING"
)
"""The same statement for one event and for a thousand, so that it is prepared once; in the driver's own words,
because it is sent for every webhook."""


def _quarantine(connection: Connection, reason: str, raw: bytes, now: datetime) -> None:
    row = insert(Quarantined).values(
        received_at=now, sha256=hashlib.sha256(raw).hexdigest(), reason=reason, body=raw
    )
    connection.execute(row.on_conflict_do_nothing(index_elements=["sha256"]))


@dataclass(frozen=True, slots=True)
class Reply:
    """What to answer after the turn is committed; the token works once and for about a minute."""

    event_id: int
    resident_id: int
    body: bytes


def take_turns(
    session: Session, events: Sequence[Event], residents: dict[str, Resident], world: World
) -> list[Reply]:
    """Take one turn per event; one that fails is tried again later and never undoes its neighbours.

    All turns share one savepoint, because one per turn is half of a turn's time; only when something fails
    they are taken again, each in its own.
    """
    try:
        with session.begin_nested():
            world.paces.update(queries.paces(session, events))
            ids = [resident.id for resident in residents.values()]
            known = {each.resident_id: each for each in queries.of_residents(session, ids)}
            world.conversations.update({id_: known.get(id_) for id_ in ids})
            taken = [_turn_of(session, event, residents, world) for event in events]
    except Exception:
        world.chose.clear()
        world.files.clear()
        world.conversations.clear()
        return _one_by_one(session, events, residents, world)
    return [reply for reply in taken if reply is not None]


def _one_by_one(
    session: Session, events: Sequence[Event], residents: dict[str, Resident], world: World
) -> list[Reply]:
    replies = []
    for event in events:
        files = len(world.files)
        try:
            with session.begin_nested():
                reply = _turn_of(session, event, residents, world)
        except Exception as error:
            del world.files[files:]
            session.refresh(event)
            _try_later(event, error, world.now)
            continue
        if reply is not None:
            replies.append(reply)
    return replies


def _turn_of(session: Session, event: Event, residents: dict[str, Resident], world: World) -> Reply | None:
    reply = _take_turn(session, event, residents[event.line_user_id], world)
    event.state, event.done_at = "done", world.now
    return reply


def _try_later(event: Event, error: Exception, now: datetime) -> None:
    event.attempts += 1
    event.error = f"{type(error).__name__}: {error}"[:500]
    if event.attempts >= rules.ATTEMPTS:
        event.state, event.done_at = "parked", now
    else:
        event.next_attempt_at = now + rules.try_again_after(event.attempts)


def _take_turn(session: Session, event: Event, resident: Resident, world: World) -> Reply | None:
    body = rules.load_event(event.body)
    if event.type == "unfollow":
        resident_actions.block(
            session, resident, at=event.occurred_at, event_id=event.webhook_event_id, now=world.now
        )
        return None
    if event.type == "unsend":
        _unsend(session, event, resident.id, rules.unsent_message_id(body))
        inbox_actions.take_back(session, resident.id, rules.unsent_message_id(body))
        return None
    known = resident.state == "friend"
    change = resident_actions.follow if event.type == "follow" else resident_actions.wrote
    change(session, resident, at=event.occurred_at, event_id=event.webhook_event_id, now=world.now)
    if event.type == "follow" and known and resident.state_event_id != event.webhook_event_id:
        return None
    return _converse(session, event, resident, body, world)


def _converse(
    session: Session, event: Event, resident: Resident, body: dict[str, object], world: World
) -> Reply | None:
    said = rules.incoming(body)
    # Asked once for the whole handful; whoever writes for the first time has none, and no query of their own says so.
    here = world.conversations
    conversation = here[resident.id] if resident.id in here else session.get(Conversation, resident.id)
    state = facts.from_json(conversation.state if conversation else None)
    turn = step_on(session, resident, state, said, world, world.paces.get(event.id, 0))
    for effect in turn.effects:
        apply(session, resident, _named(effect, said), world)
    if said.kind == "text" and hide(said.text)[1]:
        # 個人番号 and card numbers are kept nowhere, not even for the week of the raw event.
        event.body = b"{}"
    erased = next((effect.scope for effect in turn.effects if isinstance(effect, Erase)), "")
    if erased in ("all", "record"):
        event.line_user_id, event.body = "", b"{}"
    if not erased:
        keep(session, resident.id, conversation, turn.state, world.now)
    elif erased != "all":
        # Drafts and what was remembered are data as well: only the count of questions goes on.
        session.execute(delete(Conversation).where(Conversation.resident_id == resident.id))
        keep(session, resident.id, None, types.State(nonce=turn.state.nonce), world.now)
    token = body.get("replyToken")
    if not turn.messages or not isinstance(token, str):
        return None
    return Reply(event.id, resident.id, orjson.dumps({"replyToken": token, "messages": list(turn.messages)}))


def step_on(
    session: Session,
    resident: Resident,
    state: types.State,
    said: types.Incoming,
    world: World,
    in_a_minute: int = 0,
) -> types.Turn:
    """The turn; one that needs to know what is held about the resident is taken again with it."""
    orders = for_staff.known(session, world, resident, state, said)
    filled = facts.fill(world.town, resident, said, now=world.now, public_url=world.public_url)
    known = replace(
        facts.with_reminded(session, filled, resident, state),
        damage=facts.of_damage(session, resident, state, said),
        person=facts.of_person(session, world.town, resident, state, world.now),
        in_a_minute=in_a_minute,
        in_disaster=said.kind == "location" and menus.disaster_since(session) is not None,
        bulky=orders,
    )
    turn = engine.step(state, said, known)
    asked = next((each.topic for each in turn.effects if isinstance(each, AskNotices)), "")
    if asked:
        sent = facts.of_notices(session, asked, world.now)
        turn = engine.step(state, said, replace(known, notices=sent))
    for_staff.open_page(session, resident, orders, turn, world.now)
    if not mydata.needs_facts(state) and AskMyData() not in turn.effects:
        return turn
    kept = facts.Kept(RAW_KEPT.days, IDS_KEPT.days)
    held = facts.of_mydata(session, world.town, resident, EVERYTHING, state, kept)
    held = replace(held, address=link_rules.address(world.public_url, held.token, resident.language))
    return engine.step(state, said, replace(known, mydata=held))


def keep(
    session: Session, resident_id: int, conversation: Conversation | None, state: types.State, now: datetime
) -> None:
    if conversation is None:
        conversation = Conversation(resident_id=resident_id)
        session.add(conversation)
    conversation.state, conversation.updated_at = facts.to_json(state), now


def _named(effect: types.Effect, said: types.Incoming) -> types.Effect:
    """Words for staff carry LINE's id of their message, so that they can be taken back."""
    if isinstance(effect, ToStaff) and not effect.message_id:
        return replace(effect, message_id=said.message_id)
    return effect


def _unsend(session: Session, event: Event, resident_id: int, message_id: str) -> None:
    """The resident took a message back: nobody can read it any more (LINE's guidelines), also where a form, a draft or
    a report had taken its words."""
    if not message_id:
        return
    found = select(Event).where(
        Event.line_user_id == event.line_user_id,
        Event.type == "message",
        func.strpos(func.convert_from(Event.body, "UTF8"), f'"{message_id}"') > 0,
    )
    for message in session.scalars(found):
        said, message.body = rules.said(message.body).strip(), b"{}"
        if said:
            report_actions.take_back(session, resident_id, said)
        conversation = session.get(Conversation, resident_id)
        if said and conversation is not None and rules.holds(conversation.state, said):
            conversation.state = facts.to_json(types.State(nonce=int(conversation.state.get("nonce", 0))))


def replied(session: Session, event_ids: Sequence[int], now: datetime) -> None:
    """LINE took these answers."""
    session.execute(update(Event).where(Event.id.in_(event_ids)).values(replied_at=now))


def forget_old(session: Session, now: datetime) -> None:
    """Keep an event's JSON a week, its id ninety days, and as long where a conversation stood that went no further."""
    session.execute(
        update(Event)
        .where(Event.received_at < now - RAW_KEPT, Event.state != "new", Event.body != b"{}")
        .values(body=b"{}")
    )
    session.execute(delete(Event).where(Event.received_at < now - IDS_KEPT, Event.state != "new"))
    session.execute(delete(Quarantined).where(Quarantined.received_at < now - RAW_KEPT))
    session.execute(delete(Conversation).where(Conversation.updated_at < now - IDS_KEPT))
