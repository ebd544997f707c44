"""Promise a message to one resident, claim it for sending, record what LINE answered."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID, uuid4

import orjson
from sqlalchemy import ColumnElement, and_, delete, func, select
from sqlalchemy.orm import Session

from app import logs
from app.attention import queries as attention
from app.attention.rules import USUAL, Ceilings, Ration, arrives
from app.delivery.rules import KEY_LIFE
from app.line.answers import Answer
from app.pushes import queries, rules
from app.pushes.models import Push
from app.residents.models import Resident

SPREAD = random.SystemRandom()
"""Spreads retries, so that they do not all come at once."""
LEASE = timedelta(seconds=30)
"""Longer than a call can take (10 s); a sender that died is made good after that, with the same key."""
CAPPED = timedelta(minutes=10)
"""How long somebody who has had enough of what is automatic is left alone before it is looked at again."""
LOOKED_AT = 50
"""Due pushes looked at in one claim, however few may be taken: what is capped must not stand before all others."""
OVER = "送る時間を過ぎたため、送りませんでした"
AWAY = "ブロックされているため、送りませんでした"
UNREACHED = ("blocked", "gone")
"""Nothing is tried for the first time for who is this by then."""
KEPT = timedelta(days=30)
"""How long the words of a settled push stay (chat text, 30 days)."""

Why = Literal["news", "asked", "automatic"]
"""news: what staff did; it waits for their morning, as all but what is asked. asked: it follows something the resident has
just done. automatic: neither they nor staff did anything for it; nobody gets much of it in an hour or a day."""

_log = logs.get("pushes")


@dataclass(frozen=True, slots=True)
class Claim:
    """One attempt: exactly these bytes under exactly this key."""

    id: int
    token: int
    retry_key: UUID
    body: bytes


class Taken(NamedTuple):
    """What may be sent now. Nothing taken is not the end while something was due: it was only put off."""

    claims: list[Claim]
    any_due: bool


def add(
    session: Session,
    resident: Resident,
    messages: Sequence[dict[str, Any]],
    *,
    subject: str,
    now: datetime,
    why: Why = "news",
) -> Push:
    """Promise messages to one resident. Key and bytes are fixed here and stored with the caller's commit."""
    body = orjson.dumps({"to": resident.line_user_id, "messages": list(messages)})
    push = Push(
        resident_id=resident.id,
        subject=subject,
        automatic=why == "automatic",
        retry_key=uuid4(),
        body=body,
        body_hash=hashlib.sha256(body).hexdigest(),
        created_at=now,
        next_attempt_at=now if why == "asked" else arrives(now, resident.quiet_from, resident.quiet_to),
    )
    session.add(push)
    session.flush()
    return push


def claim(session: Session, now: datetime, limit: int, ceilings: Ceilings = USUAL) -> Taken:
    """Take pushes for sending; the caller commits before the first byte leaves. What is automatic and over the cap
    waits, and never counts as tried; what is past its time is not sent any more."""
    taken: list[Claim] = []
    cap = Ration("cap", ceilings.automatic_per_day, ceilings.automatic_per_hour)
    lease_until = session.scalars(select(func.now())).one() + LEASE
    due = queries.due(session, now, max(limit, LOOKED_AT))
    if any(push.automatic and not push.attempts for push in due):
        attention.counting(session, cap)
    for push in due:
        if len(taken) == limit:
            break
        if not _may_go(session, push, cap, now):
            continue
        push.state, push.lease_until = "sending", lease_until
        push.attempts, push.token = push.attempts + 1, push.token + 1
        push.first_attempt_at = push.first_attempt_at or now
        taken.append(Claim(push.id, push.token, push.retry_key, push.body))
    return Taken(taken, any_due=bool(due))


def _may_go(session: Session, push: Push, cap: Ration, now: datetime) -> bool:
    """Whether it is sent now; what is not waits or is settled."""
    # Left in sending, its sender died with the call under way: LINE may have accepted it.
    push.ambiguous |= push.state == "sending"
    if push.expires_at is not None and push.expires_at <= now:
        _expire(push, now)
    elif not push.attempts and session.get_one(Resident, push.resident_id).state in UNREACHED:
        push.answer = AWAY
        _settle(push, "rejected", now)
    elif push.automatic and not push.attempts and attention.capped(session, [push.resident_id], cap, now):
        _wait_for_less(session, push, now)
    elif push.first_attempt_at and now >= push.first_attempt_at + KEY_LIFE:
        # LINE may have forgotten the key: sending now could reach the person twice.
        _settle(push, "unknown" if push.ambiguous else "rejected", now)
    else:
        return True
    return False


def _wait_for_less(session: Session, push: Push, now: datetime) -> None:
    """Look again after a while; not in their quiet hours, and not when its words will be stale by then."""
    reader = session.get_one(Resident, push.resident_id)
    push.next_attempt_at = arrives(now + CAPPED, reader.quiet_from, reader.quiet_to)
    _log.error("too_many_automatic", push=push.id)
    if push.expires_at is not None and push.expires_at <= push.next_attempt_at:
        _expire(push, now)


def _expire(push: Push, now: datetime) -> None:
    """Past its time: nobody should read 「あした」 on the day itself. What LINE may have accepted stays unknown."""
    push.answer = push.answer or OVER
    _settle(push, "unknown" if push.ambiguous else "rejected", now)


def record(session: Session, claim: Claim, answer: Answer, now: datetime) -> bool:
    """Write the outcome down; True when LINE asks for a slower pace. A late answer counts only when it accepts."""
    push = session.get(Push, claim.id, with_for_update=True)
    if push is None or push.settled_at is not None or push.first_attempt_at is None:
        return False
    before = rules.Before(push.attempts, push.ambiguous, push.first_attempt_at)
    after = rules.after(answer, before, now=now, chance=SPREAD.random())
    if push.token != claim.token and after.state != "accepted":
        return False
    push.answer, push.ambiguous = answer.short, after.ambiguous
    if after.next_attempt_at is None:
        push.line_request_id = after.request_id
        _settle(push, after.state, now)
    else:
        push.state, push.lease_until, push.next_attempt_at = "waiting", None, after.next_attempt_at
    return after.is_slow


def drop(
    session: Session, resident: Resident, about: ColumnElement[bool], *, before: datetime | None = None
) -> None:
    """What waits for this resident is not sent any more: they do not want it, or it is not true. Only what would leave
    ``before`` then."""
    waits = and_(Push.resident_id == resident.id, Push.state == "waiting", about)
    if before is not None:
        waits = and_(waits, Push.next_attempt_at < before)
    session.execute(delete(Push).where(waits))


def _settle(push: Push, state: str, now: datetime) -> None:
    push.state, push.lease_until, push.settled_at = state, None, now


def forget_old(session: Session, now: datetime) -> None:
    """Settled messages past their keeping time."""
    session.execute(delete(Push).where(Push.settled_at < now - KEPT))
