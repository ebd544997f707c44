"""Take batches to send: a last look at every person, one key and one body for ever, a claim with a lease.

One transaction, committed before the first byte leaves (reliability §2.1, 3 and 4): so no request exists that
the ledger does not know, and whoever withdrew before it is left out. Many batches are looked at by one query,
because a query per batch was the slowest part of a large send.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy.orm import Session

from app.attention import rules as attention_rules
from app.claiming import sealing
from app.delivery import queries, rules
from app.delivery.actions import Claim, settle
from app.delivery.models import Batch
from app.notices import queries as notice_queries
from app.notices.models import Notice

ROUNDS = 8
"""How many handfuls one claim may pass over, so that a stop never waits long for it."""
UNLIMITED = attention_rules.Ceilings(10_000, 10_000)


class NotRunning(Exception):
    """The notice is paused, stopped, over or out of date: nothing of it may start."""


@dataclass(frozen=True, slots=True)
class Sender:
    """Who claims, how much, for how long, and whether earlier claims of theirs are still under way."""

    owner: str
    limit: int
    lease_seconds: float
    is_busy: bool = False
    ceilings: attention_rules.Ceilings = UNLIMITED
    """The town's; where no town is loaded nobody is counted."""


def claim(session: Session, notice_id: int, sender: Sender, now: datetime) -> list[Claim]:
    """Take up to ``sender.limit`` batches; commit before sending any of them.

    A batch whose senders died again and again is taken alone, when nothing else is under way. Batches that turn
    out to wait for the morning, or to be for nobody, are passed over for a few rounds.

    The notice's row is share-locked, so a stop waits for this transaction and nothing is claimed after it.
    """
    notice = session.get(Notice, notice_id, with_for_update={"read": True}, populate_existing=True)
    if notice is None or notice_queries.why_not_now(session, notice, now):
        raise NotRunning
    look = sealing.look(session, notice, sender.ceilings, now)
    if look is None:
        return []
    until = queries.lease_end(session, sender.lease_seconds)
    claims: list[Claim] = []
    for _ in range(ROUNDS):
        found = queries.claimable(session, notice, sender.limit, now, suspect=False)
        if not found and not sender.is_busy:
            found = queries.claimable(session, notice, 1, now, suspect=True)
        claims = _claims(session, look, found, sender.owner, until)
        if claims or not found:
            break
        session.flush()
    return claims


def _claims(
    session: Session, look: sealing.Look, found: Sequence[Batch], owner: str, until: datetime
) -> list[Claim]:
    """Seal what was only planned, and claim everything whose people may hear it now."""
    notice, now = look.asked.notice, look.asked.now
    bodies = _seal(session, look, [batch for batch in found if batch.state == "planned"])
    claims = []
    for batch in found:
        if batch.size == 0 or batch.state == "planned" or _too_old(notice, batch, now):
            continue
        if batch.id not in bodies and sealing.sleeps_on(session, look, batch):
            continue
        body = bodies.get(batch.id) or _sealed_body(notice, batch)
        if body is None or batch.retry_key is None:
            settle(batch, "quarantined", "送る内容が封をしたときと違います", now)
            continue
        _take(batch, owner, until, now)
        alone = batch.lost_leases >= rules.SUSPECT
        claims.append(Claim(batch.id, batch.token, batch.endpoint, batch.retry_key, body, batch.size, alone))
    return claims


def _too_old(notice: Notice, batch: Batch, now: datetime) -> bool:
    """Past the life of its key, or of the notice: settled for good, never sent again."""
    end = rules.give_up_at(first_attempt_at=batch.first_attempt_at, expires_at=notice.expires_at or now)
    if now < end:
        return False
    settle(batch, rules.state_when_given_up(ambiguous=batch.ambiguous), batch.answer or "期限切れ", now)
    return True


def _take(batch: Batch, owner: str, until: datetime, now: datetime) -> None:
    batch.state, batch.owner, batch.lease_until = "sending", owner, until
    batch.token += 1
    batch.attempts += 1
    batch.first_attempt_at = batch.first_attempt_at or now


def _seal(session: Session, look: sealing.Look, batches: Sequence[Batch]) -> Mapping[int, bytes]:
    """Leave out whom it must not reach now, then bind the rest to one key and one body; answers the bodies."""
    if not batches:
        return {}
    notice = look.asked.notice
    for batch in batches:
        batch.quiet_until = None
    frozen = b"".join(batch.members for batch in batches)
    found = sealing.who_may(session, look, batches, frozen)
    if found.ids != frozen:
        sealing.leave_out(session, look, batches, found)
    kept = [batch for batch in batches if batch.size and batch.quiet_until is None]
    people = found.line_ids if found.ids == frozen else found.in_order_of(batch.members for batch in kept)
    bodies, start = {}, 0
    for batch in kept:
        batch.line_ids = people[start : start + rules.LINE_ID * batch.size]
        start += rules.LINE_ID * batch.size
        batch.retry_key = uuid4()
        bodies[batch.id] = _body(notice, batch.line_ids)
        batch.body_hash = hashlib.sha256(bodies[batch.id]).hexdigest()
        batch.state = "sealed"
    return bodies


def _sealed_body(notice: Notice, batch: Batch) -> bytes | None:
    """The bytes of an earlier attempt, or None when they are not the same any more."""
    body = _body(notice, batch.line_ids or b"")
    return body if hashlib.sha256(body).hexdigest() == batch.body_hash else None


def _body(notice: Notice, line_ids: bytes) -> bytes:
    return rules.multicast_body(line_ids, notice.messages or b"[]")
