"""What the clock does besides starting notices: making those of repeats and reminders, and finding what was lost.

Each duty runs in a guard of its own, beside the loop that lets notices go: whatever is broken or slow here is logged
and tried again, and holds back nothing else.
"""

from __future__ import annotations

import functools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError
from rq.registry import StartedJobRegistry

from app import logs
from app.bulky import actions as bulky_actions
from app.childcare import actions as childcare_actions
from app.closing import actions as closing_actions
from app.conversations import queries as conversation_queries
from app.digests import queries as digest_queries
from app.digests import rules as digest_rules
from app.errors import AskPerson
from app.inbox import actions as inbox_actions
from app.inbox import rules as inbox_rules
from app.leases import queries as leases
from app.notices import queries as notice_queries
from app.parts import Parts
from app.pushes import queries as push_queries
from app.queue import DELIVER, DRAIN_INBOX, GATHER, PLAN, QUEUES, SEND_PUSHES, SHOW_WAITING
from app.reminders import actions as reminder_actions
from app.reminders import overriding
from app.repeats import actions as repeat_actions
from app.repeats import queries as repeat_queries
from app.town.queries import TownCache
from app.town.rules import LoadedTown
from worker import cleaning
from worker.inbound import wake_photos
from worker.lanes import lane_queue, plan_queue
from worker.runtime import guarded

TOKEN = 60.0
"""Seconds between two questions whether LINE knows our token again, while notices stand still for it."""
LOOK = 0.25
"""Seconds between two looks whether a duty's time has come."""
REPEATING = 0.5
"""Seconds between two looks at the repeats."""
WAITING = 0.5
"""Seconds between two looks whether somebody waits long for an answer."""
REMINDING = 5.0
"""Seconds between two looks at the hours residents chose for their reminders."""
CHILDREN = 15.0
"""Seconds between two looks at families with something due, some hundred at a time."""
CLEANING = 3600.0
"""Seconds between two looks at what is past its keeping time."""

_log = logs.get("clock")


@dataclass
class Duty:
    """One piece of upkeep and how often it is done."""

    name: str
    work: Callable[[Parts], object]
    every: float
    next_at: float = 0.0


def duties(parts: Parts) -> list[Duty]:
    return [
        Duty("repeats", fire_repeats, REPEATING),
        Duty("waiting", show_waiting, WAITING),
        Duty("bulky", look_after_bulky, REMINDING),
        Duty("children", remind_of_children, CHILDREN),
        Duty("reminders", remind, REMINDING),
        Duty("staff", tell_waiting, REMINDING),
        Duty("overrides", correct_reminders, REMINDING),
        Duty("digests", wake_gathering, REMINDING),
        Duty("reconcile", reconcile, parts.settings.reconcile_seconds),
        Duty("token", go_on_with_token, TOKEN),
        Duty("letters", look_after_letters, parts.settings.reconcile_seconds),
        Duty("queues", clean_queues, parts.settings.reconcile_seconds),
        Duty("cleaning", lambda parts: cleaning.clean(parts, _towns(parts)), CLEANING),
    ]


def keep_up(parts: Parts, over: threading.Event, may_act: threading.Event) -> None:
    """Do every duty at its time until ``over``; nothing while ``may_act`` is not set."""
    all_of_them = duties(parts)
    while not over.wait(LOOK):
        for duty in all_of_them:
            if may_act.is_set() and not over.is_set() and time.monotonic() >= duty.next_at:
                guarded(duty.name, duty.work, parts)
                duty.next_at = time.monotonic() + duty.every


def fire_repeats(parts: Parts) -> None:
    """Make the notices of repeats whose instant is near, one transaction each: a broken one breaks no other."""
    with parts.sessions() as session:
        due = repeat_queries.due(session, parts.clock.now() + repeat_actions.AHEAD)
    for repeat_id in due:
        guarded("repeat", _fire, parts, repeat_id)


def _fire(parts: Parts, repeat_id: int) -> None:
    with parts.sessions.begin() as session:
        repeat_actions.fire(session, repeat_id, parts.clock.now())


@functools.cache
def _towns(parts: Parts) -> TownCache:
    return TownCache(parts.sessions)


def _town(parts: Parts) -> LoadedTown | None:
    """Nothing is made for residents before a town is loaded."""
    try:
        return _towns(parts).town()
    except AskPerson:
        return None


def look_after_bulky(parts: Parts) -> None:
    """Let go of places nobody paid for in time, and remind of tomorrow's collections."""
    town = _town(parts)
    if town is None or town.bulky is None:
        return
    with parts.sessions.begin() as session:
        bulky_actions.end_holds(session, parts.clock.now())
    with parts.sessions.begin() as session:
        bulky_actions.remind(session, town.bulky, parts.clock.now())


