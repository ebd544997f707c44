"""Two senders on one pace: whichever stands still, no second holds more requests than LINE allows."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import uuid4

import orjson
from redis import Redis

from app.line.client import LineClient
from app.line.pace import Pace
from app.line.stream import Request, Stream
from tests.sandbox import SandboxServer

MULTICASTS = 140
STILL = 0.3
"""Seconds a sender gets no turn: longer than what it has reserved."""


@contextmanager
def sender(line: SandboxServer, redis: Redis) -> Iterator[tuple[LineClient, Stream]]:
    client = LineClient(line.url, line.token)
    client.open_ahead(30).result(10)
    yield client, Stream(client, Pace(redis, "two"), "multicast", lane="ordinary")
    client.close()


def statuses(stream: Stream) -> list[int]:
    found: list[int] = []
    while stream.under_way:
        found += [one.answer.status for one in stream.take(0.02) if one.answer is not None]
    return found


def test_what_a_sender_missed_is_not_sent_in_the_others_moments(line: SandboxServer, redis: Redis) -> None:
    [who] = line.crowd(1)
    body = orjson.dumps({"to": [who], "messages": [{"type": "text", "text": "a"}]})
    line.options(limits_factor=1.0, limits_burst=0.04)
    with sender(line, redis) as (one, first), sender(line, redis) as (two, second):
        for stream in (first, second):
            stream.put([Request(n, body, uuid4()) for n in range(MULTICASTS)])
        time.sleep(0.2)
        for client in (one, two):
            client.call_soon(time.sleep, STILL)
            time.sleep(STILL + 0.15)
        assert statuses(first) + statuses(second) == [200] * 2 * MULTICASTS
