"""Read a notice's personal words. Never commits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import orjson
from sqlalchemy import ARRAY, Integer, Text, any_, cast, func, literal, select
from sqlalchemy.orm import Session

from app.personal.models import PersonalList, PersonalValues
from app.personal.rules import Row

_PIECE = 5_000


def list_of(session: Session, notice_id: int) -> PersonalList | None:
    return session.get(PersonalList, notice_id)


def words_of(session: Session, notice_id: int, ids: Sequence[int]) -> Mapping[int, Sequence[str]]:
    """Resident id to words, of those of these people who are on the list; they travel as one value."""
    wanted = cast(literal("{" + ",".join(map(str, ids)) + "}", Text), ARRAY(Integer))
    found = select(
        cast(func.json_agg(func.json_build_array(PersonalValues.resident_id, PersonalValues.words)), Text)
    ).where(PersonalValues.notice_id == notice_id, PersonalValues.resident_id == any_(wanted))
    return dict(orjson.loads(session.scalar(found) or "[]"))


def rows(session: Session, notice_id: int) -> Iterator[Row]:
    """The whole list, ascending, a piece at a time."""
    after = 0
    while True:
        piece = session.execute(
            select(PersonalValues.resident_id, PersonalValues.words)
            .where(PersonalValues.notice_id == notice_id, PersonalValues.resident_id > after)
            .order_by(PersonalValues.resident_id)
            .limit(_PIECE)
        ).all()
        if not piece:
            return
        yield from ((row.resident_id, row.words) for row in piece)
        after = piece[-1].resident_id
