"""Claim a notice's batches and record what came back. Each function is one transaction's work.

The protocol is reliability §2: key, bytes and hash are committed before the first attempt; the same key always
goes with the same bytes; acceptance counts from any worker at any time, a negative answer only with the newest
claim; what cannot be established any more is ``unknown`` and never sent again.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.clock import in_japan
from app.delivery import queries, rules
from app.delivery.models import Batch, Exclusion
from app.line.answers import Answer
from app.notices.models import Notice
from app.residents.models import Resident
from app.segments import queries as segment_queries
from app.segments import rules as segment_rules


def add_batches(
    session: Session, notice: Notice, ids: Sequence[int], state: str, parent_id: int | None = None
) -> None:
    """Append batches for these residents (ascending ids), at most 500 people each."""
    seq = queries.next_seq(session, notice.id)
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
        }
        for number, part in enumerate(rules.cut(ids))
    ]
    if rows:
        session.execute(insert(Batch), rows)


# ---- claim -----------------------------------------------------------------------------------------


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


class NotRunning(Exception):
    """The notice is paused, stopped or over: nothing of it may start."""


def claim(
    session: Session, notice_id: int, *, owner: str, limit: int, lease_seconds: float, now: datetime
) -> list[Claim]:
    """Take up to ``limit`` batches; commit before sending any of them.

    The notice's row is share-locked, so a stop waits for this transaction and nothing is claimed after it.
    """
    notice = session.get(Notice, notice_id, with_for_update={"read": True}, populate_existing=True)
    if notice is None or notice.state != "running":
        raise NotRunning
    if notice.expires_at is not None and notice.expires_at <= now:
        raise NotRunning
    claims = []
    for batch in queries.claimable(session, notice_id, limit):
        if batch.state == "planned":
            _seal(session, notice, batch, now)
        if batch.size == 0 or _too_old(notice, batch, now):
            continue
        body = _body(notice, batch)
        if hashlib.sha256(body).hexdigest() != batch.body_hash or batch.retry_key is None:
            settle(batch, "quarantined", "送る内容が封をしたときと違います", now)
            continue
        _take(batch, owner, lease_seconds, now)
        claims.append(Claim(batch.id, batch.token, batch.endpoint, batch.retry_key, body, batch.size))
    return claims


def _too_old(notice: Notice, batch: Batch, now: datetime) -> bool:
    """Past the life of its key, or of the notice: settled for good, never sent again."""
    end = rules.give_up_at(first_attempt_at=batch.first_attempt_at, expires_at=notice.expires_at or now)
    if now < end:
        return False
    settle(batch, rules.state_when_given_up(ambiguous=batch.ambiguous), batch.answer or "期限切れ", now)
    return True


def _take(batch: Batch, owner: str, lease_seconds: float, now: datetime) -> None:
    batch.state, batch.owner = "sending", owner
    batch.token += 1
    batch.attempts += 1
    batch.first_attempt_at = batch.first_attempt_at or now
    batch.lease_until = func.now() + func.make_interval(0, 0, 0, 0, 0, 0, lease_seconds)


def _seal(session: Session, notice: Notice, batch: Batch, now: datetime) -> None:
    """Leave out who withdrew since the freeze, then bind the rest to one key and one body for ever."""
    frozen = rules.unpack(batch.members)
    rule = segment_rules.from_json(notice.rule)
    day = in_japan(notice.released_at or now).date()
    found = session.execute(
        select(Resident.id, Resident.line_user_id)
        .where(queries.is_any(frozen), segment_queries.reachable(), segment_queries.where(rule, day))
        .order_by(Resident.id)
    ).all()
    kept = [row.id for row in found]
    if len(kept) < len(frozen):
        _exclude(session, notice.id, sorted(set(frozen) - set(kept)), now)
    batch.members, batch.size = rules.pack(kept), len(kept)
    if not kept:
        settle(batch, "cancelled", "全員が対象から外れました", now)
        return
    batch.line_ids = rules.pack_line_ids([row.line_user_id for row in found])
    batch.retry_key = uuid4()
    batch.body_hash = hashlib.sha256(_body(notice, batch)).hexdigest()
    batch.state = "sealed"


def _exclude(session: Session, notice_id: int, gone: Sequence[int], now: datetime) -> None:
    states = dict(session.execute(select(Resident.id, Resident.state).where(queries.is_any(gone))).all())
    session.execute(
        insert(Exclusion),
        [
            {
                "notice_id": notice_id,
                "resident_id": id_,
                "reason": rules.why_excluded(states.get(id_)),
                "at": now,
            }
            for id_ in gone
        ],
    )


def _body(notice: Notice, batch: Batch) -> bytes:
    return rules.multicast_body(rules.unpack_line_ids(batch.line_ids or b""), notice.messages or b"[]")


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
    if notice.state in ("cancelled", "expired"):
        _close(notice, list(batches.values()), now)
    return told


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
    batch.state, batch.answer = "retry_wait", answer.short
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
