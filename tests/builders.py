"""People and notices with sound defaults: every argument is optional, every default is legal."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from app.db import Sessions
from app.notices import actions
from app.notices.models import Notice
from app.personal import actions as personal_actions
from app.residents.models import Child, Resident
from app.staff.models import Staff

NOON = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
"""Tuesday 2026-12-01, 12:00 in Japan."""
MESSAGES = b'[{"type":"text","text":"\xe3\x81\x8a\xe7\x9f\xa5\xe3\x82\x89\xe3\x81\x9b"}]'
NEVER_QUIET = {"quiet_from": 24, "quiet_to": 0}
"""Of residents a test sends to at whatever hour it runs."""
_numbers = count(1)


def line_id(number: int) -> str:
    """The LINE user id of the n-th invented person."""
    return f"U{number:032x}"


def resident(
    session: Session,
    *,
    topics: Sequence[str] = ("events",),
    born: Sequence[date] = (),
    now: datetime = NOON,
    **changes: Any,
) -> Resident:
    """A friend who finished the set-up."""
    values = {
        "line_user_id": line_id(next(_numbers)),
        "state": "friend",
        "setup_done_at": now,
        "followed_at": now,
    } | changes
    person = Resident(topics=list(topics), **values)
    person.children = [Child(number=n, birth_month=month) for n, month in enumerate(born, 1)]
    session.add(person)
    session.flush()
    return person


def residents(session: Session, number: int, *, topics: Sequence[str] = ("events",)) -> list[int]:
    """Many friends at once; answers their ids, ascending."""
    rows = [
        {
            "line_user_id": line_id(next(_numbers)),
            "topics": list(topics),
            "state": "friend",
            "setup_done_at": NOON,
        }
        for _ in range(number)
    ]
    session.execute(insert(Resident), rows)
    wanted = [row["line_user_id"] for row in rows]
    return sorted(session.scalars(select(Resident.id).where(Resident.line_user_id.in_(wanted))))


@contextmanager
def large_town(db: Sessions) -> Iterator[None]:
    """Let PostgreSQL believe that there are many residents."""
    changed = text("UPDATE pg_class SET reltuples = :size WHERE oid = 'residents'::regclass")
    with db.begin() as session:
        session.execute(changed, {"size": 200_000})
    yield
    with db.begin() as session:
        session.execute(changed, {"size": -1})


def staff(session: Session, name: str = "佐藤", *, roles: Sequence[str] = ("author", "approver")) -> Staff:
    person = Staff(
        login=f"staff{next(_numbers)}", name=name, section="kouhou", roles=list(roles), password_hash="-"
    )
    session.add(person)
    session.flush()
    return person


def draft(rule: Mapping[str, Any] | None = None, *, lane: str = "ordinary") -> actions.Draft:
    return actions.Draft(
        type="event",
        title="秋の音楽会",
        fields={"イベント名": "秋の音楽会"},
        rule=rule if rule is not None else {"topic": "events"},
        lane=lane,
    )


def approved(
    session: Session,
    *,
    people: int,
    rule: Mapping[str, Any] | None = None,
    lane: str = "ordinary",
    messages: bytes = MESSAGES,
) -> Notice:
    """A notice two people have agreed on, an hour before ``NOON``."""
    author, approver = staff(session, "佐藤"), staff(session, "鈴木")
    before = NOON - timedelta(hours=1)
    notice = actions.draft(session, draft(rule, lane=lane), by=author, now=before)
    actions.submit(session, notice, actions.Frozen(messages, people), by=author, now=before)
    actions.approve(session, notice, content_hash=notice.content_hash or "", by=approver, now=before)
    return notice


PERSONAL = '[{"type":"text","text":"会場は{{会場}}、{{時間}}からです。{{7*7}}"}]'.encode()
NAMES = ("会場", "時間")


def words(resident_id: int) -> tuple[str, str]:
    """The n-th person's own words for ``PERSONAL``."""
    return (f'第{resident_id}会場"\\', f"{resident_id % 24}時")


def personal(session: Session, ids: Sequence[int], *, lane: str = "individual", **release: Any) -> Notice:
    """A notice in which everybody of these reads words of their own, to be released at ``NOON``."""
    author, approver = staff(session, "佐藤"), staff(session, "鈴木")
    before = NOON - timedelta(hours=1)
    notice = actions.draft(session, draft(lane=lane), by=author, now=before)
    personal_actions.load(session, notice, NAMES, ((id_, words(id_)) for id_ in ids), by=author, now=before)
    digest = personal_actions.look(session, notice, PERSONAL)
    frozen = actions.Frozen(PERSONAL, len(ids), values_hash=digest)
    actions.submit(session, notice, frozen, by=author, now=before)
    actions.approve(session, notice, content_hash=notice.content_hash or "", by=approver, now=before)
    wanted = actions.Release(at=NOON, typed_count=len(ids), **release)
    actions.schedule(session, notice, wanted, by=author, now=NOON - timedelta(minutes=30))
    return notice


def scheduled(session: Session, *, people: int, rule: Mapping[str, Any] | None = None, **more: Any) -> Notice:
    """The same, to be released at ``NOON``."""
    notice = approved(session, people=people, rule=rule, **more)
    release = actions.Release(at=NOON, typed_count=people)
    by = session.get_one(Staff, notice.author_id)
    actions.schedule(session, notice, release, by=by, now=NOON - timedelta(minutes=30))
    return notice
