"""Put a notice that needs no approval of its own into the ledger's way: its words are fixed in ``content``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import orjson
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import audit
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.reminders.wording import Wording
from app.staff.models import Staff
from bot_flows.postback import door
from content.messages import Message
from content.sentences import FIRST_LANGUAGE, say

LOGIN = "jidou"
"""The account they are written under; it has no password and no role, so nobody can sign in with it."""
LOCKED = "-"
"""No password has this hash."""
NIGHT = "住民が選んだ時刻に送ります。"


@dataclass(frozen=True, slots=True)
class Sending:
    """Whom, how many of them now, and from when to when."""

    rule: Mapping[str, Any]
    people: int
    at: datetime
    expires: datetime
    supersedes_id: int | None = None
    settings: str = door("settings", "reminder")
    """What the button below opens: every push leads to the setting that caused it."""
    language: str = FIRST_LANGUAGE
    can_rest: bool = False
    """「しずかにする（今回だけ）」 stands beside the setting."""


def make(session: Session, wording: Wording, sending: Sending, *, act: str, now: datetime) -> Notice:
    """A scheduled notice in these words, with its audit row ``act``."""
    notice = Notice(
        token=notice_actions.new_token(),
        origin="reminder",
        type=wording.type,
        title=wording.title[:200],
        fields=dict(wording.fields),
        lane="individual",
        rule=dict(sending.rule),
        state="scheduled",
        sequence=1,
        author_id=author(session),
        created_at=now,
        updated_at=now,
        messages=orjson.dumps([_with_settings(wording.text, sending)]),
        expected_count=sending.people,
        approved_count=sending.people,
        scheduled_at=sending.at,
        night_reason=NIGHT,
        expires_at=sending.expires,
        supersedes_id=sending.supersedes_id,
    )
    notice.content_hash = notice_actions.hash_of(notice)
    session.add(notice)
    session.flush()
    audit.record(session, act, f"notice:{notice.id}", by=audit.SYSTEM, at=now)
    return notice


def _with_settings(text: str, sending: Sending) -> Message:
    """The words, and the button to the setting they came by; a PC shows no button, so the words name it, too."""
    buttons = {"reminder.rest": door("settings", "rest")} if sending.can_rest else {}
    buttons["reminder.to_setting"] = sending.settings
    labels = ((say(key, sending.language), data) for key, data in buttons.items())
    actions = [
        {"type": "postback", "label": label, "data": data, "displayText": label} for label, data in labels
    ]
    return {
        "type": "text",
        "text": text,
        "quickReply": {"items": [{"type": "action", "action": action} for action in actions]},
    }


def aim(notice: Notice, rule: Mapping[str, Any]) -> None:
    """Give a notice that was just made its rule, when that has to name the notice itself."""
    notice.rule = dict(rule)
    notice.content_hash = notice_actions.hash_of(notice)


def author(session: Session) -> int:
    """The account of what is sent by itself, made when it is first needed."""
    row = insert(Staff).values(
        login=LOGIN, name="自動のお知らせ", section="garbage", roles=[], password_hash=LOCKED
    )
    session.execute(row.on_conflict_do_nothing())
    return session.execute(select(Staff.id).where(Staff.login == LOGIN)).scalar_one()
