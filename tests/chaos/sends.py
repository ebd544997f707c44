"""Notices that are due this minute, each to people of its own: one text for all, or words for each of them alone."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import orjson
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.notices.models import Notice
from tests import builders as given

LIVE = timedelta(hours=20)
_PEOPLE = text(
    "INSERT INTO residents (line_user_id, topics, ward, state, setup_done_at, quiet_from, quiet_to) "
    "SELECT line_user_id, '{}', :ward, 'friend', now(), 24, 0 FROM unnest(:users ::text[]) line_user_id "
    "RETURNING id, line_user_id"
)
_DUE = text(
    "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, night_reason = 'test' "
    "WHERE id = :id"
)


def common(session: Session, users: Sequence[str], ward: str) -> int:
    """Everybody reads the same; answers the notice's id."""
    return _due(session, approved(session, users, ward))


def approved(session: Session, users: Sequence[str], ward: str) -> Notice:
    """Two people have agreed on it, and nobody has said when."""
    session.execute(_PEOPLE, {"ward": ward, "users": list(users)})
    return given.approved(session, people=len(users), rule={"ward": ward})


def personal(session: Session, users: Sequence[str], ward: str) -> tuple[int, dict[str, str]]:
    """Everybody reads words of their own; answers the notice's id and the digest of each user's messages."""
    user_of: dict[int, str] = dict(session.execute(_PEOPLE, {"ward": ward, "users": list(users)}).all())
    notice_id = _due(session, given.personal(session, sorted(user_of)))
    return notice_id, {user: _digest(id_) for id_, user in user_of.items()}


def _due(session: Session, notice: Notice) -> int:
    session.flush()
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    session.execute(_DUE, {"at": minute, "end": minute + LIVE, "id": notice.id})
    return notice.id


def _digest(resident_id: int) -> str:
    """What the pretend LINE notes of a person's messages, filled in here by plain words and not by the product."""
    messages = orjson.loads(given.PERSONAL)
    for name, word in zip(given.NAMES, given.words(resident_id), strict=True):
        messages[0]["text"] = messages[0]["text"].replace("{{" + name + "}}", word)
    return hashlib.sha256(orjson.dumps(messages, option=orjson.OPT_SORT_KEYS)).hexdigest()
