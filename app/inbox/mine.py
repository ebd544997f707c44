"""Talks with staff, seen from the resident. They belong to the record of the conversation."""

from __future__ import annotations

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.inbox.models import Line, Thread
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.photos import mine as photos
from app.photos.models import Photo
from app.pushes.models import Push
from app.residents.models import Resident


def _held(session: Session, resident: Resident) -> int:
    found = select(func.count()).select_from(Thread).where(Thread.resident_id == resident.id)
    return session.scalar(found) or 0


def _export(session: Session, reader: Reader) -> Exported:
    found = select(Thread).where(Thread.resident_id == reader.resident.id).order_by(Thread.id)
    threads = session.scalars(found).all()
    return Exported(
        [_data(each) for each in threads], [row for each in threads for row in _rows(reader, each)]
    )


def _data(thread: Thread) -> dict[str, object]:
    return {
        "section": thread.section,
        "opened_at": instant(thread.opened_at),
        "closed_at": instant(thread.closed_at),
        "messages": [
            {
                "at": instant(line.at),
                "from": "staff" if line.staff_id is not None else "resident",
                "text": line.text,
                "photo": line.photo_id is not None,
            }
            for line in thread.lines
        ],
    }


def _rows(reader: Reader, thread: Thread) -> list[Row]:
    """Staff are named by their section alone: who answered is nothing about the resident."""
    section = reader.town.section(thread.section).name
    rows = []
    for line in thread.lines:
        who = section if line.staff_id is not None else reader.say("mydata.label_you")
        text = line.text or reader.say("mydata.label_photos" if line.photo_id else "mydata.taken_back")
        rows.append(Row(who, text, f"T-{thread.id}", line.at))
    return rows


def _erase(session: Session, erasing: Erasing) -> None:
    """Both sides' words, the photos, and the answers as they were sent; one still on its way goes out."""
    mine = select(Thread.id).where(Thread.resident_id == erasing.resident.id)
    shown = select(Line.photo_id).where(Line.thread_id.in_(mine), Line.photo_id.is_not(None))
    photos.erase(session, erasing, Photo.message_id.in_(shown))
    session.execute(
        delete(Push).where(
            Push.resident_id == erasing.resident.id,
            Push.subject.startswith("thread:"),
            Push.settled_at.is_not(None),
        )
    )
    session.execute(delete(Thread).where(Thread.resident_id == erasing.resident.id))


PART = Part("talks", _held, _export, _erase, scope="record")
