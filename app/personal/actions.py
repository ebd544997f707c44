"""Give a draft its list of people with their own words, look at both before it is submitted, and forget them later."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from psycopg import Error
from psycopg.errors import ForeignKeyViolation, UniqueViolation
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.notices import queries as notice_queries
from app.notices import rules as notice_rules
from app.notices.models import Notice
from app.personal import queries, rules
from app.personal.models import PersonalList, PersonalValues
from app.segments import rules as segment_rules
from app.segments.words import Listed
from app.staff.models import Staff
from content import holes
from content.catalogue import notice_types

KEPT = timedelta(days=7)
"""How long a list stays after its notice is over (uploaded lists, reliability §10)."""
_COPY = "COPY personal_values (notice_id, resident_id, words) FROM STDIN"


def load(
    session: Session,
    notice: Notice,
    names: Sequence[str],
    rows: Iterable[rules.Row],
    *,
    by: Staff,
    now: datetime,
) -> PersonalList:
    """Everybody on the list, all or nobody; a list that was there before is replaced. Its people are the audience."""
    locked = notice_queries.locked(session, notice.id)
    if locked is None or locked.state != "draft":
        raise Refused("一覧を読み込めるのは、下書きのお知らせだけです。")
    _forget(session, [notice.id])
    reading = rules.Reading(tuple(names))
    _copy(session, notice.id, reading.checked(rows))
    if not reading.people:
        raise Refused("一覧に人がいません。1行に1人を書いてください。")
    loaded = PersonalList(
        notice_id=notice.id,
        names=list(names),
        longest=reading.longest,
        people=reading.people,
        digest=reading.digest.hexdigest(),
        by_id=by.id,
        at=now,
    )
    session.add(loaded)
    notice.rule, notice.segment_id = segment_rules.to_json(Listed(notice.id)), None
    detail = {"people": reading.people, "names": list(names)}
    audit.record(session, "notice.load_list", f"notice:{notice.id}", by=by.login, at=now, detail=detail)
    session.flush()
    return loaded


def _copy(session: Session, notice_id: int, rows: Iterable[rules.Row]) -> None:
    cursor = session.connection().connection.cursor()
    try:
        with cursor.copy(_COPY) as copy:
            for id_, words in rows:
                copy.write_row((notice_id, id_, list(words)))
    except UniqueViolation as error:
        raise Refused(f"同じ人が2回あります{_key(error)}。1行に1人にしてください。") from None
    except ForeignKeyViolation as error:
        raise Refused(f"登録のない住民番号があります{_key(error)}。番号を確認してください。") from None


def _key(error: Error) -> str:
    """「（123）」: the last number PostgreSQL names, which is the resident's."""
    found = re.findall(r"[0-9]+", error.diag.message_detail or "")
    return f"（{found[-1]}）" if found else ""


def look(session: Session, notice: Notice, messages: bytes) -> str:
    """Whether everybody on the list would get whole messages that their tier allows: Refused, or the list's digest.

    Empty for a notice that says the same to all.
    """
    found = queries.list_of(session, notice.id)
    if found is None:
        if used := holes.names_in(messages):
            raise Refused(f"「{{{{{used[0]}}}}}」の値がありません。人ごとの一覧を読み込んでください。")
        return ""
    if segment_rules.from_json(notice.rule) != Listed(notice.id):
        raise Refused("人ごとの値があるお知らせの宛先は、一覧の人だけです。一覧を読み込み直してください。")
    rules.refuse_misuse(messages, notice_types()[notice.type], found.names)
    if not rules.longest_fits(messages, found.names, found.longest):
        rules.refuse_too_long(messages, found.names, queries.rows(session, notice.id))
    return found.digest


def _forget(session: Session, notice_ids: Sequence[int]) -> None:
    session.execute(delete(PersonalValues).where(PersonalValues.notice_id.in_(notice_ids)))
    session.execute(delete(PersonalList).where(PersonalList.notice_id.in_(notice_ids)))


def forget_old(session: Session, now: datetime) -> None:
    """Lists of notices that have been over for long enough."""
    over = select(PersonalList.notice_id).join(Notice, Notice.id == PersonalList.notice_id)
    old = over.where(Notice.state.in_(notice_rules.ENDED), Notice.finished_at < now - KEPT)
    _forget(session, session.scalars(old).all())
