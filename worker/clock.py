"""``python -m worker.clock``: looks at the database every half second and wakes whoever has work.

Times are in the database, so a second clock does no harm: a PostgreSQL advisory lock lets one lead and the
others wait. What is due at an instant is looked at here and first; what may take longer is in ``worker/upkeep.py``
and runs beside it, so that no broken repeat and no slow query ever holds back an evacuation order.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import timedelta
from types import FrameType

from sqlalchemy import Connection, func, select
from sqlalchemy.exc import DBAPIError

from app import logs
from app.circuits import queries as circuits
from app.circuits import rules as circuit_rules
from app.heartbeats import actions as heartbeats
from app.heartbeats import rules as heartbeat_rules
from app.leases import queries as leases
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.parts import Parts
from app.queue import DELIVER, PLAN
from app.release import actions as release_actions
from app.restores import actions as restore_actions
from app.restores import queries as restore_queries
from worker import runtime, starting, upkeep
from worker.lanes import lane_queue, plan_queue
from worker.runtime import guarded

BEAT = 0.5
"""Seconds between two looks at what is due."""
LEADER = 0x4B41495241
"""The advisory lock's number: "KAIRA"."""
LONGER = 5.0
"""So many seconds more than a lease, and a leader that was not heard of has lost the lead; one look takes a few at most."""

_log = logs.get("clock")


def start_due(parts: Parts) -> float:
    """Let every frozen notice go whose instant has come; answers the seconds until the next one's."""
    with parts.sessions() as session:
        waiting = notice_queries.to_start(session)
    for place, (notice_id, instant, lane) in enumerate(waiting):
        seconds = (instant - parts.clock.now()).total_seconds()
        if seconds > 0:
            _make_ready(parts, waiting[place:])
            return seconds
        guarded("start", _start, parts, notice_id, lane)
    return BEAT


def _start(parts: Parts, notice_id: int, lane: str) -> None:
    if starting.start(parts, notice_id):
        parts.queue.wake(lane_queue(lane), DELIVER, notice_id)


def _make_ready(parts: Parts, waiting: Sequence[notice_queries.Waiting]) -> None:
    """Wake each sender for the first notice that is its next, so that it stands ready in the instant."""
    soon = parts.clock.now() + timedelta(seconds=BEAT)
    # From the last to the first, so that the first of each queue stays.
    first = {lane_queue(lane): notice_id for notice_id, instant, lane in reversed(waiting) if instant <= soon}
    for queue, notice_id in first.items():
        parts.queue.wake(queue, DELIVER, notice_id)


def release_due(parts: Parts) -> None:
    """Freeze every notice whose instant is at hand, one transaction each: one that cannot be keeps back no other. What
    is frozen already starts in between, since an evening's reminders take seconds to count."""
    now = parts.clock.now()
    with parts.sessions() as session:
        due = notice_queries.due(session, now + release_actions.AHEAD, now + release_actions.LONGEST_AHEAD)
    for notice_id in due:
        guarded("release", _release, parts, notice_id)
        guarded("start", start_due, parts)


def _release(parts: Parts, notice_id: int) -> None:
    with parts.sessions.begin() as session:
        frozen = release_actions.release(session, notice_id, parts.clock.now())
        lane = notice.lane if (notice := notice_queries.get(session, notice_id)) else "ordinary"
    if frozen:
        parts.queue.wake(plan_queue(lane), PLAN, notice_id)


def wake_running(parts: Parts) -> None:
    """Wake the senders of running notices whose next batch is due: a retry, a watch that ended, a slow pace; while
    LINE does not answer, whoever may ask whether it does again."""
    with parts.sessions() as session:
        held = circuits.held(session)
        due = [
            (notice.id, lane_queue(notice.lane))
            for notice in notice_queries.running(session)
            if _may_start(held, notice) and leases.has_claimable(session, notice, parts.clock.now())
        ]
    for notice_id, queue in due:
        parts.queue.wake(queue, DELIVER, notice_id)


def _may_start(held: Mapping[str, circuits.Seen], notice: Notice) -> bool:
    seen = held.get("push" if notice.is_personal else "multicast")
    may = circuit_rules.may(seen.circuit, notice.lane, seen.now) if seen else circuit_rules.May.ALL
    return may is not circuit_rules.May.NOTHING


def held(parts: Parts) -> bool:
    """Whether the database may be an older copy. Then residents are answered, and no notice is touched before a person
    has confirmed: what the copy says of them may not be true any more."""
    with parts.sessions() as session:
        why = restore_queries.why_held(session, parts.outside)
    if not why:
        return False
    upkeep.wake_inbox(parts)
    _log.error("sending_held", reason=why)
    time.sleep(min(parts.settings.reconcile_seconds, 5.0))
    return True


class Stopping:
    """Turns a signal into the end of the loop, after the work at hand."""

    def __init__(self) -> None:
        self.asked = False
        signal.signal(signal.SIGTERM, self._ask)
        signal.signal(signal.SIGINT, self._ask)

    def _ask(self, _signal: int, _frame: FrameType | None) -> None:
        self.asked = True


def win(connection: Connection, silence: float) -> bool:
    """Take the lead, if nobody has it. The server ends a leader's connection that asks nothing for so many seconds: one
    that stands still, or whose machine is gone without a word, would otherwise keep the lead from those who wait."""
    won = connection.scalar(select(func.pg_try_advisory_lock(LEADER)))
    if won:
        connection.execute(
            select(func.set_config("idle_session_timeout", f"{round(1000 * silence)}ms", False))
        )
    connection.commit()
    return bool(won)


def lead(parts: Parts, stopping: Stopping) -> None:
    """Hold the leader's lock on one connection and work until it breaks or somebody asks to stop."""
    with parts.engine.connect() as connection:
        if not win(connection, parts.settings.lease_seconds + LONGER):
            time.sleep(BEAT)
            return
        with parts.sessions.begin() as session:
            restore_actions.begin(session, parts.outside, parts.clock.now())
            heartbeats.expect_all(session)
        next_beat = 0.0
        with _upkeep(parts) as may_act:
            while not stopping.asked:
                # Asking on the lock's own connection: a broken connection is a lost lock.
                connection.scalar(select(1))
                connection.commit()
                if time.monotonic() >= next_beat:
                    guarded("heartbeat", runtime.beat, "clock")
                    next_beat = time.monotonic() + heartbeat_rules.EVERY
                if held(parts):
                    may_act.clear()
                    continue
                may_act.set()
                guarded("release", release_due, parts)
                guarded("wake", wake_running, parts)
                time.sleep(min(BEAT, start_due(parts)))


@contextmanager
def _upkeep(parts: Parts) -> Iterator[threading.Event]:
    """Upkeep beside the block, whenever the event it gets is set; its last duty is over when the block is left."""
    over, may_act = threading.Event(), threading.Event()
    beside = threading.Thread(target=upkeep.keep_up, args=(parts, over, may_act), name="upkeep")
    beside.start()
    try:
        yield may_act
    finally:
        over.set()
        beside.join()


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
