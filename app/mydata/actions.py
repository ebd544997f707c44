"""Erase what is held about a resident: one transaction, one audit row that names a number and nobody.

Backups age out by themselves (docs/production.md). A batch sealed before the deletion keeps the LINE ids it was sealed
with until LINE's answer is final, a day at most: the same bytes must go with the same key. One that is only planned
leaves the person out at the seal, with the reason ``erased``.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app import audit
from app.links import actions as link_actions
from app.links.rules import For
from app.mine import Erasing, Part
from app.mydata import queries, rules
from app.residents.models import Resident
from bot_flows.mydata_facts import Erase

RESIDENT = "resident"
AT_ONCE = 100
"""Residents erased in one transaction by the clock."""


def open_page(session: Session, resident: Resident, token: str, now: datetime) -> None:
    """Let the download page be opened with this token for a few minutes."""
    link_actions.issue(session, resident.id, token, For(rules.PURPOSE), now)
    who = f"{RESIDENT}:{resident.id}"
    audit.record(session, "resident.download_link", who, by=who, at=now)


def erase(
    session: Session,
    parts: Sequence[Part],
    resident: Resident,
    asked: Erase,
    *,
    now: datetime,
    by: str = RESIDENT,
) -> list[str]:
    """Erase everything, or what belongs to one scope; answers the photo files to remove after the commit."""
    erasing = Erasing(resident, now)
    for part in parts:
        if asked.scope in ("all", part.scope):
            part.erase(session, erasing)
    detail = {"scope": asked.scope}
    audit.record(session, "resident.erase", f"erasure:{asked.number}", by=by, at=now, detail=detail)
    session.flush()
    return erasing.files


def erase_blocked(session: Session, parts: Sequence[Part], days: int, now: datetime) -> tuple[int, list[str]]:
    """Erase whom nothing has reached for ``days``, some at a time: they blocked the account, or LINE does not know them
    any more. Answers how many, and files to remove.

    Who came back in between is a friend again and is passed over; running twice does nothing the second time.
    """
    long_ago = now - timedelta(days=days)
    blocked = and_(Resident.state == "blocked", Resident.blocked_at <= long_ago)
    gone_too = and_(Resident.state == "gone", Resident.gone_at <= long_ago)
    found = (
        select(Resident)
        .where(or_(blocked, gone_too))
        .order_by(Resident.id)
        .limit(AT_ONCE)
        .with_for_update(skip_locked=True)
    )
    gone, files = 0, []
    for resident in session.scalars(found).all():
        asked = Erase("all", queries.next_number(session))
        files += erase(session, parts, resident, asked, now=now, by=audit.SYSTEM)
        gone += 1
    return gone, files
