"""A stream of prepared requests to one endpoint, each at its moment of the shared pace.

Moments are reserved a few at a time and just ahead, in the client's own thread: so the database work of the
caller never costs a slot, an emergency waits at most for what is already reserved (a tenth of a second), and
a stop reaches every request that has not started.

A moment that passes unused is lost (``app/line/rhythm``): whoever finds no free connection, or comes too late, gets
another one. While LINE answers nothing, the rest is given back (``app/line/gate``).
"""

from __future__ import annotations

import asyncio
import functools
import math
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app import logs
from app.line.answers import Answer
from app.line.client import LineClient
from app.line.gate import Gate
from app.line.pace import LIMITS, Pace
from app.line.rhythm import TICK, is_missed
from app.line.wire import NOBODY

LOT = 0.03
"""Seconds of sending that are reserved at once."""
AHEAD = 0.08
"""How many seconds before the last reserved moment the next ones are reserved."""
GLANCE = 0.002
"""Seconds between two looks for the very last answers: a notice is done when they are written down."""

_log = logs.get("line")


@dataclass(frozen=True, slots=True)
class Request:
    """One call: its endpoint's exact bytes and key, and whatever the caller knows it by."""

    mark: Any
    body: bytes
    retry_key: UUID
    until: float = math.inf
    """By the monotonic clock: whatever has not begun by then is given back, to be looked at anew."""


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a request; ``answer`` None means: stopped before it started."""

    mark: Any
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class Tick:
    """Requests that start together, and when they are due."""

    moment: float
    requests: Sequence[Request]


class Stream:
    """Put requests in, take answers out; both from one thread, while the calls run in the client's."""

    def __init__(self, client: LineClient, pace: Pace | None, endpoint: str, *, lane: str) -> None:
        self._client, self._pace, self._endpoint, self._lane = client, pace, endpoint, lane
        self._waiting: deque[Request] = deque()
        self._answers: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._pumping = False
        self._ticks: deque[Tick] = deque()
        self._gate = Gate()
        self._lot = max(1, round(LIMITS[endpoint] * LOT))
        self.under_way = 0
        """Requests without an answer so far."""
        self.is_broken = False
        """Something failed here: nothing starts on it any more."""

    def put(self, requests: Sequence[Request], *, asks: bool = False) -> None:
        """Send these as soon as the pace allows, in order; only one of them when it ``asks`` whether LINE answers."""
        if requests:
            self.under_way += len(requests)
            self._client.call_soon(self._enqueue, requests, asks)

    def take(self, wait: float) -> list[Answered]:
        """Answers that are there after ``wait`` seconds, or once nothing is under way: together, so that they are
        recorded together."""
        end = time.monotonic() + wait
        while (missing := self.under_way - self._answers.qsize()) and (left := end - time.monotonic()) > 0:
            # So many cannot be answered sooner; looking more often would take the line's thread its turns.
            time.sleep(min(left, max(GLANCE, missing / LIMITS[self._endpoint])))
        found: list[Answered] = []
        while not self._answers.empty():
            found.append(self._answers.get())
        self.under_way -= len(found)
        return found

    def stop(self) -> None:
        """Start nothing any more; what has not started is answered with None."""
        self._stopped.set()

    def hold(self) -> None:
        """LINE does not answer: what has not started is answered with None; what is put later may start."""
        self._client.call_soon(self._hold)

    # Everything below runs in the client's loop.

    def _enqueue(self, requests: Sequence[Request], asks: bool) -> None:
        if asks:
            self._gate.let_one()
        elif self._answers.empty():
            # Not while the caller has yet to tell what was heard here: they were allowed without knowing of it.
            self._gate.reopen()
        self._waiting.extend(requests)
        self._go_on()

    def _hold(self) -> None:
        self._gate.shut()
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting and not self._pumping:
            self._pumping = True
            self._client.start(self._pump())

    async def _pump(self) -> None:
        try:
            while self._waiting:
                await self._go_one_step(asyncio.get_running_loop())
        except Exception as error:
            self._break(error)
        finally:
            self._pumping = False

    def _break(self, error: Exception) -> None:
        """No memory, no thread: as after a stop, so that nobody waits for what never comes."""
        _log.error(
            "stream_broken",
            endpoint=self._endpoint,
            error=type(error).__name__,
            short_of=logs.short_of(error),
        )
        self.is_broken = True
        self._stopped.set()
        while self._ticks:
            self._waiting.extend(self._ticks.popleft().requests)
        self._give_back()

    async def _go_one_step(self, loop: asyncio.AbstractEventLoop) -> None:
        if self._waiting[0].until < loop.time():
            self._answers.put(Answered(self._waiting.popleft().mark, None))
        elif self._stopped.is_set() or not self._gate.lets:
            self._give_back()
        elif await self._client.ready():
            await self._next_lot(loop)
        else:
            self._find_nobody()

    async def _next_lot(self, loop: asyncio.AbstractEventLoop) -> None:
        """Reserve the next moments, and come back shortly before the last of them is used."""
        count = min(self._lot, len(self._waiting))
        if self._pace is None:
            self._begin(self._first(count))
            return
        moments = await asyncio.to_thread(self._moments, self._pace, count, loop)
        lot = self._first(count)
        is_resting = not self._ticks
        self._ticks.extend(ticks(lot, moments))
        if is_resting:
            self._when_due(loop)
        while self._ticks and (left := self._ticks[-1].moment - AHEAD - loop.time()) > 0:
            await asyncio.sleep(left)

    def _first(self, count: int) -> list[Request]:
        return [self._waiting.popleft() for _ in range(count)]

    def _moments(self, pace: Pace, count: int, loop: asyncio.AbstractEventLoop) -> list[float]:
        """Of the loop's time, taken beside the answer: until the loop hears of it, some may be over."""
        waits = pace.reserve(self._endpoint, count, lane=self._lane)
        now = loop.time()
        return [now + wait for wait in waits]

    def _when_due(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what is due, as a timer does: nobody else would see a failure here."""
        missed: list[Request] = []
        try:
            self._begin_due(loop, missed)
        except Exception as error:
            self._break(error)
        finally:
            self._put_back(missed)

    def _begin_due(self, loop: asyncio.AbstractEventLoop, missed: list[Request]) -> None:
        """Begin the next tick, now or at its moment; what missed its own waits for another."""
        while self._ticks:
            now, moment = loop.time(), self._ticks[0].moment
            if moment > now:
                loop.call_at(moment, self._when_due, loop)
                break
            tick = self._ticks.popleft()
            if is_missed(moment, now):
                missed.extend(tick.requests)
            else:
                self._begin(tick.requests)

    def _put_back(self, requests: Sequence[Request]) -> None:
        self._waiting.extendleft(reversed(requests))
        self._go_on()

    def _begin(self, requests: Sequence[Request]) -> None:
        for number, request in enumerate(requests):
            if self._stopped.is_set() or not self._gate.lets:
                self._answers.put(Answered(request.mark, None))
                continue
            done = functools.partial(self._answered, request.mark)
            try:
                begun = self._client.begin(self._endpoint, request.body, request.retry_key, done)
            except Exception:
                # It was not written, nor is what comes after it.
                self._waiting.extendleft(reversed(requests[number:]))
                raise
            if not begun:
                # LINE answers slowly, or connections were closed: the rest gets another moment.
                self._put_back(requests[number:])
                return
            self._gate.begun()

    def _answered(self, mark: Any, answer: Answer) -> None:
        self._gate.heard(answer)
        self._answers.put(Answered(mark, answer))

    def _give_back(self) -> None:
        """Nothing of what waits may start."""
        while self._waiting:
            self._answers.put(Answered(self._waiting.popleft().mark, None))

    def _find_nobody(self) -> None:
        """LINE cannot be reached; what waits finds that out one by one, until it is clear."""
        while self._waiting and self._gate.lets:
            self._gate.begun()
            self._answered(self._waiting.popleft().mark, NOBODY)


def ticks(requests: Sequence[Request], moments: Sequence[float]) -> list[Tick]:
    """Those of one tick start at the last one's moment, so never before their own."""
    found: list[Tick] = []
    start = 0
    for end in range(1, len(moments) + 1):
        if end == len(moments) or moments[end] - moments[start] >= TICK:
            found.append(Tick(moments[end - 1], requests[start:end]))
            start = end
    return found
