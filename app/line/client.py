"""The way out to LINE for everything that is sent: push, multicast, reply. Bytes in, one Answer out.

One event loop in a thread of its own keeps one pooled session open as long as the process lives, so jobs
find connections that are already warm and the database work of a job overlaps with its calls. Every call has
a total timeout of 10 s (below the lease), follows no redirect and is tried once: who tries again, when and
with which key is decided by the ledger, not here.

Replies use the same session as pushes: 200 taps a second would cost the official SDK a whole core.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any
from uuid import UUID

import aiohttp

from app.line.answers import Answer
from app.line.content import LARGEST, MESSAGE_ID, Content
from app.line.wire import Wire

TIMEOUT = 10.0
"""Seconds for one call, from start to the last byte."""
PATHS = {
    "push": "/v2/bot/message/push",
    "multicast": "/v2/bot/message/multicast",
    "reply": "/v2/bot/message/reply",
    "loading": "/v2/bot/chat/loading/start",
}
CONNECTIONS = 400
"""At most so many at once: LINE's 2,000 pushes a second need 160 when it answers after 80 ms, 400 after 200 ms."""


class LineClient:
    """Sends prepared bytes; safe to use from any thread of the process that built it."""

    def __init__(
        self, base_url: str, access_token: str, *, connections: int = CONNECTIONS, data_url: str = ""
    ) -> None:
        self._base = base_url.rstrip("/")
        self._data_base = (data_url or base_url).rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Content-Type": "application/json",
            "User-Agent": "kairan",
        }
        self.connections = connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._wire: Wire | None = None
        self._starting = threading.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        """Kept here because a loop holds its tasks only weakly."""

    def send(
        self,
        endpoint: str,
        body: bytes,
        *,
        retry_key: UUID | None = None,
        delay: float = 0.0,
    ) -> Future[Answer]:
        """Call an endpoint after ``delay`` seconds."""
        return self._run(self._later(endpoint, body, retry_key, delay))

    def content(self, message_id: str) -> Future[Content]:
        """What a resident sent as a photo, from LINE's host for data; tried once, never more than 10 MB."""
        return self._run(self._content(message_id))

    def call_soon(self, call: Callable[..., object], *args: object) -> None:
        """Run a plain call in the client's loop, in order."""
        self._started().call_soon_threadsafe(call, *args)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task; only from inside the client's loop."""
        task = self._started().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def post(self, endpoint: str, body: bytes, retry_key: UUID | None) -> Answer:
        """One call, tried once; only from inside the client's loop."""
        if self._wire is None:
            self._wire = Wire(self._open(), self._base, self._headers, TIMEOUT)
        return await self._wire.post(PATHS[endpoint], body, retry_key)

    def open_ahead(self, connections: int) -> Future[None]:
        """Have connections open before there is work: a handshake costs more than a call. Nothing is sent on them."""
        return self._run(self._open_ahead(min(connections, self.connections)))

    def warm_up(self) -> str:
        """Start the loop and open the first connection before there is work; answers the account's own user id, which
        is empty when LINE cannot be asked or does not know our token."""
        return str(self._run(self._who_we_are()).result(timeout=TIMEOUT + 1))

    def close(self) -> None:
        """End the session and the loop."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if self._session is not None:
            asyncio.run_coroutine_threadsafe(self._session.close(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)

    async def _later(self, endpoint: str, body: bytes, retry_key: UUID | None, delay: float) -> Answer:
        await asyncio.sleep(delay)
        return await self.post(endpoint, body, retry_key)

    async def _open_ahead(self, connections: int) -> None:
        if self._wire is None:
            self._wire = Wire(self._open(), self._base, self._headers, TIMEOUT)
        await self._wire.open(connections)

    async def _who_we_are(self) -> str:
        try:
            async with self._open().get(self._base + "/v2/bot/info", allow_redirects=False) as response:
                found = await response.json() if response.status == 200 else {}
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
            return ""
        return str(found.get("userId", "")) if isinstance(found, dict) else ""

    async def _content(self, message_id: str) -> Content:
        if not MESSAGE_ID.fullmatch(message_id):
            return Content(404)
        url = f"{self._data_base}/v2/bot/message/{message_id}/content"
        try:
            async with self._open().get(url, allow_redirects=False) as response:
                if response.status != 200:
                    return Content(response.status)
                return await _read_content(response)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Content(0)

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(limit=self.connections, keepalive_timeout=60),
                trust_env=False,
            )
        return self._session

    def _run(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._started())

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="line", daemon=True).start()
            return self._loop


async def _read_content(response: aiohttp.ClientResponse) -> Content:
    data = bytearray()
    async for piece in response.content.iter_chunked(65536):
        data += piece
        if len(data) > LARGEST:
            return Content(200, is_cut=True)
    return Content(200, bytes(data))
