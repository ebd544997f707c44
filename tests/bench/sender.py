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
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import orjson

from app.line.client import LineClient
from app.line.stream import Request, Stream
from tests.bench.common import pin
from worker.runtime import steady

CONNECTIONS = 400
"""Enough that 80 ms of waiting per call do not limit a process that sends 5,000 a second."""
AHEAD = 200
"""Requests that wait in the stream, so that no connection waits for the thread that fills it."""
GATHER = 0.02
"""Seconds to collect answers, as a worker does before it records them together."""
SDK_THREADS = 64
TEXT = "明日は燃やすごみの日です。朝8時までに出してください。"


def user(number: int) -> str:
    return f"U{number:032x}"


def push_body(number: int) -> bytes:
    return orjson.dumps({"to": user(number), "messages": [{"type": "text", "text": TEXT}]})


def multicast_body(number: int) -> bytes:
    members = [user(number * 500 + n) for n in range(500)]
    return orjson.dumps({"to": members, "messages": [{"type": "text", "text": TEXT}]})


def ours(client: LineClient, endpoint: str, bodies: Sequence[bytes]) -> int:
    """Send all bodies through the product's stream, without a pace; how many were not accepted."""
    stream, base, failed = Stream(client, None, endpoint, lane="ordinary"), time.time_ns(), 0
    requests = [Request(number, body, UUID(int=base + number)) for number, body in enumerate(bodies)]
    sent = 0
    while sent < len(requests) or stream.under_way:
        room = CONNECTIONS + AHEAD - stream.under_way
        stream.put(requests[sent : sent + room])
        sent += room
        failed += sum(one.answer is None or one.answer.status != 200 for one in stream.take(GATHER))
    return failed


def sdk(threads: int) -> tuple[Callable[[int], int], Callable[[], None]]:
    """The official SDK, one call after the other per thread, one client for all. Its threads and connections stand before
    the work begins, like ours."""
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

    pool = ThreadPoolExecutor(threads)

    def run(count: int) -> int:
        list(pool.map(one, range(count)))
        return 0

    run(threads)
    return run, pool.shutdown


def main() -> None:
    pin(0)
    way, count = sys.argv[1], int(sys.argv[2])
    if way in ("push", "multicast"):
        run, end = our_way(way, count)
    else:
        run, end = sdk(SDK_THREADS if way == "sdk_threads" else 1)
    before, start = _cpu(), time.perf_counter()
    failed = run(count)
    took, cpu = time.perf_counter() - start, _cpu() - before
    end()
    print(json.dumps({"per_second": count / took, "cpu_ms": 1e6 * cpu / count, "failed": failed}))


def our_way(endpoint: str, count: int) -> tuple[Callable[[int], int], Callable[[], None]]:
    """How to send prepared bodies, and how to end; connections are opened before work, as in a worker."""
    make = push_body if endpoint == "push" else multicast_body
    bodies = [make(number) for number in range(count)]
    steady()
    client = LineClient(os.environ["LINE_API_BASE_URL"], "bench", connections=CONNECTIONS)
    client.open_ahead(CONNECTIONS).result()
    ours(client, "push", [push_body(number) for number in range(CONNECTIONS)])
    return lambda _: ours(client, endpoint, bodies), client.close


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    main()
