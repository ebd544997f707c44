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

from app.line.answers import Answer, from_http

TIMEOUT = 10.0
"""Seconds for one call, from start to the last byte."""
PATHS = {
    "push": "/v2/bot/message/push",
    "multicast": "/v2/bot/message/multicast",
    "reply": "/v2/bot/message/reply",
}
_NOT_SENT = (
    aiohttp.ClientConnectorError,
    aiohttp.ClientConnectorCertificateError,
    aiohttp.ConnectionTimeoutError,
)


class LineClient:
    """Sends prepared bytes; safe to use from any thread of the process that built it."""

    def __init__(self, base_url: str, access_token: str, *, connections: int = 64) -> None:
        self._base = base_url.rstrip("/")
        self._headers = {
            "Authorization": f"Bearer {access_token}",
            "Content-Type": "application/json",
            "User-Agent": "kairan",
        }
        self._connections = connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._session: aiohttp.ClientSession | None = None
        self._starting = threading.Lock()

    def send(
        self,
        endpoint: str,
        body: bytes,
        *,
        retry_key: UUID | None = None,
        delay: float = 0.0,
        stopped: Callable[[], bool] = lambda: False,
    ) -> Future[Answer | None]:
        """Call an endpoint after ``delay`` seconds; the result is None when ``stopped`` said so before the start."""
        headers = {"X-Line-Retry-Key": str(retry_key)} if retry_key is not None else {}
        return self._run(self._post(PATHS[endpoint], body, headers, delay, stopped))

    def warm_up(self) -> None:
        """Start the loop and open the first connection before there is work."""
        self._run(self._touch()).result(timeout=TIMEOUT)

    def close(self) -> None:
        """End the session and the loop."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        if self._session is not None:
            asyncio.run_coroutine_threadsafe(self._session.close(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)

    async def _post(
        self, path: str, body: bytes, headers: dict[str, str], delay: float, stopped: Callable[[], bool]
    ) -> Answer | None:
        if delay > 0:
            await asyncio.sleep(delay)
        if stopped():
            return None
        try:
            async with self._open().post(
                self._base + path, data=body, headers=headers, allow_redirects=False
            ) as response:
                return await _read(response)
        except _NOT_SENT:
            return Answer(status=0, message="接続できません", sent=False)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            return Answer(status=0, message=type(error).__name__)

    async def _touch(self) -> None:
        try:
            async with self._open().get(self._base + "/v2/bot/info") as response:
                await response.read()
        except (aiohttp.ClientError, TimeoutError, OSError):
            return

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers,
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(limit=self._connections, keepalive_timeout=60),
                trust_env=False,
            )
        return self._session

    def _run(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="line", daemon=True).start()
        return asyncio.run_coroutine_threadsafe(work, self._loop)


async def _read(response: aiohttp.ClientResponse) -> Answer:
    """A 200 counts as soon as its status line is here, even when the body is cut short afterwards."""
    try:
        body = await response.read()
    except (aiohttp.ClientError, TimeoutError):
        if response.status != 200:
            raise
        body = b""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return from_http(response.status, headers, body)
