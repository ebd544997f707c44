"""The record of the conversation, seen from the resident; and everything that is held, with it in front."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, literal, select, update
from sqlalchemy.orm import Session

from app.conversations import rules
from app.conversations.models import Conversation, Event, Quarantined
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.mydata.parts import PARTS
from app.residents.models import Resident


def _held(session: Session, resident: Resident) -> int:
    """There is always one: who asks is just talking."""
    return 1


def _export(session: Session, reader: Reader) -> Exported:
    found = select(Event).where(Event.line_user_id == reader.resident.line_user_id).order_by(Event.id)
    data, rows = [], []
    for event in session.scalars(found):
        said = rules.said(event.body)
        data.append({"at": instant(event.received_at), "type": event.type, "text": said})
        if said:
            rows.append(Row(reader.say("mydata.label_sent"), said, at=event.received_at))
    return Exported(data, rows)


def _erase(session: Session, erasing: Erasing) -> None:
    """What was said, where the talk stands, what LINE posted. An event's id stays, so that a replay has no effect."""
    user, now = erasing.resident.line_user_id, erasing.now
    nothing = {"body": b"{}", "error": ""}
    # Buttons tapped meanwhile belong to what is gone; words of theirs that wait are answered as a stranger's.
    waiting = update(Event).where(Event.line_user_id == user, Event.state == "new", Event.type == "postback")
    session.execute(waiting.values(state="ignored", done_at=now, **nothing))
    done = update(Event).where(Event.line_user_id == user, Event.state != "new")
    session.execute(done.values(line_user_id="", **nothing))
    names = func.position(literal(user.encode()).op("IN")(Quarantined.body)) > 0
    session.execute(delete(Quarantined).where(names).execution_options(synchronize_session=False))
    session.execute(delete(Conversation).where(Conversation.resident_id == erasing.resident.id))


RECORD = Part("record", _held, _export, _erase, scope="record")

EVERYTHING: Sequence[Part] = (RECORD, *PARTS)
