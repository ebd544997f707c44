"""Make the evening's reminders: one notice per text, each hour of each day once.

Nobody approves them one by one: every resident asked for them, and their words are fixed in ``content``.
"""

from __future__ import annotations

from datetime import datetime

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.reminders import queries, rules
from app.reminders.models import Reminding
from app.staff.models import Staff
from bot_flows.days import written
from bot_flows.types import Town

TYPE = "garbage_reminder"
LOGIN = "jidou"
"""The account reminders are written under; it has no password and no role, so nobody can sign in with it."""
LOCKED = "-"
"""No password has this hash."""
NIGHT = "住民が選んだ時刻に送ります。"


def remind_due(session: Session, town: Town, now: datetime) -> list[int]:
    """The notices of every chosen hour that has come; answers their ids."""
    made: list[int] = []
    for told in rules.due(queries.slots(session), now):
        row = insert(Reminding).values(slot=told.slot, day=told.day, notices=0, at=now)
        if not session.execute(row.on_conflict_do_nothing().returning(Reminding.slot)).all():
            continue
        people = queries.by_district(session, told.slot)
        groups = rules.texts(town, people, told)
        for text, districts in groups.items():
            made.append(_notice(session, told, text, districts, sum(people[code] for code in districts), now))
        session.get_one(Reminding, (told.slot, told.day)).notices = len(groups)
    return made


def _notice(
    session: Session,
    told: rules.Due,
    text: rules.Text,
    districts: list[str],
    people: int,
    now: datetime,
) -> int:
    fields = {"ごみの種類": text.categories, "収集日": written(told.day)}
    notice = Notice(
        token=notice_actions.new_token(),
        origin="reminder",
        type=TYPE,
        title=text.line.removesuffix("。"),
        fields=fields | ({"備考": "\n".join(text.notes)} if text.notes else {}),
        lane="individual",
        rule={
            "all": [
                {"topic": rules.TOPIC},
                {"reminder": told.slot},
                {"any": [{"district": code} for code in districts]},
            ]
        },
        state="scheduled",
        sequence=1,
        author_id=_author(session),
        created_at=now,
        updated_at=now,
        messages=orjson.dumps([{"type": "text", "text": text.whole}]),
        expected_count=people,
        approved_count=people,
        scheduled_at=told.at,
        night_reason=NIGHT,
        expires_at=told.at + rules.LIFETIME,
    )
    notice.content_hash = notice_actions.hash_of(notice)
    session.add(notice)
    session.flush()
    audit.record(session, "reminder.make", f"notice:{notice.id}", by=audit.SYSTEM, at=now)
    return notice.id


def _author(session: Session) -> int:
    """The account of what is sent by itself, made when it is first needed."""
    row = insert(Staff).values(
        login=LOGIN, name="自動のお知らせ", section="garbage", roles=[], password_hash=LOCKED
    )
    session.execute(row.on_conflict_do_nothing())
    return session.execute(select(Staff.id).where(Staff.login == LOGIN)).scalar_one()