def remind_of_children(parts: Parts) -> None:
    """Tell families what opens and what ends, on the day it is due."""
    if (town := _town(parts)) is not None:
        with parts.sessions.begin() as session:
            childcare_actions.remind(session, town, parts.clock.now())


def remind(parts: Parts) -> None:
    """Make the reminders of the hours that have come."""
    if _town(parts) is not None:
        with parts.sessions.begin() as session:
            reminder_actions.remind_due(session, _towns(parts).town_in, parts.clock.now())


def tell_waiting(parts: Parts) -> None:
    """Whoever waits for staff hears so, unless the town promises no chat."""
    town = _town(parts)
    hours = inbox_rules.read_hours(town.settings) if town is not None else None
    if hours is not None:
        with parts.sessions.begin() as session:
            inbox_actions.tell_waiting(session, hours, parts.clock.now())


def correct_reminders(parts: Parts) -> None:
    """Make the corrections that follow changed collections."""
    if _town(parts) is not None:
        with parts.sessions.begin() as session:
            overriding.correct_due(session, parts.clock.now())


def wake_gathering(parts: Parts) -> None:
    """Monday's digests are made by a worker: gathering for a large town takes seconds."""
    day = digest_rules.due(parts.clock.now())
    if day is None or _town(parts) is None:
        return
    with parts.sessions() as session:
        is_made = digest_queries.is_made(session, day)
    if not is_made:
        parts.queue.wake("chores", GATHER)


def reconcile(parts: Parts) -> None:
    """Find what was lost or left: safe at any moment, also twice."""
    with parts.sessions.begin() as session:
        closing_actions.mend_leases(session, parts.clock.now())
    with parts.sessions() as session:
        unfinished = notice_queries.unfinished(session)
    for notice_id in unfinished:
        guarded("reconcile", _reconcile_notice, parts, notice_id)
    wake_inbox(parts)


def show_waiting(parts: Parts) -> None:
    """Have those who wait for an answer see that it is coming; not by the process that answers."""
    with parts.sessions() as session:
        if conversation_queries.kept_waiting(session, parts.clock.now(), 1):
            parts.queue.wake("chores", SHOW_WAITING)


def wake_inbox(parts: Parts) -> None:
    """Residents whose message nobody took up yet."""
    with parts.sessions() as session:
        if conversation_queries.has_new(session, parts.clock.now()):
            parts.queue.wake("reply", DRAIN_INBOX)


def _reconcile_notice(parts: Parts, notice_id: int) -> None:
    now = parts.clock.now()
    with parts.sessions.begin() as session:
        closing_actions.expire(session, notice_id, now)
        closing_actions.retire(session, notice_id, now)
        closing_actions.mend_watch(session, notice_id, now)
        closing_actions.finish(session, notice_id, now)
        closing_actions.check_sum(session, notice_id, now)
    with parts.sessions() as session:
        notice = notice_queries.get(session, notice_id)
        if notice is None:
            return
        if notice.released_at is not None and not notice.plan_done:
            parts.queue.wake(plan_queue(notice.lane), PLAN, notice_id)
        if notice.state == "running" and leases.has_claimable(session, notice, now):
            parts.queue.wake(lane_queue(notice.lane), DELIVER, notice_id)


def go_on_with_token(parts: Parts) -> None:
    """While notices stand still because LINE refused our token, ask whose it is; the right answer lets them go on.

    A new token comes with new processes, so the clock that asks has the one that is used.
    """
    with parts.sessions() as session:
        waiting = notice_queries.paused_for(session, "token")
    if not waiting:
        return
    found, wanted = parts.line.whose_token(), parts.settings.line_bot_id
    if not found or wanted not in ("", found):
        _log.error("token_refused", notices=len(waiting))
        return
    for notice_id in waiting:
        guarded("token", _go_on_with_token, parts, notice_id)


def _go_on_with_token(parts: Parts, notice_id: int) -> None:
    with parts.sessions.begin() as session:
        closing_actions.go_on_with_token(session, notice_id, parts.clock.now())


def look_after_letters(parts: Parts) -> None:
    """End talks nobody writes in; wake the senders of pushes and the fetchers of photos that wait."""
    with parts.sessions.begin() as session:
        inbox_actions.close_silent(session, parts.clock.now())
    with parts.sessions() as session:
        push_waits = push_queries.has_due(session, parts.clock.now())
    if push_waits:
        parts.queue.wake("individual", SEND_PUSHES)
    wake_photos(parts)


def clean_queues(parts: Parts) -> None:
    """Let go of jobs whose worker died; the ledger knows what they were about."""
    try:
        for name in QUEUES:
            queue = parts.queue.queue(name)
            StartedJobRegistry(queue=queue).cleanup()
    except RedisError as error:
        _log.warning("queue_away", error=type(error).__name__)
