"""No second ever holds more requests than LINE allows, whatever stood still: on a loop whose time is simulated."""

from __future__ import annotations

import asyncio
import itertools
import selectors
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from app.line.answers import Answer
from app.line.client import LineClient
from app.line.connection import Done
from app.line.pace import LIMITS, SHARE_OF_LIMIT, Pace
from app.line.stream import Request, Stream
from app.parts import make_redis
from tests.breaking import Breaking
from worker.measures import MEASURES

LATENCY = 0.08


class Instant(selectors.SelectSelector):
    """Nothing ever comes from outside: waiting is a jump."""

    jump: Callable[[float], None]

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.jump(timeout or 0.0)
        return super().select(0)


class Loop(asyncio.SelectorEventLoop):
    """Its time passes while it waits, and while it stands still."""

    def __init__(self) -> None:
        self.now = 0.0
        selector = Instant()
        selector.jump = self.pass_
        super().__init__(selector)

    def pass_(self, seconds: float) -> None:
        self.now += seconds

    def time(self) -> float:
        return self.now

    def run_in_executor(self, _: Any, work: Callable[..., Any], *args: Any) -> Any:
        done = self.create_future()
        done.set_result(work(*args))
        return done


class Slots(Pace):
    """The shared pace of one lane, as its script keeps it, by the loop's time."""

    def __init__(self, loop: Loop) -> None:
        super().__init__(make_redis("unix:///nowhere"), "c")
        self._loop, self._next = loop, 0.0

    def reserve(self, endpoint: str, slots: int, *, lane: str) -> list[float]:
        step = 1 / (LIMITS[endpoint] * SHARE_OF_LIMIT)
        first = max(self._loop.time(), self._next)
        self._next = first + slots * step
        return [first - self._loop.time() + n * step for n in range(slots)]


class Line(LineClient):
    """Answers everything after 80 ms and notes when it was begun."""

    def __init__(self, loop: Loop, connections: int, status: int = 200) -> None:
        super().__init__("http://127.0.0.1:9", "t")
        self._simulated, self._left, self._status = loop, connections, status
        self.begun: list[float] = []

    def call_soon(self, call: Callable[..., object], *args: object) -> None:
        self._simulated.call_soon(call, *args)

    def begin(self, endpoint: str, body: bytes, retry_key: UUID | None, done: Done) -> bool:
        if not self._left:
            return False
        self._left -= 1
        self.begun.append(self._simulated.time())
        self._simulated.call_later(LATENCY, self._answer, done)
        return True

    async def ready(self) -> bool:
        while not self._left:
            await asyncio.sleep(0.001)
        return True

    def _answer(self, done: Done) -> None:
        self._left += 1
        done(Answer(self._status))


def sent(
    endpoint: str, count: int, stalls: list[tuple[float, float]], *, connections: int = 1000
) -> list[float]:
    """When so many requests begin while the loop stands still at these instants, for so long."""
    loop = Loop()
    line = Line(loop, connections)
    stream = Stream(line, Slots(loop), endpoint, lane="ordinary")
    for at, seconds in stalls:
        loop.call_at(at, loop.pass_, seconds)
    stream.put([Request(n, b"", UUID(int=n)) for n in range(count)])

    async def end() -> None:
        while len(line.begun) < count:
            await asyncio.sleep(0.05)
        await asyncio.sleep(2 * LATENCY)

    loop.run_until_complete(end())
    loop.close()
    assert sorted(one.mark for one in stream.take(0)) == list(range(count)), "everybody once"
    return line.begun


def most_within(seconds: float, begun: list[float]) -> int:
    """The largest number of requests in any span of so long, wherever it begins."""
    most = first = 0
    for last, at in enumerate(begun):
        while at - begun[first] >= seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


STALLS = {
    "none": [],
    "a blink, again and again": [(0.01 * n, 0.003) for n in range(300)],
    "one": [(0.7, 0.05)],
    "longer than what is reserved": [(0.7, 0.5), (1.9, 0.25)],
    "many": [(0.13 * n, 0.02 + 0.01 * (n % 7)) for n in range(1, 25)],
}


