"""Single messages to a resident, except for staff's answers, which stand in the talks."""

from __future__ import annotations

from typing import Any

import orjson
from sqlalchemy import ColumnElement, and_, delete, func, not_, select
from sqlalchemy.orm import Session

from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.pushes.models import Push
from app.residents.models import Resident


def _mine(resident: Resident) -> ColumnElement[bool]:
    return and_(
        Push.resident_id == resident.id, Push.state == "accepted", not_(Push.subject.startswith("thread:"))
    )


def _held(session: Session, resident: Resident) -> int:
    return session.scalar(select(func.count()).select_from(Push).where(_mine(resident))) or 0


def _export(session: Session, reader: Reader) -> Exported:
    pushes = session.scalars(select(Push).where(_mine(reader.resident)).order_by(Push.id)).all()
    data = [{"at": instant(push.settled_at), "text": _text(push.body)} for push in pushes]
    said = reader.say("mydata.label_words")
    return Exported(data, [Row(said, _text(push.body), f"M-{push.id}", push.settled_at) for push in pushes])


def _text(body: bytes) -> str:
    messages: list[dict[str, Any]] = orjson.loads(body)["messages"]
    return "\n".join(str(each.get("text") or each.get("altText", "")) for each in messages)


def _erase(session: Session, erasing: Erasing) -> None:
    """Also what waits: nobody who was erased is written to."""
    session.execute(delete(Push).where(Push.resident_id == erasing.resident.id))


PART = Part("letters", _held, _export, _erase)
