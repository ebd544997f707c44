"""Benches of LINE's door: stored events a second beside an empty route and the usual way, and tap to reply."""

from __future__ import annotations

import base64
import itertools
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import orjson
from sqlalchemy import text

from app.line.signature import sign
from app.settings import Settings
from app.town.actions import load
from tests.bench.asking import taps
from tests.bench.common import RUNS, Ground, part, program, running, say
from tests.bench.sender import user
from tests.sandbox import free_port

EMPTY_GOAL, USUAL_GOAL, P99_LIMIT_MS, TAP_LIMIT_MS = 0.25, 3.0, 100.0, 300.0
OFFERED, TAPS = 1000, 200
SECONDS = 3
CONNECTIONS = 32
MOST = 30_000
SERVER = [
    "--interface",
    "wsgi",
    "--no-ws",
    "--log-level",
    "warning",
    "--blocking-threads",
    "16",
    "--backpressure",
    "256",
    "--workers-kill-timeout",
    "4",
    "--factory",
]
"""As in the Procfile; without the kill timeout a stopped server waits for kept-alive connections for ever."""
_numbers = itertools.count(1)


def webhook_durable(ground: Ground) -> None:
    """One event per request, stored before the 200, beside a Flask route that does nothing on the same server."""
    with server("app.web:create_app") as ours, server("tests.bench.rivals:empty") as empty:
        pairs = [(rate(ours), rate(empty)) for _ in range(RUNS)]
        mine, limit = (statistics.median(side) for side in zip(*pairs, strict=True))
        offered = [fire(ours, OFFERED * SECONDS, OFFERED) for _ in range(RUNS)]
    say(
        "webhook_durable",
        per_second=round(mine),
        goal=EMPTY_GOAL,
        offered=OFFERED,
        p99_ms=round(statistics.median(run["p99_ms"] for run in offered), 1),
        p99_limit=P99_LIMIT_MS,
        failed=int(sum(run["failed"] for run in offered)),
        limit=round(limit),
        ratio=mine / limit,
    )


def webhook_vs_plain(ground: Ground) -> None:
    """The same beside the SDK's parser and one RQ job per event, in turn on the same server."""
    with server("app.web:create_app") as ours, server("tests.bench.rivals:usual") as usual:
        pairs = [(rate(ours), rate(usual)) for _ in range(RUNS)]
    mine, limit = (statistics.median(side) for side in zip(*pairs, strict=True))
    say("webhook_vs_plain", per_second=round(mine), goal=USUAL_GOAL, limit=round(limit), ratio=mine / limit)


def tap_to_reply(ground: Ground) -> None:
    """From the moment a tap was due to the reply's acceptance by the stub, at 200 taps a second."""
    with ground.db.begin() as session:
        # What earlier benches stored and nobody answered would be answered first.
        session.execute(text("TRUNCATE events, conversations"))
        load(session, Path(str(Settings.model_fields["town_dir"].default)), now=datetime.now(UTC))
    times: list[float] = []
    missing = 0
    with server("app.web:create_app") as ours, running(["-m", "worker", "reply"], seconds=0):
        first_reply(ground, ours)
        for _ in range(RUNS):
            first = next(_numbers)
            run = fire(ours, TAPS * SECONDS, TAPS, first)
            replied = replies(ground, first)
            for number in range(TAPS * SECONDS):
                at = replied.get(token(first + number))
                missing += at is None
                if at is not None:
                    times.append(1000 * (at - run["begin"] - number / TAPS))
    p95 = part(times, 95) if times else 0.0
    say(
        "tap_to_reply",
        offered=TAPS,
        p95_ms=round(p95),
        replied=len(times),
        missing=missing,
        limit=TAP_LIMIT_MS,
        ratio=p95 / TAP_LIMIT_MS,
    )


def first_reply(ground: Ground, url: str) -> None:
    """Wait until the worker that answers is warm: one tap before the measured ones."""
    number = next(_numbers)
    fire(url, 1, 1, number)
    end = time.monotonic() + 90
    while token(number) not in taps(ground):
        if time.monotonic() > end:
            raise TimeoutError("no reply within a minute and a half")
        time.sleep(0.2)


def replies(ground: Ground, first: int) -> dict[str, float]:
    """When each tap of a run was answered; at most ten seconds after the last was sent."""
    end, wanted = time.monotonic() + 10, {token(first + number) for number in range(TAPS * SECONDS)}
    while True:
        replied = taps(ground)
        if time.monotonic() > end or wanted <= replied.keys():
            return replied
        time.sleep(0.2)


@contextmanager
def server(factory: str) -> Iterator[str]:
    """granian with this app on a free port; its URL."""
    port = free_port()
    with running(["-m", "granian", *SERVER, "--port", str(port), factory], seconds=0):
        answers(port)
        yield f"http://127.0.0.1:{port}"


def answers(port: int) -> None:
    """Wait until a server listens, for as long as a busy machine may take to start it."""
    end = time.monotonic() + 60
    while True:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.1)


def rate(url: str) -> float:
    """Requests a second when 32 connections ask again as soon as they were answered."""
    return fire(url, MOST, 0)["per_second"]


def fire(url: str, count: int, offered: int, first: int | None = None) -> dict[str, float]:
    first = next(_numbers) if first is None else first
    with tempfile.TemporaryDirectory(prefix="kairan-fire-") as folder:
        file = Path(folder) / "requests"
        file.write_bytes(b"\n".join(base64.b64encode(tap(first + n)) for n in range(count)))
        for _ in range(count):
            next(_numbers)
        return program(
            "tests.bench.firing",
            url,
            str(file),
            str(CONNECTIONS),
            str(SECONDS + 1 if offered else SECONDS),
            str(offered),
        )


def token(number: int) -> str:
    return f"{number:032x}"


def tap(number: int) -> bytes:
    """A whole signed webhook request with one tap on the menu."""
    event = {
        "type": "postback",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user(1 + number % 1000)},
        "webhookEventId": f"01{number:024d}",
        "deliveryContext": {"isRedelivery": False},
        "replyToken": token(number),
        "postback": {"data": f"f=menu&a=home&id={number}"},
    }
    raw = orjson.dumps({"destination": "U" + "b" * 32, "events": [event]})
    head = (
        "POST /line/webhook HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        f"X-Line-Signature: {sign(raw, os.environ['LINE_CHANNEL_SECRET'])}\r\nContent-Length: {len(raw)}\r\n\r\n"
    )
    return head.encode() + raw
