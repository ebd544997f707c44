"""Jobs that plan and send notices: claim a handful, send them at the shared pace, record what came back.

The database work runs here, the calls run in the LINE client's own thread, so both overlap. Nothing is decided
here: ``app/release`` plans, ``app/delivery`` claims and records, ``app/closing`` ends.
"""

from __future__ import annotations

import concurrent.futures
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass, field

from app import audit, logs
from app.closing import actions as closing_actions
from app.delivery import actions, queries
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.parts import Parts
from app.queue import DELIVER, PLAN, QueueName
from app.release import actions as release_actions
from worker import runtime

WINDOW = 32
"""Calls under way at once: LINE's 200 multicasts a second at 80 ms each need 16."""
GATHER = 0.05
"""Seconds to collect answers for one recording transaction."""

_log = logs.get("delivery")


def lane_queue(lane: str) -> QueueName:
    """Each lane's sends have a queue, and so a worker, of their own."""
    return "emergency" if lane == "emergency" else "individual" if lane == "individual" else "ordinary"


def plan_queue(lane: str) -> QueueName:
    """An emergency is planned where it is sent, ordinary ones beside the sending."""
    return "emergency" if lane == "emergency" else "chores"


def plan(notice_id: int) -> None:
    """Cut the audience into batches, stretch by stretch; senders start after the first."""
    with runtime.job(PLAN, notice_id) as parts:
        more, working = True, runtime.until(runtime.STRETCH)
        while more and working():
            with parts.sessions.begin() as session:
                more = release_actions.plan(session, notice_id, parts.clock.now())
                notice = session.get_one(Notice, notice_id)
            parts.queue.wake(lane_queue(notice.lane), DELIVER, notice_id)
        if more:
            parts.queue.wake(plan_queue(notice.lane), PLAN, notice_id)


def deliver(notice_id: int) -> None:
    """Send what can be sent of one notice for a stretch, then give way."""
    with runtime.job(DELIVER, notice_id) as parts:
        Sending(parts, notice_id).run(runtime.until(runtime.STRETCH))
        with parts.sessions.begin() as session:
            closing_actions.finish(session, notice_id, parts.clock.now())
        with parts.sessions() as session:
            notice = session.get_one(Notice, notice_id)
            more = notice.state == "running" and queries.has_claimable(session, notice_id)
        if more:
            parts.queue.wake(lane_queue(notice.lane), DELIVER, notice_id)


@dataclass
class Sending:
    """One stretch of sending one notice."""

    parts: Parts
    notice_id: int
    running: dict[Future[Answer | None], actions.Claim] = field(default_factory=dict)
    stopped: bool = False
    lane: str = "ordinary"

    def run(self, working: Callable[[], bool]) -> None:
        """Fill the window, collect, record; at the end wait for what is under way."""
        with self.parts.sessions() as session:
            notice = notice_queries.get(session, self.notice_id)
            if notice is None or notice.state != "running":
                return
            self.lane = notice.lane
        while working() and not self.stopped:
            self._fill()
            if not self.running:
                return
            self._collect()
        while self.running:
            self._collect()

    def _fill(self) -> None:
        room = WINDOW - len(self.running)
        if room < WINDOW // 4 and self.running:
            self._watch()
            return
        try:
            with self.parts.sessions.begin() as session:
                claims = actions.claim(
                    session,
                    self.notice_id,
                    owner=runtime.OWNER,
                    limit=room,
                    lease_seconds=self.parts.settings.lease_seconds,
                    now=self.parts.clock.now(),
                )
        except actions.NotRunning:
            self.stopped = True
            return
        if not claims:
            return
        waits = self.parts.pace.reserve("multicast", len(claims), lane=self.lane)
        for claim, wait in zip(claims, waits, strict=True):
            self.running[self._send(claim, wait)] = claim

    def _send(self, claim: actions.Claim, wait: float) -> Future[Answer | None]:
        return self.parts.line.send(
            claim.endpoint, claim.body, retry_key=claim.retry_key, delay=wait, stopped=lambda: self.stopped
        )

    def _watch(self) -> None:
        """The window is full: still notice a stop at once."""
        with self.parts.sessions() as session:
            notice = notice_queries.get(session, self.notice_id)
            self.stopped = notice is None or notice.state != "running"

    def _collect(self) -> None:
        """Wait for answers, a little longer for their neighbours, and record them together."""
        lease = self.parts.settings.lease_seconds
        done, _ = concurrent.futures.wait(
            self.running, timeout=lease / 3, return_when=concurrent.futures.FIRST_COMPLETED
        )
        if done and len(done) < len(self.running):
            done, _ = concurrent.futures.wait(self.running, timeout=GATHER)
        if done:
            self._record(done)
        if self.running:
            with self.parts.sessions.begin() as session:
                queries.renew(session, [c.batch_id for c in self.running.values()], runtime.OWNER, lease)

    def _record(self, done: set[Future[Answer | None]]) -> None:
        results = [actions.Result(self.running[future], future.result()) for future in done]
        with self.parts.sessions.begin() as session:
            told = actions.record(session, self.notice_id, results, self.parts.clock.now())
        for future in done:
            del self.running[future]
        if told.slow:
            self.parts.pace.slow_down("multicast")
        if told.pause_reason:
            self._pause(told)

    def _pause(self, told: actions.Recorded) -> None:
        self.stopped = True
        with self.parts.sessions.begin() as session:
            notice = notice_queries.locked(session, self.notice_id)
            if notice is not None and notice.state == "running":
                notice_actions.pause(
                    session,
                    notice,
                    reason=told.pause_reason,
                    detail=told.detail,
                    by=audit.SYSTEM,
                    now=self.parts.clock.now(),
                )
        _log.warning("notice_paused", notice=self.notice_id, reason=told.pause_reason, answer=told.detail)
