"""Save and retire segments."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app import audit
from app.errors import Refused
from app.segments import rules
from app.segments.models import Segment
from app.segments.words import Rule
from app.staff.models import Staff


def save(session: Session, *, name: str, rule: Rule, by: Staff, now: datetime) -> Segment:
    """Keep a rule under a name; a name in use or an empty rule is refused."""
    name = name.strip()
    if not 1 <= len(name) <= 80:
        raise Refused("対象の名前は1文字から80文字までで入力してください。")
    if rules.is_empty(rule):
        raise Refused("条件が空のままです。条件を1つ以上選んでください。")
    if session.scalar(select(Segment.id).where(Segment.name == name)):
        raise Refused(f"「{name}」という対象はもうあります。別の名前を付けてください。")
    segment = Segment(name=name, rule=rules.to_json(rule), created_by=by.id, created_at=now)
    session.add(segment)
    session.flush()
    audit.record(session, "segment.save", f"segment:{segment.id}", by=by.login, at=now)
    return segment


def retire(session: Session, segment: Segment, *, by: Staff, now: datetime) -> None:
    """Offer it no longer; notices keep their own copy of the rule."""
    segment.retired_at = now
    audit.record(session, "segment.retire", f"segment:{segment.id}", by=by.login, at=now)
