"""A cheap LINE for measuring: answers every send after a fixed time, remembers keys, counts people.

``python -m tests.bench.stub PORT MILLISECONDS [CERTIFICATE KEY]``, on a core of its own. GET /count answers
``{"requests", "people", "repeats"}``; GET /taps when (monotonic seconds) each reply token was accepted; GET /last when
(seconds since 1970) each multicast's messages were last accepted.
"""

from __future__ import annotations

import asyncio
import json
import re
import ssl
import sys
import time
from collections import deque
from dataclasses import dataclass, field

from tests.bench.common import pin

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KEY = re.compile(rb"\r\nx-line-retry-key: *([0-9a-f-]+)", re.IGNORECASE)
LIMITS = {b"/v2/bot/message/push": 2000, b"/v2/bot/message/multicast": 200}
"""Requests per second and channel (Messaging API reference, "Rate limits")."""
_TOKEN = re.compile(rb'"replyToken": ?"([^"]+)"')


@dataclass
class Record:
    """What was accepted so far."""

    seconds: float
    seen: set[bytes] = field(default_factory=set)
    taps: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    people: int = 0
    repeats: int = 0
    too_fast: int = 0
    """Requests that a limit on every single second would have answered with 429."""
    _lately: dict[bytes, deque[float]] = field(
        default_factory=lambda: {path: deque(maxlen=limit) for path, limit in LIMITS.items()}
    )

    def arrive(self, head: bytes) -> None:
        """Count against LINE's limit: so many requests before this one, when did the first of them come?"""
        lately = self._lately.get(head.split(b" ", 2)[1])
        if lately is None:
            return
        now = time.monotonic()
        if len(lately) == lately.maxlen and now - lately[0] < 1.0:
            self.too_fast += 1
        lately.append(now)

    def accept(self, head: bytes, body: bytes) -> bytes:
        self.requests += 1
        if (found := _KEY.search(head)) is not None:
            if found[1] in self.seen:
                self.repeats += 1
                return _answer(409, b"{}", b"X-Line-Accepted-Request-Id: " + found[1] + b"\r\n")
            self.seen.add(found[1])
        if (token := _TOKEN.search(body)) is not None:
            self.taps[token[1].decode()] = time.monotonic()
        if b'"to":[' in body[:20]:
            end = body.find(b"]")
            self.people += body.count(b'"U', 0, end)
            self.last[body[end:].decode()] = time.time()
        else:
            self.people += 1
        return _answer(200, b'{"sentMessages":[{"id":"1"}]}', b"X-Line-Request-Id: %d\r\n" % self.requests)

    def told(self, path: bytes) -> bytes:
        if path == b"/taps":
            return _answer(200, json.dumps(self.taps).encode())
        if path == b"/last":
            return _answer(200, json.dumps(self.last).encode())
        count = {name: getattr(self, name) for name in ("requests", "people", "repeats", "too_fast")}
        return _answer(200, json.dumps(count).encode())


def _answer(status: int, body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s" % (
        status,
        len(body),
        more,
        body,
    )


class Door(asyncio.Protocol):
    """One kept-alive connection; one request at a time, as HTTP clients send them."""

    def __init__(self, record: Record) -> None:
        self._record = record
        self._bytes = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._bytes += data
        end = self._bytes.find(b"\r\n\r\n")
        if end < 0:
            return
        length = _LENGTH.search(self._bytes, 0, end)
        whole = end + 4 + (int(length[1]) if length else 0)
        if len(self._bytes) < whole:
            return
        head, body = self._bytes[:end], self._bytes[end + 4 : whole]
        self._bytes = self._bytes[whole:]
        if head.startswith(b"GET "):
            self._transport.write(self._record.told(head.split(b" ", 2)[1]))
            return
        self._record.arrive(head)
        asyncio.get_running_loop().call_later(self._record.seconds, self._accept, head, body)

    def _accept(self, head: bytes, body: bytes) -> None:
        if not self._transport.is_closing():
            self._transport.write(self._record.accept(head, body))


async def serve(port: int, record: Record, context: ssl.SSLContext | None) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Door(record), "127.0.0.1", port, ssl=context, backlog=1024)
    async with server:
        await server.serve_forever()


def main() -> None:
    pin(1)
    port, milliseconds, *files = sys.argv[1:]
    context = None
    if files:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*files)
    asyncio.run(serve(int(port), Record(float(milliseconds) / 1000), context))


if __name__ == "__main__":
    main()
