"""``python -m worker.clock``: looks at the database every second and wakes whoever has work.

Times are in the database, so a second clock does no harm: a PostgreSQL advisory lock lets one lead and the
others wait. What the queue lost, what a dead worker left behind and what is over are found here.
"""

from __future__ import annotations

import functools
import signal
import time
from types import FrameType

from redis.exceptions import RedisError
from rq.registry import StartedJobRegistry
from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import logs
from app.bulky import actions as bulky_actions
from app.closing import actions as closing_actions
from app.conversations import queries as conversation_queries
from app.delivery.models import Heartbeat
from app.digests import queries as digest_queries
from app.digests import rules as digest_rules
from app.errors import AskPerson
from app.inbox import actions as inbox_actions
from app.leases import queries as leases
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.parts import Parts
from app.pushes import queries as push_queries
from app.queue import DELIVER, DRAIN_INBOX, GATHER, PLAN, QUEUES, SEND_PUSHES
from app.release import actions as release_actions
from app.reminders import actions as reminder_actions
from app.reminders import overriding
from app.repeats import actions as repeat_actions
from app.restores import actions as restore_actions
from app.restores import queries as restore_queries
from app.town.queries import TownCache
from worker import cleaning, runtime
from worker.delivery import lane_queue, plan_queue
from worker.inbound import wake_photos

BEAT = 0.5
"""Seconds between two looks at what is due."""
REMINDING = 5.0
"""Seconds between two looks at the hours residents chose for their reminders."""
CLEANING = 3600.0
"""Seconds between two looks at what is past its keeping time."""
LEADER = 0x4B41495241
"""The advisory lock's number: "KAIRA"."""

_log = logs.get("clock")


def start_due(parts: Parts) -> float:
    """Let every frozen notice go whose instant has come; answers the seconds until the next one's."""
    with parts.sessions() as session:
        waiting = notice_queries.to_start(session)
    for notice_id, instant in waiting:
        seconds = (instant - parts.clock.now()).total_seconds()
        if seconds > 0:
            return seconds
        with parts.sessions.begin() as session:
            started = release_actions.start(session, notice_id, parts.clock.now())
            lane = session.get_one(Notice, notice_id).lane
        if started:
            parts.queue.wake(lane_queue(lane), DELIVER, notice_id)
            _retire_replaced(parts, notice_id)
    return BEAT


def fire_repeats(parts: Parts) -> None:
    """Make the notices of repeats whose instant is near."""
    with parts.sessions.begin() as session:
        repeat_actions.fire_due(session, parts.clock.now())


def remind(parts: Parts) -> None:
    """Make the reminders of the hours that have come, when a town is loaded, and the corrections that follow changes."""
    try:
        town = _towns(parts).town()
    except AskPerson:
        return
    if town.bulky is not None:
        with parts.sessions.begin() as session:
            bulky_actions.end_holds(session, parts.clock.now())
        with parts.sessions.begin() as session:
            bulky_actions.remind(session, town.bulky, parts.clock.now())
    with parts.sessions.begin() as session:
        reminder_actions.remind_due(session, town, parts.clock.now())
    with parts.sessions.begin() as session:
        overriding.correct_due(session, parts.clock.now())
    _wake_gathering(parts)


def _wake_gathering(parts: Parts) -> None:
    """Monday's digests are made by a worker: gathering for a large town takes seconds, and notices start at ten, too."""
    day = digest_rules.due(parts.clock.now())
    if day is None:
        return
    with parts.sessions() as session:
        is_made = digest_queries.is_made(session, day)
    if not is_made:
        parts.queue.wake("chores", GATHER)


@functools.cache
def _towns(parts: Parts) -> TownCache:
    return TownCache(parts.sessions)


def release_due(parts: Parts) -> None:
    """Freeze every notice whose instant is at hand, one transaction each."""
    with parts.sessions() as session:
        due = notice_queries.due(session, parts.clock.now() + release_actions.AHEAD)
    for notice_id in due:
        with parts.sessions.begin() as session:
            frozen = release_actions.release(session, notice_id, parts.clock.now())
            lane = notice.lane if (notice := notice_queries.get(session, notice_id)) else "ordinary"
        if frozen:
            parts.queue.wake(plan_queue(lane), PLAN, notice_id)


def _retire_replaced(parts: Parts, notice_id: int) -> None:
    """The notice that was just released may replace one that is still under way."""
    with parts.sessions.begin() as session:
        notice = notice_queries.get(session, notice_id)
        if notice is not None and notice.supersedes_id is not None:
            closing_actions.retire(session, notice.supersedes_id, parts.clock.now())


