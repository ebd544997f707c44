"""A stream of prepared requests to one endpoint, each at its moment of the shared pace.

Moments are reserved a few at a time and just ahead, in the client's own thread: so the database work of the
caller never costs a slot, an emergency waits at most for what is already reserved (a tenth of a second), and
a stop reaches every request that has not started.
"""

from __future__ import annotations

import asyncio
import queue
import threading
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.line.answers import Answer
from app.line.client import LineClient
from app.line.pace import LIMITS, Pace

LOT = 0.03
"""Seconds of sending that are reserved at once."""
AHEAD = 0.08
"""How many seconds before the last reserved moment the next ones are reserved."""
TICK = 0.004
"""Seconds whose requests start together, at the last one's moment: waking up for each costs more than sending it."""


@dataclass(frozen=True, slots=True)
class Request:
    """One call: its endpoint's exact bytes and key, and whatever the caller knows it by."""

    mark: Any
    body: bytes
    retry_key: UUID


@dataclass(frozen=True, slots=True)
class Answered:
    """What became of a request; ``answer`` None means: stopped before it started."""

    mark: Any
    answer: Answer | None


class Stream:
    """Put requests in, take answers out; both from one thread, while the calls run in the client's."""

    def __init__(self, client: LineClient, pace: Pace | None, endpoint: str, *, lane: str) -> None:
        self._client, self._pace, self._endpoint, self._lane = client, pace, endpoint, lane
        self._waiting: deque[Request] = deque()
        self._answers: queue.SimpleQueue[Answered] = queue.SimpleQueue()
        self._stopped = threading.Event()
        self._pumping = False
        self._calling = 0
        self._lot = max(1, round(LIMITS[endpoint] * LOT))
        self.under_way = 0
        """Requests without an answer so far."""

    def put(self, requests: Sequence[Request]) -> None:
        """Send these as soon as the pace allows, in order."""
        if requests:
            self.under_way += len(requests)
            self._client.call_soon(self._enqueue, requests)

    def take(self, wait: float) -> list[Answered]:
        """Answers that are there after ``wait`` seconds, together, so that they are recorded together."""
        if self.under_way:
            time.sleep(wait)
        found: list[Answered] = []
        while not self._answers.empty():
            found.append(self._answers.get())
        self.under_way -= len(found)
        return found

    def stop(self) -> None:
        """Start nothing any more; what has not started is answered with None."""
        self._stopped.set()

    # Everything below runs in the client's loop.

    def _enqueue(self, requests: Sequence[Request]) -> None:
        self._waiting.extend(requests)
        if not self._pumping:
            self._pumping = True
            self._client.start(self._pump())

    async def _pump(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            lot = [self._waiting.popleft() for _ in range(min(self._lot, len(self._waiting)))]
            if self._stopped.is_set():
                self._leave(lot)
                continue
            while self._calling >= self._client.connections and not self._stopped.is_set():
                # LINE answers slowly: to start more would only let them grow old in a queue.
                await asyncio.sleep(TICK)
            waits = await self._reserve(len(lot))
            now = loop.time()
            for wait, requests in _together(lot, waits):
                if wait > 0:
                    loop.call_at(now + wait, self._begin, requests)
                else:
                    self._begin(requests)
            await asyncio.sleep(max(0.0, now + waits[-1] - AHEAD - loop.time()))
        self._pumping = False

    async def _reserve(self, slots: int) -> list[float]:
        if self._pace is None:
            return [0.0] * slots
        return await asyncio.to_thread(self._pace.reserve, self._endpoint, slots, lane=self._lane)

    def _begin(self, requests: Sequence[Request]) -> None:
        if self._stopped.is_set():
            self._leave(requests)
            return
        self._calling += len(requests)
        for request in requests:
            self._client.start(self._call(request))

    async def _call(self, request: Request) -> None:
        answer = await self._client.post(self._endpoint, request.body, request.retry_key)
        self._calling -= 1
        self._answers.put(Answered(request.mark, answer))

    def _leave(self, requests: Sequence[Request]) -> None:
        for request in requests:
            self._answers.put(Answered(request.mark, None))


def _together(requests: Sequence[Request], waits: Sequence[float]) -> list[tuple[float, list[Request]]]:
    """(seconds to wait, requests): those of one tick start at the last one's moment, so never before their own."""
    ticks: list[tuple[float, list[Request]]] = []
    first = 0.0
    for request, wait in zip(requests, waits, strict=True):
        if ticks and wait - first < TICK:
            ticks[-1][1].append(request)
            ticks[-1] = (wait, ticks[-1][1])
        else:
            first = wait
            ticks.append((wait, [request]))
    return ticks