@pytest.mark.parametrize("stalls", STALLS.values(), ids=STALLS)
@pytest.mark.parametrize("endpoint", ["push", "multicast"])
def test_no_second_holds_more_than_the_limit(endpoint: str, stalls: list[tuple[float, float]]) -> None:
    limit = int(LIMITS[endpoint])
    begun = sent(endpoint, 2 * limit + limit // 2, stalls)
    assert most_within(1.0, begun) <= limit
    assert most_within(0.1, begun) <= 0.1 * limit + 0.01 * limit, (
        "and no tenth of a second much more than its part"
    )


def test_only_what_was_missed_is_lost() -> None:
    begun = sent("push", 6000, STALLS["longer than what is reserved"])
    assert begun[-1] == pytest.approx(6000 / 1970 + 0.75, abs=0.05)
    blinking = sent("push", 6000, STALLS["a blink, again and again"])
    assert blinking[-1] == pytest.approx(6000 / 1970, abs=0.05), "no timer fires exactly"


def test_who_finds_no_connection_gets_another_moment() -> None:
    begun = sent("push", 600, [], connections=40)
    assert most_within(1.0, begun) <= 1.1 * 40 / LATENCY
    assert all(later >= earlier for earlier, later in itertools.pairwise(begun))


def test_who_puts_more_before_silence_was_told_starts_nothing_more() -> None:
    """The permission is older than what was heard here; once it is told, others may know that LINE answers."""
    loop = Loop()
    line = Line(loop, 5, status=503)
    stream = Stream(line, Slots(loop), "multicast", lane="ordinary")

    def put(first: int) -> None:
        stream.put([Request(n, b"", UUID(int=n)) for n in range(first, first + 20)])
        loop.run_until_complete(asyncio.sleep(5))

    put(0)
    silent = len(line.begun)
    put(20)
    put(40)
    assert len(line.begun) == silent
    stream.take(0)
    put(60)
    assert len(line.begun) > silent
    loop.close()


def test_the_last_answers_are_not_waited_for_longer_than_they_take() -> None:
    loop = Loop()
    stream = Stream(Line(loop, 5), Slots(loop), "multicast", lane="ordinary")
    stream.put([Request(1, b"", UUID(int=1))])
    loop.run_until_complete(asyncio.sleep(1))
    began = time.monotonic()
    assert [one.mark for one in stream.take(5.0)] == [1]
    assert time.monotonic() - began < 2
    loop.close()


def test_the_first_claims_are_small_and_the_next_is_made_before_they_are_used_up() -> None:
    measure = MEASURES["multicast"]
    assert measure.limit(0) == measure.limit(measure.first) == measure.first
    assert measure.first < measure.limit(2 * measure.first) < 2 * measure.first < measure.handful
    assert measure.limit(measure.window) == measure.handful


def test_what_has_waited_too_long_is_given_back_without_a_moment() -> None:
    """Beside an emergency a handful lasts half a minute, and by then its people may be asleep."""
    loop = Loop()
    line = Line(loop, 1000)
    stream = Stream(line, Slots(loop), "multicast", lane="ordinary")
    stream.put([Request(n, b"", UUID(int=n), until=1.0) for n in range(400)])
    stream.put([Request(n, b"", UUID(int=n)) for n in range(400, 410)])
    loop.run_until_complete(asyncio.sleep(3))
    found = stream.take(0)
    loop.close()
    late = [one.mark for one in found if one.answer is None]
    assert sorted(one.mark for one in found) == list(range(410)) and stream.under_way == 0
    assert late == list(range(400 - len(late), 400)) and len(line.begun) < 1.2 * 197 + 10
    assert line.begun[-1] < 1.4, "no moment was spent on them"


class Broken(Breaking, Slots):
    """Fails after its first lot."""


def test_a_pace_that_fails_leaves_nobody_waiting() -> None:
    """Otherwise the leases of what never starts would be renewed for ever."""
    loop = Loop()
    line = Line(loop, 1000)
    stream = Stream(line, Broken(loop), "multicast", lane="ordinary")
    for first in (0, 300):
        stream.put([Request(n, b"", UUID(int=n)) for n in range(first, first + 300)])
        loop.run_until_complete(asyncio.sleep(3))
    found = stream.take(0)
    loop.close()
    begun = [one.mark for one in found if one.answer is not None]
    assert sorted(one.mark for one in found) == list(range(600)) and begun == list(range(len(line.begun)))
    assert stream.is_broken and stream.under_way == 0


class Failing(Line):
    """Has no memory left for the fiftieth request."""

    def begin(self, endpoint: str, body: bytes, retry_key: UUID | None, done: Done) -> bool:
        if len(self.begun) == 49:
            raise MemoryError
        return super().begin(endpoint, body, retry_key, done)


@pytest.mark.parametrize("pace", [None, Slots], ids=["at once", "at its moment"])
def test_a_request_that_cannot_be_begun_leaves_nobody_waiting(pace: type[Slots] | None) -> None:
    """At its moment a timer begins it, where nobody else would see the failure."""
    loop = Loop()
    line = Failing(loop, 1000)
    stream = Stream(line, pace and pace(loop), "multicast", lane="ordinary")
    stream.put([Request(n, b"", UUID(int=n)) for n in range(300)])
    loop.run_until_complete(asyncio.sleep(3))
    found = stream.take(0)
    loop.close()
    begun = sorted(one.mark for one in found if one.answer is not None)
    assert sorted(one.mark for one in found) == list(range(300)) and begun == list(range(49))
    assert stream.is_broken and stream.under_way == 0