def wake_running(parts: Parts) -> None:
    """Wake the senders of running notices whose next batch is due: a retry, a watch that ended, a slow pace."""
    with parts.sessions() as session:
        due = [
            (notice.id, lane_queue(notice.lane))
            for notice in notice_queries.running(session)
            if leases.has_claimable(session, notice, parts.clock.now())
        ]
    for notice_id, queue in due:
        parts.queue.wake(queue, DELIVER, notice_id)


def reconcile(parts: Parts) -> None:
    """Find what was lost or left: safe at any moment, also twice."""
    with parts.sessions.begin() as session:
        closing_actions.mend_leases(session, parts.clock.now())
        beat(session, "clock")
    with parts.sessions() as session:
        unfinished = notice_queries.unfinished(session)
    for notice_id in unfinished:
        _reconcile_notice(parts, notice_id)
    _wake_inbox(parts)
    _look_after_letters(parts)
    _clean_queues(parts)


def _wake_inbox(parts: Parts) -> None:
    with parts.sessions() as session:
        if conversation_queries.has_new(session, parts.clock.now()):
            parts.queue.wake("reply", DRAIN_INBOX)


def held(parts: Parts) -> bool:
    """Whether the database may be an older copy. Then residents are answered, and no notice is touched before a person
    has confirmed: what the copy says of them may not be true any more."""
    with parts.sessions() as session:
        why = restore_queries.why_held(session, parts.outside)
    if not why:
        return False
    with parts.sessions.begin() as session:
        beat(session, "clock")
    _wake_inbox(parts)
    _log.error("sending_held", reason=why)
    time.sleep(min(parts.settings.reconcile_seconds, 5.0))
    return True


def _look_after_letters(parts: Parts) -> None:
    """End talks nobody writes in; wake the senders of pushes and the fetchers of photos that wait."""
    with parts.sessions.begin() as session:
        inbox_actions.close_silent(session, parts.clock.now())
    with parts.sessions() as session:
        push_waits = push_queries.has_due(session, parts.clock.now())
    if push_waits:
        parts.queue.wake("individual", SEND_PUSHES)
    wake_photos(parts)


def _reconcile_notice(parts: Parts, notice_id: int) -> None:
    now = parts.clock.now()
    with parts.sessions.begin() as session:
        closing_actions.expire(session, notice_id, now)
        closing_actions.retire(session, notice_id, now)
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


def _clean_queues(parts: Parts) -> None:
    """Let go of jobs whose worker died; the ledger knows what they were about."""
    try:
        for name in QUEUES:
            queue = parts.queue.queue(name)
            StartedJobRegistry(queue=queue).cleanup()
    except RedisError as error:
        _log.warning("queue_away", error=type(error).__name__)


def beat(session: Session, process: str) -> None:
    """Leave a sign of life for the console."""
    row = insert(Heartbeat).values(process=process, at=func.now())
    session.execute(row.on_conflict_do_update(index_elements=["process"], set_={"at": func.now()}))


class Stopping:
    """Turns a signal into the end of the loop, after the work at hand."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def lead(parts: Parts, stopping: Stopping) -> None:
    """Hold the leader's lock on one connection and work until it breaks or somebody asks to stop."""
    with parts.engine.connect() as connection:
        if not connection.scalar(select(func.pg_try_advisory_lock(LEADER))):
            time.sleep(BEAT)
            return
        connection.commit()
        with parts.sessions.begin() as session:
            restore_actions.begin(session, parts.outside, parts.clock.now())
        next_reconcile = next_cleaning = next_reminding = 0.0
        while not stopping.asked:
            # Asking on the lock's own connection: a broken connection is a lost lock.
            connection.scalar(select(1))
            connection.commit()
            if held(parts):
                continue
            fire_repeats(parts)
            if time.monotonic() >= next_reminding:
                remind(parts)
                next_reminding = time.monotonic() + REMINDING
            release_due(parts)
            wake_running(parts)
            if time.monotonic() >= next_reconcile:
                reconcile(parts)
                next_reconcile = time.monotonic() + parts.settings.reconcile_seconds
            if time.monotonic() >= next_cleaning:
                cleaning.clean(parts, _towns(parts))
                next_cleaning = time.monotonic() + CLEANING
            time.sleep(min(BEAT, start_due(parts)))


def main() -> None:
    logs.configure()
    parts, stopping = runtime.parts(), Stopping()
    while not stopping.asked:
        try:
            lead(parts, stopping)
        except DBAPIError as error:
            _log.warning("database_away", error=type(error.orig).__name__)
            time.sleep(1.0)
    parts.close()


if __name__ == "__main__":
    main()
