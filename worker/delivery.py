"""Jobs that plan and send notices: claim a handful, stream them at the shared pace, record what came back.

The database work runs here, the calls run in the LINE client's own thread, so both overlap. Nothing is decided
here: ``app/release`` plans, ``app/claiming`` and ``app/delivery`` claim and record, ``app/closing`` ends.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from app import audit, logs
from app.attention.rules import Ceilings, ceilings
from app.circuits.actions import Silent
from app.claiming import actions as claiming
from app.closing import actions as closing_actions
from app.delivery.claims import Claim, Recorded
from app.leases import queries as leases
from app.line.answers import Answer
from app.line.pace import LIMITS
from app.line.stream import Answered, Stream
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.parts import Parts
from app.queue import DELIVER, PLAN, QueueName
from app.release import actions as release_actions
from app.restores import actions as restore_actions
from app.town import queries as town_queries
from worker import recording, runtime, starting
from worker.hearing import Hearing
from worker.lanes import lane_queue
from worker.measures import MEASURES, Measure
from worker.under_way import UnderWay, requests_of

LATENCY = 0.1
"""Seconds LINE usually takes to answer; connections for so much sending are opened before the instant."""
LOOK = 0.25
"""Seconds between two looks whether the notice may still go on."""

_log = logs.get("delivery")


def plan(notice_id: int) -> None:
    """Cut the audience into batches, stretch by stretch; senders start after the first."""
    with runtime.job(PLAN, notice_id) as parts:
        more, working = True, runtime.until(runtime.STRETCH)
        while more and working():
            with parts.sessions.begin() as session:
                more = release_actions.plan(session, notice_id, parts.clock.now())
                notice = session.get_one(Notice, notice_id)
            parts.queue.wake(lane_queue(notice.lane), DELIVER, notice_id)
            if notice.lane == "emergency":
                # This worker sends now. The rest is planned beside it, and by itself whenever it runs dry.
                break
        if more:
            parts.queue.wake("chores", PLAN, notice_id)


def deliver(notice_id: int) -> None:
    """Send what can be sent of one notice for a stretch, then give way.

    When another notice waits for this worker, it starts while the last answers of this one are still on their way.
    """
    with runtime.job(DELIVER, notice_id) as parts:
        sending = Sending(parts, notice_id)
        with halting(sending):
            sending.run()
        if sending.running and sending.others_wait():
            runtime.beside(lambda: _end(parts, sending))
        else:
            _end(parts, sending)


def _end(parts: Parts, sending: Sending) -> None:
    """Wait for what is on its way, close the notice if that was all of it, and come back if not."""
    with halting(sending):
        sending.wait()
    with parts.sessions.begin() as session:
        closing_actions.finish(session, sending.notice_id, parts.clock.now())
    with parts.sessions() as session:
        notice = session.get_one(Notice, sending.notice_id)
        more = notice.state == "running" and leases.has_claimable(session, notice, parts.clock.now())
    if more and not sending.held:
        parts.queue.wake(lane_queue(notice.lane), DELIVER, sending.notice_id)


@contextlib.contextmanager
def halting(sending: Sending) -> Iterator[None]:
    """Whatever fails inside, nothing more starts: nobody would be there to notice a stop, or to record the answers."""
    try:
        yield
    except BaseException:
        sending.halt()
        raise


@dataclass
class Sending:
    """One stretch of sending one notice."""

    parts: Parts
    notice_id: int
    running: dict[int, UnderWay] = field(default_factory=dict)
    """Claims under way, by batch."""
    ceilings: Ceilings = claiming.UNLIMITED
    endpoint: str = "multicast"
    stopped: bool = False
    held: bool = False
    """The database may be an older copy, LINE does not answer, or the stream broke: whoever looks at it next is the
    clock, not this worker again and again."""
    is_dry: bool = False
    """The last claim found nothing: only answers are waited for."""
    may_plan: bool = False
    """An emergency that may not be planned to its end: its sender waits for no other worker."""
    renewed: float = 0.0
    looked: float = 0.0
    queue: QueueName = "ordinary"
    stream: Stream = field(init=False)
    hearing: Hearing = field(init=False)

    def run(self) -> None:
        """Keep the window full and record what comes back, until the stretch is over or nothing is left to start."""
        with self.parts.sessions() as session:
            notice = notice_queries.get(session, self.notice_id)
            if notice is None or notice.state not in ("recipients_frozen", "running"):
                return
            if head := town_queries.head(session):
                self.ceilings = ceilings(head)
        self.endpoint = "push" if notice.is_personal else "multicast"
        sys.setswitchinterval(self._measure.turn)
        self.stream = stream = Stream(self.parts.line, self.parts.pace, self.endpoint, lane=notice.lane)
        self.hearing = Hearing(self.parts, self.endpoint)
        self.queue, self.may_plan = lane_queue(notice.lane), notice.lane == "emergency"
        if notice.state == "recipients_frozen" and not self._stands_ready(notice):
            return
        working = runtime.while_alone(self.others_wait)
        self.renewed = time.monotonic()
        while working() and not self.stopped:
            self._fill(stream)
            if not self.running or (self.is_dry and self.others_wait()):
                return
            self._collect(stream)

    def _stands_ready(self, notice: Notice) -> bool:
        """Planned, its instant still to come: a good moment to open connections, and to wait for it when it is near."""
        self.parts.line.open_ahead(round(LIMITS[self.endpoint] * LATENCY))
        instant = notice.released_at or self.parts.clock.now()
        return starting.stand_ready(self.parts, notice.id, instant, self.others_wait)

    def wait(self) -> None:
        """Record what is still under way; a stop still reaches what has not started."""
        while self.running:
            if runtime.leaving.is_set():
                self.stream.stop()
            self._watch(self.stream)
            self._collect(self.stream)

    def halt(self) -> None:
        """Start nothing any more."""
        if self.running:
            self._stop(self.stream)

    def others_wait(self) -> bool:
        """Whether another notice waits for this worker."""
        return self.parts.queue.others_wait(self.queue, DELIVER, self.notice_id)

    def _fill(self, stream: Stream) -> None:
        """Claim handful by handful until the window is full; a full window is a moment to notice a stop."""
        if self._free < self._measure.room:
            self._watch(stream)
        while self._has_room() and not self.stopped and not self.hearing.waits:
            claims = self._claim(stream)
            self.is_dry = not claims
            if self.is_dry and self.may_plan and not self.stopped:
                self.may_plan = self._plan()
                continue
            if self.is_dry:
                return
            for claim in claims:
                requests = requests_of(claim)
                self.running[claim.batch_id] = UnderWay(claim, len(requests))
                stream.put(requests, asks=claim.asks)

    def _plan(self) -> bool:
        """Cut the next stretch here; True while more may remain."""
        with self.parts.sessions.begin() as session:
            return release_actions.plan(session, self.notice_id, self.parts.clock.now())

    def _has_room(self) -> bool:
        alone = any(each.claim.alone for each in self.running.values())
        return self._free >= self._measure.room and not alone

    @property
    def _free(self) -> int:
        return self._measure.window - sum(each.open for each in self.running.values())

    @property
    def _measure(self) -> Measure:
        return MEASURES[self.endpoint]

    def _claim(self, stream: Stream) -> list[Claim]:
        self.looked = time.monotonic()
        try:
            claims = self._take()
            self.held = False
            return claims
        except Silent:
            self.held = True
            self.hearing.refused()
            stream.hold()
            return []
        except restore_actions.Held:
            self.held = True
        except claiming.NotRunning:
            pass
        self._stop(stream)
        return []

    def _take(self) -> list[Claim]:
        """Claim and commit; how far sending has come is noted outside the database before the first byte leaves."""
        outside, now = self.parts.outside, self.parts.clock.now()
        with self.parts.sessions.begin() as session:
            claims = claiming.claim(session, self.notice_id, self._sender(), now)
            mark = restore_actions.mark(session, outside, now) if claims else None
        if mark is not None:
            restore_actions.note(outside, mark)
        self.hearing.is_news |= any(claim.is_news for claim in claims)
        return claims

    def _sender(self) -> claiming.Sender:
        return claiming.Sender(
            owner=runtime.OWNER,
            limit=self._measure.limit(len(self.running)),
            lease_seconds=self.parts.settings.lease_seconds,
            is_busy=bool(self.running),
            ceilings=self.ceilings,
        )

    def _watch(self, stream: Stream) -> None:
        if time.monotonic() - self.looked < LOOK:
            return
        self.looked = time.monotonic()
        with self.parts.sessions() as session:
            notice = notice_queries.get(session, self.notice_id)
            if notice is None or notice_queries.why_not_now(session, notice, self.parts.clock.now()):
                self._stop(stream)

    def _stop(self, stream: Stream) -> None:
        self.stopped = True
        stream.stop()

    def _collect(self, stream: Stream) -> None:
        """Record what is there; keep the leases of what is not."""
        if answered := stream.take(self._measure.gather):
            self._record(stream, answered)
        if stream.is_broken:
            self.held = True
            self._stop(stream)
        lease = self.parts.settings.lease_seconds
        if self.running and time.monotonic() - self.renewed > lease / 3:
            self.renewed = time.monotonic()
            with self.parts.sessions.begin() as session:
                leases.renew(session, list(self.running), runtime.OWNER, lease)

    def _record(self, stream: Stream, answered: Sequence[Answered]) -> None:
        by_batch: dict[int, dict[int, Answer | None]] = {}
        for one in answered:
            batch_id, place = one.mark
            by_batch.setdefault(batch_id, {})[place] = one.answer
        results = [self.running[batch_id].result(answers) for batch_id, answers in by_batch.items()]
        told = recording.record(self.parts, self.notice_id, results)
        if self.hearing.hear(one.answer for one in answered):
            self.held = False
        self.running = {batch_id: each for batch_id, each in self.running.items() if each.open}
        if told.alarm:
            _log.error("odd_answer", notice=self.notice_id, endpoint=self.endpoint)
        if told.slow:
            self.parts.pace.slow_down(self.endpoint)
        if told.pause_reason:
            self._stop(stream)
            self._pause(told)

    def _pause(self, told: Recorded) -> None:
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
