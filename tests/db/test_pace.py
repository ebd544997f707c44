"""The shared pace on a real Valkey: even, never a burst, nine tenths for an emergency, something without Redis."""

from __future__ import annotations

import itertools
import os
import time
from bisect import bisect
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from redis import Redis

from app.line.pace import LIMITS, SHARE_OF_LIMIT, Pace
from app.parts import make_redis

STEP = 1 / (LIMITS["multicast"] * SHARE_OF_LIMIT)


def gaps(waits: list[float]) -> list[float]:
    return [b - a for a, b in itertools.pairwise(waits)]


def test_slots_are_even_at_985_per_mille_of_the_limit(redis: Redis) -> None:
    waits = Pace(redis, "c").reserve("multicast", 50, lane="ordinary")
    assert gaps(waits) == pytest.approx([STEP] * 49, abs=1e-4)


def test_two_workers_share_one_pace(redis: Redis) -> None:
    one, two = Pace(redis, "c"), Pace(redis, "c")
    first = one.reserve("multicast", 20, lane="ordinary")
    second = two.reserve("multicast", 20, lane="ordinary")
    assert second[0] >= first[-1] - 0.05
    assert Pace(redis, "another").reserve("multicast", 1, lane="ordinary")[0] < 0.01


def test_unused_time_is_not_caught_up_in_a_burst(redis: Redis) -> None:
    pace = Pace(redis, "c")
    pace.reserve("multicast", 1, lane="ordinary")
    time.sleep(0.1)
    assert gaps(pace.reserve("multicast", 10, lane="ordinary")) == pytest.approx([STEP] * 9, abs=1e-4)


def test_beside_an_emergency_others_get_a_tenth(redis: Redis) -> None:
    pace = Pace(redis, "c")
    urgent = pace.reserve("multicast", 10, lane="emergency")
    other = pace.reserve("multicast", 10, lane="ordinary")
    assert gaps(urgent) == pytest.approx([STEP / 0.9] * 9, abs=1e-4)
    assert gaps(other) == pytest.approx([STEP / 0.1] * 9, abs=1e-3)


def test_individual_and_ordinary_notices_share_evenly_and_each_alone_has_everything(redis: Redis) -> None:
    pace = Pace(redis, "c")
    alone = pace.reserve("push", 600, lane="ordinary")
    beginning = pace.reserve("push", 60, lane="individual")
    both = pace.reserve("push", 60, lane="ordinary")
    step = 1 / (LIMITS["push"] * SHARE_OF_LIMIT)
    assert gaps(alone) == pytest.approx([step] * 599, abs=1e-4)
    assert gaps(beginning) == pytest.approx([step * 2] * 59, abs=1e-4)
    assert gaps(both) == pytest.approx([step * 2] * 59, abs=1e-4)
    assert beginning[0] >= alone[-1] - 0.15, "never beside slots that fill the whole pace"
    urgent = pace.reserve("push", 60, lane="emergency")
    assert gaps(urgent) == pytest.approx([step / 0.9] * 59, abs=1e-4)
    assert gaps(pace.reserve("push", 60, lane="individual")) == pytest.approx([step / 0.05] * 59, abs=1e-3)


def test_an_emergency_starts_at_once_even_behind_ordinary_slots(redis: Redis) -> None:
    pace = Pace(redis, "c")
    pace.reserve("multicast", 32, lane="ordinary")
    assert pace.reserve("multicast", 1, lane="emergency")[0] <= 32 * STEP


def test_a_429_halves_the_pace(redis: Redis) -> None:
    pace = Pace(redis, "c")
    pace.slow_down("multicast")
    assert gaps(pace.reserve("multicast", 5, lane="ordinary")) == pytest.approx([2 * STEP] * 4, abs=1e-4)


def test_without_redis_a_small_share_is_kept() -> None:
    pace = Pace(make_redis("unix:///nowhere/at/all"), "c")
    waits = pace.reserve("multicast", 5, lane="ordinary")
    assert gaps(waits) == pytest.approx([10 * STEP] * 4, rel=0.01)
    assert pace.reserve("multicast", 1, lane="ordinary")[0] > waits[-1]


def test_a_slow_answer_moves_no_moment(redis: Redis) -> None:
    """What passed while the answer was on its way is over; and the next answer may be as slow."""
    ours = iter([0.0, 0.002, 5.0, 5.3, 6.0, 6.001, 7.0, 7.001])
    pace = Pace(redis, "c", monotonic=lambda: next(ours))
    pace.reserve("multicast", 1, lane="ordinary")
    redis.flushdb()
    late = pace.reserve("multicast", 80, lane="ordinary")
    assert -0.31 < late[0] < -0.28
    assert gaps(late) == pytest.approx([STEP] * 79, abs=1e-4)
    redis.flushdb()
    assert pace.reserve("multicast", 1, lane="ordinary")[0] == pytest.approx(0.3, abs=0.01)
    redis.flushdb()
    assert pace.reserve("multicast", 1, lane="ordinary")[0] == pytest.approx(0.0, abs=0.01)


class Way:
    """To the server, for six senders; it can be cut, and the server ends what goes over it."""

    def __init__(self, url: str, server: Redis, folder: Path) -> None:
        self.address, self.server, self.link = urlsplit(url), server, folder / "way"
        self.name = f"way-{os.getpid()}"
        self.link.symlink_to(self.address.path)
        over = f"unix://{self.link}?{self.address.query}&client_name={self.name}"
        self.clients = [make_redis(over) for _ in range(6)]

    def cut(self) -> None:
        self.link.unlink()
        for client in self.server.client_list():
            if client["name"] == self.name:
                self.server.client_kill_filter(_id=client["id"])

    def mend(self) -> None:
        self.link.symlink_to(self.address.path)


def moments_of(pace: Pace, end: float) -> list[float]:
    """What a sender reserves until then, a lot at a time and just ahead."""
    found = [time.monotonic()]
    while (now := time.monotonic()) < end:
        if now > found[-1] - 0.08:
            waits = pace.reserve("multicast", 6, lane="ordinary")
            found += [time.monotonic() + wait for wait in waits]
        time.sleep(0.005)
    return found[1:]


def test_no_second_holds_more_than_the_limit_while_the_pace_goes_comes_back_and_is_forgotten(
    redis: Redis, redis_url: str, tmp_path: Path
) -> None:
    """The way to the server is cut for a moment, the server forgets everything, and the way is cut for longer."""
    way, begun = Way(redis_url, redis, tmp_path), time.monotonic()
    troubles: list[tuple[float, Callable[[], object]]] = [
        (0.3, way.cut),
        (0.35, way.mend),
        (1.2, redis.flushdb),
        (1.9, way.cut),
        (2.6, way.mend),
    ]
    with ThreadPoolExecutor(6) as pool:
        senders = [pool.submit(moments_of, Pace(client, "c"), begun + 3.2) for client in way.clients]
        for after, trouble in troubles:
            time.sleep(max(0.0, begun + after - time.monotonic()))
            trouble()
        everything = sorted(moment for sender in senders for moment in sender.result())
    busiest = max(bisect(everything, moment + 1) - n for n, moment in enumerate(everything))
    assert busiest <= LIMITS["multicast"]
    assert len(everything) > 200, "the gaps are short"
