"""Add batches to the ledger and record what came back. Each function is one transaction's work.

The protocol is reliability §2: key, bytes and hash are committed before the first attempt; the same key always
goes with the same bytes; acceptance counts from any worker at any time, a negative answer only with the newest
claim; what cannot be established any more is ``unknown`` and never sent again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session, defer

from app.delivery import queries, rules
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices.models import Notice


def add_batches(
    session: Session,
    notice: Notice,
    ids: Sequence[int],
    state: str,
    parent_id: int | None = None,
    *,
    quiet_until: datetime | None = None,
) -> None:
    """Append batches for these residents (ascending ids), at most 500 people each.

    The first batch of a watched notice is a small one, which goes ahead of the others.
    """
    queries.appending(session, notice.id)
    seq = queries.next_seq(session, notice.id)
    first = rules.WATCHED if notice.watch_seconds and seq == 0 else 0
    pieces = rules.cut(ids, rules.batch_size(notice.people_per_minute), first=first)
    rows = [
        {
            "notice_id": notice.id,
            "seq": seq + number,
            "parent_id": parent_id,
            "state": state,
            "first_id": part[0],
            "last_id": part[-1],
            "size": len(part),
            "members": rules.pack(part),
            "quiet_until": quiet_until,
        }
        for number, part in enumerate(pieces)
    ]
    if rows:
        session.execute(insert(Batch), rows)


_jitter = random.SystemRandom()


@dataclass(frozen=True, slots=True)
class Claim:
    """One request that may be made now: the key, the bytes, and the token that proves whose it is."""

    batch_id: int
    token: int
    endpoint: str
    retry_key: UUID
    body: bytes
    size: int
    alone: bool = False
    """Nothing else may be under way beside it."""


# ---- record ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one claim; ``answer`` None means: it never started."""

    claim: Claim
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the sender has to do after recording: pause the notice, go slower, tell somebody."""

    pause_reason: str = ""
    detail: str = ""
    slow: bool = False


def record(session: Session, notice_id: int, results: Sequence[Result], now: datetime) -> Recorded:
    """Write the outcomes of a handful of claims in one transaction."""
    notice = session.get_one(Notice, notice_id)
    batches = {
        b.id: b
        for b in session.scalars(
            select(Batch)
            .where(Batch.id.in_([r.claim.batch_id for r in results]))
            .order_by(Batch.id)
            .options(defer(Batch.members), defer(Batch.line_ids))
            .with_for_update()
        )
    }
    told = Recorded()
    for result in results:
        batch = batches[result.claim.batch_id]
        if result.answer is None:
            _give_back(batch, result.claim.token)
            continue
        outcome = rules.read(result.answer, size=batch.size, ambiguous_before=batch.ambiguous)
        _apply(session, notice, batch, result, outcome, now)
        told = Recorded(
            pause_reason=told.pause_reason or outcome.pause_reason,
            detail=told.detail or (result.answer.short if outcome.pause_reason else ""),
            slow=told.slow or outcome.slow is rules.Slowness.RATE,
        )
    told = _watch(session, notice, list(batches.values()), now) or told
    if notice.state in ("cancelled", "expired"):
        _close(notice, list(batches.values()), now)
    return told


def _watch(session: Session, notice: Notice, batches: Sequence[Batch], now: datetime) -> Recorded | None:
    """The stop rules: the first 50 must all be accepted, and later on at most one in twenty refused."""
    watched = [batch for batch in batches if batch.settled_at is not None]
    if notice.watch_seconds and notice.watch_until is None and watched:
        session.execute(
            update(Notice)
            .where(Notice.id == notice.id, Notice.watch_until.is_(None))
            .values(watch_until=now + timedelta(seconds=notice.watch_seconds))
        )
        if any(batch.state != "accepted" for batch in watched):
            return Recorded(pause_reason="watch")
    if any(batch.state == "rejected" for batch in batches):
        session.flush()
        by_state = queries.tally(session, notice).by_state
        if rules.too_many_refused(by_state):
            return Recorded(pause_reason="refusals")
    return None


def _close(notice: Notice, batches: Sequence[Batch], now: datetime) -> None:
    """The notice ended while these were under way: what came back open will not be tried again."""
    for batch in batches:
        if batch.state in ("sealed", "retry_wait"):
            end = rules.state_at_end(notice.state, ambiguous=batch.ambiguous)
            settle(batch, end, batch.answer, now)


def _apply(
    session: Session, notice: Notice, batch: Batch, result: Result, outcome: rules.Outcome, now: datetime
) -> None:
    answer = result.answer
    if answer is None:
        return
    if outcome.verdict is rules.Verdict.ACCEPTED:
        # A fact about the key: it counts from any worker, also after the claim was lost.
        if batch.state != "accepted":
            batch.line_request_id = outcome.request_id
            settle(batch, "accepted", answer.short, now)
        return
    if batch.token != result.claim.token or batch.state != "sending":
        return
    match outcome.verdict:
        case rules.Verdict.UNKNOWN:
            settle(batch, "unknown", answer.short, now)
        case rules.Verdict.SPLIT:
            _split(session, notice, batch, answer, now)
        case _:
            batch.ambiguous = batch.ambiguous or outcome.verdict is rules.Verdict.AMBIGUOUS
            _retry_later(notice, batch, answer, now)


def _retry_later(notice: Notice, batch: Batch, answer: Answer, now: datetime) -> None:
    wait = rules.backoff(
        batch.attempts,
        chance=_jitter.random(),
        retry_after=answer.retry_after,
    )
    end = rules.give_up_at(first_attempt_at=batch.first_attempt_at, expires_at=notice.expires_at or now)
    if now + wait >= end:
        settle(batch, rules.state_when_given_up(ambiguous=batch.ambiguous), answer.short, now)
        return
    release_claim(batch)
    batch.state, batch.answer, batch.lost_leases = "retry_wait", answer.short, 0
    batch.next_attempt_at = func.now() + wait


def _split(session: Session, notice: Notice, batch: Batch, answer: Answer, now: datetime) -> None:
    """LINE refused because of somebody in the list: halves with keys of their own find out who."""
    if batch.size == 1:
        settle(batch, "rejected", answer.short, now)
        return
    for half in rules.halves(rules.unpack(batch.members)):
        add_batches(session, notice, half, "planned", parent_id=batch.id)
    settle(batch, "split", answer.short, now)


def _give_back(batch: Batch, token: int) -> None:
    """A claim whose request never started leaves no trace of an attempt."""
    if batch.token != token or batch.state != "sending":
        return
    release_claim(batch)
    batch.state = "retry_wait" if batch.attempts > 1 else "sealed"
    batch.attempts -= 1
    if batch.attempts == 0:
        batch.first_attempt_at = None


def release_claim(batch: Batch) -> None:
    """Nobody is sending this batch any more."""
    batch.owner, batch.lease_until = "", None


def settle(batch: Batch, state: str, answer: str, now: datetime) -> None:
    """A final outcome; the LINE ids have done their duty and go."""
    release_claim(batch)
    batch.state, batch.answer, batch.settled_at = state, answer[:200], now
    batch.line_ids = None
