"""Jobs for single residents: send pushes that were promised, fetch photos that were sent."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from app import logs
from app.attention.rules import ceilings
from app.circuits import actions as circuit_actions
from app.circuits import queries as circuit_queries
from app.inbox import actions as inbox_actions
from app.inbox import queries as inbox_queries
from app.parts import Parts
from app.photos import actions as photo_actions
from app.photos.models import Photo
from app.pushes import actions as push_actions
from app.queue import FETCH_PHOTOS, SEND_PUSHES
from app.reports import actions as report_actions
from app.reports import queries as report_queries
from app.restores import actions as restore_actions
from app.town import queries as town_queries
from worker import runtime
from worker.hearing import Hearing

FIRST, HANDFUL = 5, 50
"""Pushes of a job's first handful, which finds out whether LINE answers, and of the next ones."""

_log = logs.get("letters")


def send() -> None:
    """Send what waits, a handful at a time: claimed and committed first, then called, then recorded."""
    with runtime.job(SEND_PUSHES) as parts:
        working, more = runtime.until(runtime.STRETCH), True
        hearing = Hearing(parts, "push")
        while more and working():
            more = _send_handful(parts, hearing)
        if more:
            parts.queue.wake("individual", SEND_PUSHES)


def _send_handful(parts: Parts, hearing: Hearing) -> bool:
    try:
        claims, any_due = _claim(parts, hearing)
    except (restore_actions.Held, circuit_actions.Silent):
        return False
    if not claims:
        return any_due
    waits = parts.pace.reserve("push", len(claims), lane="individual")

    def again() -> float:
        return parts.pace.reserve("push", 1, lane="individual")[0]

    calls = [
        (claim, parts.line.send("push", claim.body, retry_key=claim.retry_key, delay=wait, again=again))
        for claim, wait in zip(claims, waits, strict=True)
    ]
    is_slow = False
    for claim, call in calls:
        answer = call.result()
        with parts.sessions.begin() as session:
            is_slow |= push_actions.record(session, claim, answer, parts.clock.now())
        if answer.status != 200:
            _log.warning("push_not_taken", push=claim.id, answer=answer.short)
    hearing.hear(call.result() for _, call in calls)
    if is_slow:
        parts.pace.slow_down("push")
    return True


def _claim(parts: Parts, hearing: Hearing) -> push_actions.Taken:
    """Claim and commit; how far sending has come is noted outside the database before the first byte leaves.

    While LINE does not answer this raises ``Silent``, or takes the one push that asks.
    """
    outside, now = parts.outside, parts.clock.now()
    with parts.sessions.begin() as session:
        passage = circuit_actions.passage(session, circuit_queries.seen(session, "push"), "individual")
        limits = ceilings(town_queries.head(session))
        most = HANDFUL if hearing.is_answered else FIRST
        taken = push_actions.claim(session, now, 1 if passage.asks else most, limits)
        if taken.claims:
            passage.used()
            hearing.is_news |= passage.is_doubted
        mark = restore_actions.mark(session, outside, now) if taken.claims else None
    if mark is not None:
        restore_actions.note(outside, mark)
    return taken


def fetch_photos() -> None:
    """Fetch what residents photographed; what cannot be kept is said to them."""
    with runtime.job(FETCH_PHOTOS) as parts:
        working, more = runtime.until(runtime.STRETCH), True
        while more and working():
            more = _fetch_one(parts)
        if more:
            parts.queue.wake("chores", FETCH_PHOTOS)


def _fetch_one(parts: Parts) -> bool:
    """One at a time: each may be 30 MB and take most of a minute, and other chores wait behind it."""
    with parts.sessions.begin() as session:
        ids = photo_actions.claim(session, parts.clock.now(), 1)
    for message_id in ids:
        content = parts.line.content(message_id).result()
        drawn = photo_actions.draw(content)
        now = parts.clock.now()
        with parts.sessions.begin() as session:
            state = photo_actions.receive(session, message_id, drawn, parts.settings.photo_dir, now)
            if state == "refused":
                _tell_refused(session, message_id, now)
        _log.info("photo", state=state, status=content.status)
        if state == "refused":
            parts.queue.wake("individual", SEND_PUSHES)
    return bool(ids)


def _tell_refused(session: Session, message_id: str, now: datetime) -> None:
    """Promise the sentence that says so, in the transaction that refuses the photo."""
    reason = session.get_one(Photo, message_id).reason
    report = report_queries.of_photo(session, message_id)
    thread = inbox_queries.thread_of_photo(session, message_id)
    if report is not None:
        report_actions.tell_refused(session, report, reason, now)
    elif thread is not None:
        inbox_actions.tell_refused(session, thread, reason, now)
