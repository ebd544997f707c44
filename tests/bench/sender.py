"""One way to send, in a process of its own so that its CPU can be read: ``python -m tests.bench.sender WAY COUNT``.

``push`` and ``multicast`` are our send path with prepared bodies; ``sdk_loop`` and ``sdk_threads`` are what a town
would write with the official SDK. Prints ``{"per_second", "cpu_ms", "failed"}``, CPU per 1,000 messages.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Semaphore
from uuid import UUID

import orjson

from app.line.answers import Answer
from app.line.client import LineClient
from tests.bench.common import pin

CONNECTIONS = 400
"""Enough that 80 ms of waiting per call do not limit a process that sends 5,000 a second."""
SDK_THREADS = 64
TEXT = "明日は燃やすごみの日です。朝8時までに出してください。"


def user(number: int) -> str:
    return f"U{number:032x}"


def push_body(number: int) -> bytes:
    return orjson.dumps({"to": user(number), "messages": [{"type": "text", "text": TEXT}]})


def multicast_body(number: int) -> bytes:
    members = [user(number * 500 + n) for n in range(500)]
    return orjson.dumps({"to": members, "messages": [{"type": "text", "text": TEXT}]})


def ours(client: LineClient, endpoint: str, bodies: Iterable[bytes]) -> int:
    """Send all bodies with a window of calls under way; how many were not accepted."""
    room, failures = Semaphore(CONNECTIONS), [0]
    base = time.time_ns()

    def ended(future: Future[Answer | None]) -> None:
        answer = future.result()
        failures[0] += answer is None or answer.status != 200
        room.release()

    for number, body in enumerate(bodies):
        room.acquire()
        client.send(endpoint, body, retry_key=UUID(int=base + number)).add_done_callback(ended)
    for _ in range(CONNECTIONS):
        room.acquire()
    return failures[0]


def sdk(threads: int) -> Callable[[int], int]:
    """The official SDK, one call after the other per thread, one client for all."""
    from linebot.v3.messaging import (
        ApiClient,
        Configuration,
        MessagingApi,
        PushMessageRequest,
        TextMessage,
    )

    configuration = Configuration(host=os.environ["LINE_API_BASE_URL"], access_token="bench")
    configuration.ssl_ca_cert = os.environ["SSL_CERT_FILE"]
    configuration.connection_pool_maxsize = threads
    api = MessagingApi(ApiClient(configuration))

    def one(number: int) -> None:
        message = TextMessage(text=TEXT, quickReply=None, quoteToken=None)
        api.push_message(
            PushMessageRequest(
                to=user(number), messages=[message], notificationDisabled=False, customAggregationUnits=None
            )
        )

    def run(count: int) -> int:
        one(0)
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(one, range(count)))
        return 0

    return run


def main() -> None:
    pin(0)
    way, count = sys.argv[1], int(sys.argv[2])
    if way in ("push", "multicast"):
        make = push_body if way == "push" else multicast_body
        bodies = [make(number) for number in range(count)]

        client = LineClient(os.environ["LINE_API_BASE_URL"], "bench", connections=CONNECTIONS)
        # Connections are opened before work, as design row 8a asks.
        ours(client, "push", [push_body(number) for number in range(2 * CONNECTIONS)])

        def run(_: int) -> int:
            return ours(client, way, bodies)
    else:
        run = sdk(SDK_THREADS if way == "sdk_threads" else 1)
    before, start = _cpu(), time.perf_counter()
    failed = run(count)
    took, cpu = time.perf_counter() - start, _cpu() - before
    print(json.dumps({"per_second": count / took, "cpu_ms": 1e6 * cpu / count, "failed": failed}))


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
