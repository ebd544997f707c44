"""One prepared POST over the session's pool of connections, and nothing else.

``ClientSession.request`` also cares for cookies, redirects, proxies and tracing, which costs more than the call itself.
Here the bytes are put together once, the pool gives a connection, aiohttp's parser reads the answer. Only from inside
the client's loop.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from uuid import UUID

import aiohttp
from aiohttp.client_reqrep import ClientRequest
from aiohttp.connector import Connection
from yarl import URL

from app.line.answers import Answer, from_http

LOT = 16
"""Connections opened at once: more handshakes in a row would hold up a call that is due."""

_NO_TIMEOUT = aiohttp.ClientTimeout(total=None)
"""The pool's own; the whole call has one already."""


class Wire:
    """POSTs to one host; tried once, no redirect followed, everything within ``timeout`` seconds."""

    def __init__(
        self, session: aiohttp.ClientSession, base_url: str, headers: Mapping[str, str], timeout: float
    ) -> None:
        if session.connector is None:
            raise RuntimeError("the session is closed")
        self._connector = session.connector
        self._timeout = timeout
        # The pool knows hosts by a request; one that is never sent names ours.
        self._host = ClientRequest("GET", URL(base_url), loop=asyncio.get_running_loop(), session=session)
        self._prefix = URL(base_url).raw_path.rstrip("/")
        lines = [f"{name}: {value}" for name, value in headers.items()]
        self._headers = "\r\n".join([f"Host: {self._host.headers['Host']}", "Accept: */*", *lines])
        self._heads: dict[str, bytes] = {}

    async def post(self, path: str, body: bytes, retry_key: UUID | None) -> Answer:
        """Send it; ``Answer.sent`` is False exactly when not a byte of it was written."""
        request = self._head(path, len(body), retry_key) + body
        connection = None
        try:
            async with asyncio.timeout(self._timeout):
                connection = await self._connect()
                answer = await _ask(connection, request)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            if connection is None:
                return Answer(status=0, message="接続できません", sent=False)
            return Answer(status=0, message=type(error).__name__)
        else:
            connection.release()
            return answer
        finally:
            if connection is not None:
                # Does nothing after a release. An answer that is still to come must never meet the next request.
                connection.close()

    async def open(self, count: int) -> None:
        """Have so many connections open, as far as the host lets us."""
        held: list[Connection] = []
        try:
            async with asyncio.timeout(self._timeout):
                for start in range(0, count, LOT):
                    lot = [self._connect() for _ in range(min(LOT, count - start))]
                    found = await asyncio.gather(*lot, return_exceptions=True)
                    held += [one for one in found if isinstance(one, Connection)]
                    if len(held) < start + len(lot):
                        return
        except TimeoutError:
            return
        finally:
            for connection in held:
                connection.release()

    async def _connect(self) -> Connection:
        while True:
            connection = await self._connector.connect(self._host, traces=[], timeout=_NO_TIMEOUT)
            # Whoever spoke unasked on an idle connection would be taken for the answer to our next request.
            if connection.protocol is not None and not connection.protocol.should_close:
                return connection
            connection.close()

    def _head(self, path: str, length: int, retry_key: UUID | None) -> bytes:
        head = self._heads.get(path)
        if head is None:
            text = f"POST {self._prefix}{path} HTTP/1.1\r\n{self._headers}\r\nContent-Length: "
            head = self._heads[path] = text.encode("latin-1")
        if retry_key is None:
            return b"%b%d\r\n\r\n" % (head, length)
        return b"%b%d\r\nX-Line-Retry-Key: %b\r\n\r\n" % (head, length, str(retry_key).encode("ascii"))


async def _ask(connection: Connection, request: bytes) -> Answer:
    """Write a request and read its answer. A 200 counts as soon as its head is here, even when its body is cut."""
    protocol, transport = connection.protocol, connection.transport
    if protocol is None or transport is None:
        raise aiohttp.ServerDisconnectedError
    protocol.set_response_params(read_until_eof=True)
    transport.write(request)
    try:
        head, payload = await protocol.read()
        while 100 <= head.code < 200:
            head, payload = await protocol.read()
    except aiohttp.http.HttpProcessingError as error:
        raise aiohttp.ClientError(str(error)) from error
    try:
        body = await payload.read()
    except aiohttp.ClientError:
        if head.code != 200:
            raise
        body = b""
    return from_http(head.code, head.headers, body)
