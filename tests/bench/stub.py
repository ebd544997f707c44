"""A cheap LINE for measuring: answers every send after a fixed time, remembers keys, counts people.

``python -m tests.bench.stub PORT MILLISECONDS [CERTIFICATE KEY]``, on a core of its own. GET /count answers
``{"requests", "people", "repeats", "too_fast"}``; GET /taps when (monotonic seconds) each reply token was accepted; GET /last when
(seconds since 1970) each multicast's messages were last accepted, GET /first when the first request with them came.

Requests count at the instant the kernel got them, so that a moment in which this process itself stands still does not
look like a burst.
"""

from __future__ import annotations

import asyncio
import json
import re
import socket
import ssl
import struct
import sys
import time
from array import array
from dataclasses import dataclass, field

from tests.bench.common import pin

_LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)
_KEY = re.compile(rb"\r\nx-line-retry-key: *([0-9a-f-]+)", re.IGNORECASE)
LIMITS = {b"/v2/bot/message/push": 2000, b"/v2/bot/message/multicast": 200}
"""Requests per second and channel (Messaging API reference, "Rate limits")."""
SMALL = 4096
"""Bytes of an answer that the kernel takes at once."""
SO_TIMESTAMPNS = 35
"""socket(7): the kernel tells when it got the bytes; ``socket`` has no name for it."""
_TOKEN = re.compile(rb'"replyToken": ?"([^"]+)"')


@dataclass
class Record:
    """What was accepted so far."""

    seconds: float
    seen: set[bytes] = field(default_factory=set)
    taps: dict[str, float] = field(default_factory=dict)
    last: dict[str, float] = field(default_factory=dict)
    first: dict[str, float] = field(default_factory=dict)
    requests: int = 0
    people: int = 0
    repeats: int = 0
    arrivals: dict[bytes, array[float]] = field(default_factory=lambda: {path: array("d") for path in LIMITS})

    def arrive(self, head: bytes, body: bytes, at: float) -> None:
        """A request whose last byte came at this instant."""
        if _is_multicast(body):
            self.first.setdefault(body[body.find(b"]") :].decode(), at)
        arrivals = self.arrivals.get(head.split(b" ", 2)[1])
        if arrivals is not None:
            arrivals.append(at)

    @property
    def too_fast(self) -> int:
        """Requests a limit on every single second would have answered with 429."""
        found = 0
        for path, limit in LIMITS.items():
            times = sorted(self.arrivals[path])
            found += sum(later - earlier < 1.0 for earlier, later in zip(times, times[limit:], strict=False))
        return found

    def accept(self, head: bytes, body: bytes) -> bytes:
        self.requests += 1
        if (found := _KEY.search(head)) is not None:
            if found[1] in self.seen:
                self.repeats += 1
                return _answer(409, b"{}", b"X-Line-Accepted-Request-Id: " + found[1] + b"\r\n")
            self.seen.add(found[1])
        if (token := _TOKEN.search(body)) is not None:
            self.taps[token[1].decode()] = time.monotonic()
        if _is_multicast(body):
            end = body.find(b"]")
            self.people += body.count(b'"U', 0, end)
            self.last[body[end:].decode()] = time.time()
        else:
            self.people += 1
        return _answer(200, b'{"sentMessages":[{"id":"1"}]}', b"X-Line-Request-Id: %d\r\n" % self.requests)

    def told(self, path: bytes) -> bytes:
        if path == b"/taps":
            return _answer(200, json.dumps(self.taps).encode())
        if path in (b"/last", b"/first"):
            return _answer(200, json.dumps(self.last if path == b"/last" else self.first).encode())
        count = {name: getattr(self, name) for name in ("requests", "people", "repeats", "too_fast")}
        return _answer(200, json.dumps(count).encode())


def _is_multicast(body: bytes) -> bool:
    return b'"to":[' in body[:20]


def _answer(status: int, body: bytes, more: bytes = b"") -> bytes:
    return b"HTTP/1.1 %d OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n%s\r\n%s" % (
        status,
        len(body),
        more,
        body,
    )


class Door:
    """One kept-alive connection; one request at a time, as HTTP clients send them."""

    def __init__(self, record: Record, sock: socket.socket, context: ssl.SSLContext | None) -> None:
        self._loop, self._record, self._socket = asyncio.get_running_loop(), record, sock
        self._bytes = b""
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_side=True) if context else None
        self._is_shaken = False
        sock.setblocking(False)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        self._loop.add_reader(sock, self._readable)

    def _readable(self) -> None:
        try:
            data, told, _, _ = self._socket.recvmsg(262_144, socket.CMSG_SPACE(16))
            self._bytes += self._plain(data)
        except (BlockingIOError, ssl.SSLWantReadError):
            return
        except OSError:
            data = b""
        if not data:
            self._close()
            return
        self._look(next((_seconds(value) for *_, value in told), time.time()))

    def _plain(self, data: bytes) -> bytes:
        if self._tls is None or not data:
            return data
        self._in.write(data)
        try:
            if not self._is_shaken:
                self._tls.do_handshake()
                self._is_shaken = True
        finally:
            self._flush()
        found = b""
        while True:
            try:
                piece = self._tls.read(262_144)
            except ssl.SSLWantReadError:
                return found
            if not piece:
                # The client's good-bye; the end of the connection itself comes after it.
                return found
            found += piece

    def _flush(self) -> None:
        if self._out.pending:
            self._send(self._out.read())

    def _send(self, data: bytes) -> None:
        """Answers to sends always fit; a long report may take its time."""
        self._socket.settimeout(5 if len(data) > SMALL else 0)
        self._socket.sendall(data)
        self._socket.setblocking(False)

    def _look(self, at: float) -> None:
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
            self._write(self._record.told(head.split(b" ", 2)[1]))
            return
        self._record.arrive(head, body, at)
        self._loop.call_later(self._record.seconds, self._accept, head, body)

    def _accept(self, head: bytes, body: bytes) -> None:
        if self._socket.fileno() >= 0:
            self._write(self._record.accept(head, body))

    def _write(self, answer: bytes) -> None:
        try:
            if self._tls is None:
                self._send(answer)
            else:
                self._tls.write(answer)
                self._flush()
        except OSError:
            self._close()

    def _close(self) -> None:
        if self._socket.fileno() < 0:
            return
        self._loop.remove_reader(self._socket)
        self._socket.close()


def _seconds(timestamp: bytes) -> float:
    seconds, nanoseconds = struct.unpack("qq", timestamp)
    return float(seconds) + nanoseconds / 1e9


async def serve(port: int, record: Record, context: ssl.SSLContext | None) -> None:
    listener = socket.create_server(("127.0.0.1", port), backlog=1024)
    listener.setblocking(False)
    loop = asyncio.get_running_loop()
    while True:
        sock, _ = await loop.sock_accept(listener)
        Door(record, sock, context)


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
