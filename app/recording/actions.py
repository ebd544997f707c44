"""Record what came back of a sender's claims: a handful in one transaction.

The protocol is reliability §2: acceptance counts from any worker at any time, a negative answer only with the newest
claim; what cannot be established any more is ``unknown`` and never sent again.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ARRAY, DateTime, Integer, String, any_, bindparam, column, func, select, update
from sqlalchemy.orm import Session, defer

from app.delivery import packing, queries, rules
from app.delivery.actions import add_parts, release_claim, settle
from app.delivery.claims import PeopleResult, Recorded, Result
from app.delivery.models import Batch
from app.line.answers import Answer
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.outcomes import rules as outcomes

_jitter = random.SystemRandom()

_ids = bindparam("ids", type_=ARRAY(Integer))
_LOCK = select(Batch.id).where(Batch.id == any_(_ids)).order_by(Batch.id).with_for_update()
_came = (
    func.unnest(_ids, bindparam("requests", type_=ARRAY(String)))
    .table_valued(column("id", Integer), column("request", String), name="came")
    .render_derived()
)
_ACCEPT = (
    update(Batch)
    .where(Batch.id == _came.c.id, Batch.state != "accepted")
    .values(state="accepted", answer="200", line_request_id=_came.c.request)
    .values(settled_at=bindparam("now", type_=DateTime(timezone=True)))
    .values(owner="", lease_until=None, line_ids=None)
    .execution_options(synchronize_session=False)
)
"""Put together once: that costs more than carrying it out."""


def record(
    session: Session, notice_id: int, results: Sequence[Result | PeopleResult], now: datetime
) -> Recorded:
    """Write the outcomes of a handful of claims in one transaction.

    A stop waits for it, or it sees the stop: what comes back open never stays behind a notice that is over.
    """
    if notice_queries.keeps_unwatched(session, notice_id):
        results = _accept(session, results, now)
        if not results:
            return Recorded()
    notice = notice_queries.kept(session, notice_id)
    batches = _taken(session, [result.claim.batch_id for result in results])
    told = Recorded()
    for result in results:
        batch = batches[result.claim.batch_id]
        if isinstance(result, PeopleResult):
            told = _apply_people(notice, batch, result, told, now)
            continue
        if result.answer is None:
            _give_back(batch, result.claim.token)
            continue
        outcome = rules.read(result.answer, size=batch.size, ambiguous_before=batch.ambiguous)
        if _apply(session, notice, batch, result, outcome, now):
            told = told.also(outcome, result.answer)
    told = told.under(_watch(session, notice, list(batches.values()), now))
    if notice.state in ("cancelled", "expired"):
        _close(notice, list(batches.values()), now)
    return told


def _taken(session: Session, batch_ids: Sequence[int]) -> dict[int, Batch]:
    """These batches by id, locked."""
    found = (
        select(Batch)
        .where(Batch.id.in_(batch_ids))
        .order_by(Batch.id)
        .options(defer(Batch.members), defer(Batch.line_ids))
        .with_for_update()
    )
    return {batch.id: batch for batch in session.scalars(found)} if batch_ids else {}


def _accept(
    session: Session, results: Sequence[Result | PeopleResult], now: datetime
) -> Sequence[Result | PeopleResult]:
    """The usual answer to a common message, for a handful of batches in one statement; the others are left to do.

    A fact about the key: it counts from any worker, also after the claim was lost.
    """
    usual = {r.claim.batch_id: r.answer for r in results if isinstance(r, Result) and _is_usual(r.answer)}
    if not usual:
        return results
    # All are locked in one order, so that two who record the same batches wait for each other and no more.
    session.execute(_LOCK, {"ids": [result.claim.batch_id for result in results]})
    requests = [answer.request_id for answer in usual.values() if answer is not None]
    session.execute(_ACCEPT, {"ids": list(usual), "requests": requests, "now": now})
    return [result for result in results if result.claim.batch_id not in usual]


def _is_usual(answer: Answer | None) -> bool:
    return answer is not None and answer.status == 200


def _watch(session: Session, notice: Notice, batches: Sequence[Batch], now: datetime) -> Recorded:
    """The stop rules: the first 50 must all be accepted, and later on at most one in twenty refused."""
    if begin_watch(notice, batches, now):
        return Recorded(pause_reason="watch")
    if any("rejected" in _states(batch) for batch in batches):
        session.flush()
        by_state = queries.tally(session, notice).by_state
        if rules.too_many_refused(
            by_state, settled_before=notice.settled_before, refused_before=notice.refused_before
        ):
            return Recorded(pause_reason="refusals")
    return Recorded()


def begin_watch(notice: Notice, batches: Sequence[Batch], now: datetime) -> bool:
    """The first people of a watched notice have their outcome: whether it stops the rest. The caller has its row alone
    (``notice_queries.kept``)."""
    watched = [batch for batch in batches if batch.settled_at is not None]
    if not notice.watch_seconds or notice.watch_until is not None or not watched:
        return False
    notice.watch_until = now + timedelta(seconds=notice.watch_seconds)
    return any(_states(batch) != {"accepted"} for batch in watched)


def _states(batch: Batch) -> set[str]:
    return set(outcomes.counts(batch.state, batch.size, batch.outcomes))


def _close(notice: Notice, batches: Sequence[Batch], now: datetime) -> None:
    """The notice ended while these were under way: what came back open will not be tried again."""
    for batch in batches:
        if batch.state in ("sealed", "retry_wait"):
            settle(batch, rules.state_at_end(notice.state, ambiguous=batch.ambiguous), batch.answer, now)


def _apply(
    session: Session, notice: Notice, batch: Batch, result: Result, outcome: rules.Outcome, now: datetime
) -> bool:
    """False when it comes from an old owner: a refusal of theirs says nothing of the claim that holds now."""
    answer = result.answer
    if answer is None:
        return False
    if outcome.verdict is rules.Verdict.ACCEPTED:
        # A fact about the key: it counts from any worker, also after the claim was lost.
        if batch.state != "accepted":
            batch.line_request_id = outcome.request_id
            settle(batch, "accepted", answer.short, now)
        return True
    if batch.token != result.claim.token or batch.state != "sending":
        return False
    match outcome.verdict:
        case rules.Verdict.UNKNOWN:
            settle(batch, "unknown", answer.short, now)
        case rules.Verdict.SPLIT:
            _split(session, notice, batch, answer, now)
        case _:
            batch.ambiguous = batch.ambiguous or outcome.verdict is rules.Verdict.AMBIGUOUS
            _retry_later(notice, batch, answer, now)
    return True


def _apply_people(
    notice: Notice, batch: Batch, result: PeopleResult, told: Recorded, now: datetime
) -> Recorded:
    """Each person's outcome; when nothing is under way any more, the batch is closed or waits for its next attempt."""
    mine = batch.token == result.claim.token and batch.state == "sending"
    codes = bytearray(batch.outcomes or b"")
    last: Answer | None = None
    for place, answer in result.answers.items():
        if answer is None:
            continue
        code, outcome = rules.read_alone(answer, codes[place])
        if outcome.verdict is rules.Verdict.ACCEPTED:
            batch.line_request_id = outcome.request_id
        elif mine:
            told, last = told.also(outcome, answer), answer
        else:
            continue
        codes[place] = code
    batch.outcomes = bytes(codes)
    batch.answer = last.short if last is not None else batch.answer
    if batch.settled_at is not None:
        # An acceptance that came late is still a fact.
        batch.state = outcomes.summary(batch.outcomes)
    elif outcomes.is_closed(batch.outcomes):
        settle(batch, "accepted", batch.answer or "200", now)
    elif mine and result.is_over:
        _return(notice, batch, last, now)
    return told


def _return(notice: Notice, batch: Batch, last: Answer | None, now: datetime) -> None:
    """Some of its people are still to be sent to: later with the same keys, or at once when they only were not begun."""
    if last is not None:
        _retry_later(notice, batch, last, now)
    elif outcomes.is_untouched(batch.outcomes or b""):
        _give_back(batch, batch.token)
    else:
        release_claim(batch)
        batch.state, batch.lost_leases = "retry_wait", 0


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
    """LINE refused because of somebody in the list: parts with keys of their own find out who."""
    if batch.size == 1:
        settle(batch, "rejected", answer.short, now)
        return
    parts = rules.parts_of_refused(packing.unpack(batch.members), queries.refused_beside(session, batch))
    add_parts(session, notice, batch, parts)
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
