"""Prepared POSTs over a pool of connections to one host, and nothing else.

No cookies, redirects, proxies or tasks: the bytes are put together once and written in the very instant they are
due, when a connection is free; a handshake never stands between a request and its moment. Only from inside the
client's loop.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections import deque
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit
from uuid import UUID

from app import logs
from app.line.answers import Answer
from app.line.connection import Address, Connection, Done, connected

_log = logs.get("line")
LOT = 16
"""Connections opened at once: more handshakes in a row would hold up a call that is due."""
KEPT = 60.0
"""Seconds a connection may rest: one that is older was perhaps forgotten by somebody on the way."""
TRUSTED = 0.5
"""Seconds a connection may rest without being looked at again: the loop hears of what came unasked, and each look gives
Python's lock away."""
ADDRESSES_KEPT = 10.0
"""Seconds for which the host's addresses are remembered."""
NOBODY = Answer(status=0, message="接続できません", sent=False)


class Wire:
    """POSTs to one host; tried once, no redirect followed, everything within ``timeout`` seconds."""

    def __init__(self, base_url: str, headers: Mapping[str, str], timeout: float, connections: int) -> None:
        url = urlsplit(base_url)
        self._timeout, self._most = timeout, connections
        self._host = url.hostname or ""
        self._port = url.port or (443 if url.scheme == "https" else 80)
        self._context = _context() if url.scheme == "https" else None
        self._loop = asyncio.get_running_loop()
        self._prefix = url.path.rstrip("/")
        lines = [f"{name}: {value}" for name, value in headers.items()]
        host = url.netloc.rpartition("@")[2]
        self._headers = "\r\n".join([f"Host: {host}", "Accept: */*", *lines])
        self._heads: dict[str, bytes] = {}
        self._addresses: Sequence[Address] = ()
        self._addresses_until = 0.0
        self._idle: dict[Connection, float] = {}
        """Free connections, and since when; the one used last comes last."""
        self._open = 0
        """Connections that are open or about to be."""
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._growing: set[asyncio.Task[None]] = set()

    def begin(self, path: str, body: bytes, retry_key: UUID | None, done: Done) -> bool:
        """Write it this instant and tell ``done`` the answer. False when no connection is free: nothing was done, but
        more will be there soon."""
        connection = self._free()
        if connection is None:
            self._grow()
            return False
        connection.ask(self._head(path, len(body), retry_key) + body, self._timeout, done)
        return True

    async def post(self, path: str, body: bytes, retry_key: UUID | None) -> Answer:
        """Send it; ``Answer.sent`` is False exactly when not a byte of it was written."""
        end = self._loop.time() + self._timeout
        connection = await self._within_time()
        if connection is None:
            return NOBODY
        answered: asyncio.Future[Answer] = self._loop.create_future()
        request = self._head(path, len(body), retry_key) + body
        connection.ask(request, end - self._loop.time(), lambda answer: _give(answered, answer))
        return await answered

    async def ready(self) -> bool:
        """Wait until a connection is free; False when the host cannot be reached."""
        connection = await self._within_time()
        if connection is not None:
            self._rest(connection)
        return connection is not None

    async def open(self, count: int) -> None:
        """Have so many connections open, as far as the host lets us."""
        count = min(count, self._most)
        self._forget_old()
        while self._open < count:
            before, lot = self._open, min(LOT, count - self._open)
            await asyncio.gather(*[self._one_more() for _ in range(lot)])
            if self._open < before + lot:
                return

    def close(self) -> None:
        """Let go of every connection that is free."""
        for connection in list(self._idle):
            self._drop(connection)

    async def _within_time(self) -> Connection | None:
        try:
            async with asyncio.timeout(self._timeout):
                return await self._connection()
        except OSError:
            return None

    async def _connection(self) -> Connection:
        while True:
            if (found := self._free()) is not None:
                return found
            if self._open < self._most:
                try:
                    return await self._new()
                except OSError:
                    if not self._open:
                        raise
            await self._next_free()

    async def _next_free(self) -> None:
        mine: asyncio.Future[None] = self._loop.create_future()
        self._waiting.append(mine)
        try:
            await mine
        except asyncio.CancelledError:
            if mine.done() and not mine.cancelled():
                self._wake()
            raise

    def _free(self) -> Connection | None:
        """A connection nobody uses, the one used last, because it is the least likely to have been closed."""
        while self._idle:
            connection, since = self._idle.popitem()
            rested = self._loop.time() - since
            if rested < TRUSTED or (rested < KEPT and connection.is_silent()):
                return connection
            self._drop(connection)
        return None

    def _forget_old(self) -> None:
        for connection, since in list(self._idle.items()):
            if self._loop.time() - since >= KEPT:
                self._drop(connection)

    def _grow(self) -> None:
        if self._open < self._most and len(self._growing) < LOT:
            task = self._loop.create_task(self._one_more())
            self._growing.add(task)
            task.add_done_callback(self._growing.discard)

    async def _one_more(self) -> None:
        try:
            async with asyncio.timeout(self._timeout):
                self._rest(await self._new())
        except OSError:
            return

    async def _new(self) -> Connection:
        self._open += 1
        try:
            sock, answered = await connected(await self._where(), self._host, self._context)
        except BaseException as error:
            self._open -= 1
            self._wake()
            if what := logs.short_of(error):
                _log.error("no_connection", short_of=what)
            raise
        self._addresses = [answered, *(one for one in self._addresses if one != answered)]
        return Connection(self._loop, sock, self._ended)

    async def _where(self) -> Sequence[Address]:
        if self._loop.time() > self._addresses_until:
            found = await self._loop.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)
            known = [one for one in self._addresses if one in found]
            self._addresses = [*known, *(one for one in found if one not in known)]
            self._addresses_until = self._loop.time() + ADDRESSES_KEPT
        return self._addresses

    def _ended(self, connection: Connection, may_stay: bool) -> None:
        if may_stay:
            self._rest(connection)
        else:
            self._drop(connection)

    def _rest(self, connection: Connection) -> None:
        self._idle[connection] = self._loop.time()
        self._wake()

    def _drop(self, connection: Connection) -> None:
        self._idle.pop(connection, None)
        self._open -= 1
        connection.close()
        self._wake()

    def _wake(self) -> None:
        """Tell whoever has waited longest to look again."""
        while self._waiting:
            waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
                return

    def _head(self, path: str, length: int, retry_key: UUID | None) -> bytes:
        head = self._heads.get(path)
        if head is None:
            text = f"POST {self._prefix}{path} HTTP/1.1\r\n{self._headers}\r\nContent-Length: "
            head = self._heads[path] = text.encode("latin-1")
        if retry_key is None:
            return b"%b%d\r\n\r\n" % (head, length)
        return b"%b%d\r\nX-Line-Retry-Key: %b\r\n\r\n" % (head, length, str(retry_key).encode("ascii"))


def _context() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context


def _give(answered: asyncio.Future[Answer], answer: Answer) -> None:
    if not answered.done():
        answered.set_result(answer)
