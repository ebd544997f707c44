"""Notices a resident received, exactly, from the ledger's id ranges."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.delivery import queries
from app.mine import Erasing, Exported, Part, Reader, Row, instant
from app.notices.models import Notice
from app.residents.models import Resident
from content import catalogue, standard
from content.notice import make

LISTED = timedelta(days=90)
"""How far back the list of received notices goes."""


def received(
    session: Session, resident: Resident, since: datetime | None = None
) -> Sequence[queries.Received]:
    """What LINE accepted for this resident, newest first."""
    found = queries.received_by(session, resident.id)
    return [
        got
        for got in found
        if got.state == "accepted" and got.at is not None and (since is None or got.at >= since)
    ]


def _held(session: Session, resident: Resident) -> int:
    return len(received(session, resident))


def _export(session: Session, reader: Reader) -> Exported:
    got = received(session, reader.resident, reader.now - LISTED)
    found = select(Notice).where(Notice.id.in_([each.notice_id for each in got]))
    notices = {notice.id: notice for notice in session.scalars(found)}
    data = [_data(reader, notices[each.notice_id], each.at) for each in got]
    return Exported(data, [_row(reader, notices[each.notice_id], each.at) for each in got])


def _content(notice: Notice) -> dict[str, str]:
    """Its fields; those of a personal type stay behind the sign-in and are not given out here."""
    return {} if catalogue.notice_types()[notice.type].personal else dict(notice.fields)


def _data(reader: Reader, notice: Notice, at: datetime | None) -> dict[str, object]:
    fields = _content(notice)
    return {
        "at": instant(at),
        "type": notice.type,
        "title": notice.title,
        "fields": fields,
        "text": standard.render(make(notice.type, fields), reader.town.name) if fields else "",
        "url": f"{reader.base_url}/n/{notice.token}",
    }


def _row(reader: Reader, notice: Notice, at: datetime | None) -> Row:
    fields = _content(notice)
    text = "\n".join(standard.field_lines(make(notice.type, fields).fields))
    return Row(notice.title, text or f"{reader.base_url}/n/{notice.token}", f"N-{notice.id}", at)


def _erase(session: Session, erasing: Erasing) -> None:
    """The ledger names people by a number alone. Who was whose number goes with the resident's row; the number
    stays, so that the sums of a send still close and how many were reached is still exact."""


PART = Part("notices", _held, _export, _erase)
