"""The way out to LINE for everything that is sent: push, multicast, reply. Bytes in, one Answer out.

One event loop in a thread of its own keeps one pool of connections open as long as the process lives, so jobs
find connections that are already warm and the database work of a job overlaps with its calls. Every call has
a total timeout of 10 s (below the lease), follows no redirect and is tried once: who tries again, when and
with which key is decided by the ledger, not here.

Replies use the same pool as pushes: 200 taps a second would cost the official SDK a whole core.
"""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any
from uuid import UUID

from app.line import account
from app.line.answers import Answer
from app.line.connection import Done
from app.line.content import Content
from app.line.rhythm import is_missed
from app.line.wire import Wire

if TYPE_CHECKING:
    from app.line.fetching import Fetcher

TIMEOUT = 10.0
"""Seconds for one call, from start to the last byte."""
MOMENTS = 3
"""How many more a call gets that missed its own; on a machine that is always late it must leave some time."""
ASKING = 3.0
"""Seconds to wait for whose token it is, when other work waits meanwhile."""
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
        self._connections = connections
        self._loop: asyncio.AbstractEventLoop | None = None
        self._wire: Wire | None = None
        self._fetcher: Fetcher | None = None
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
        again: Callable[[], float] | None = None,
    ) -> Future[Answer]:
        """Call an endpoint after ``delay`` seconds. When that moment is missed, ``again`` says after how many more: the
        next ones may be another sender's."""
        return self._run(self._later(endpoint, body, retry_key, time.monotonic() + delay, again))

    def content(self, message_id: str) -> Future[Content]:
        """What a resident sent as a photo."""
        return self._run(self._content(message_id))

    def call_soon(self, call: Callable[..., object], *args: object) -> None:
        """Run a plain call in the client's loop, in order."""
        self._started().call_soon_threadsafe(call, *args)

    def start(self, work: Coroutine[Any, Any, None]) -> None:
        """Begin a task; only from inside the client's loop."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def begin(self, endpoint: str, body: bytes, retry_key: UUID | None, done: Done) -> bool:
        """Write one call this instant and tell ``done`` its answer; only from inside the client's loop.

        False when no connection is free: nothing was written, ask ``ready`` and begin again.
        """
        return self._wired().begin(PATHS[endpoint], body, retry_key, done)

    async def ready(self) -> bool:
        """Wait until a call can begin; False when LINE cannot be reached. Only from inside the client's loop."""
        return await self._wired().ready()

    async def post(self, endpoint: str, body: bytes, retry_key: UUID | None) -> Answer:
        """One call, tried once; only from inside the client's loop."""
        return await self._wired().post(PATHS[endpoint], body, retry_key)

    def open_ahead(self, connections: int) -> Future[None]:
        """Have connections open before there is work: a handshake costs more than a call. Nothing is sent on them."""
        return self._run(self._open_ahead(connections))

    def warm_up(self) -> str:
        """Start the loop and open the first connection before there is work; answers the account's own user id, which
        is empty when LINE cannot be asked or does not know our token."""
        opened = self.open_ahead(1)
        found = account.user_id(self._base, self._headers, TIMEOUT)
        opened.result(timeout=TIMEOUT + 1)
        return found

    def whose_token(self) -> str:
        """The account's own user id, asked at once and not for long; empty when LINE does not know our token."""
        return account.user_id(self._base, self._headers, ASKING)

    def close(self) -> None:
        """End the connections and the loop."""
        loop, self._loop = self._loop, None
        if loop is None:
            return
        asyncio.run_coroutine_threadsafe(self._end(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)

    async def _end(self) -> None:
        if self._wire is not None:
            self._wire.close()
        if self._fetcher is not None:
            await self._fetcher.close()

    async def _later(
        self,
        endpoint: str,
        body: bytes,
        retry_key: UUID | None,
        moment: float,
        again: Callable[[], float] | None,
    ) -> Answer:
        await _until(moment)
        for _ in range(MOMENTS):
            if again is None or not is_missed(moment, time.monotonic()):
                break
            moment = await asyncio.to_thread(_moment_after, again)
            await _until(moment)
        return await self.post(endpoint, body, retry_key)

    async def _open_ahead(self, connections: int) -> None:
        await self._wired().open(connections)

    async def _content(self, message_id: str) -> Content:
        if self._fetcher is None:
            # Imported here, because senders need none of it, and it is a seventh of their memory.
            from app.line.fetching import Fetcher

            self._fetcher = Fetcher(self._data_base, self._headers, TIMEOUT)
        return await self._fetcher.get(message_id)

    def _wired(self) -> Wire:
        if self._wire is None:
            self._wire = Wire(self._base, self._headers, TIMEOUT, self._connections)
        return self._wire

    def _run(self, work: Coroutine[Any, Any, Any]) -> Future[Any]:
        return asyncio.run_coroutine_threadsafe(work, self._started())

    def _started(self) -> asyncio.AbstractEventLoop:
        with self._starting:
            if self._loop is None:
                self._loop = asyncio.new_event_loop()
                threading.Thread(target=self._loop.run_forever, name="line", daemon=True).start()
            return self._loop


async def _until(moment: float) -> None:
    if (left := moment - time.monotonic()) > 0:
        await asyncio.sleep(left)


def _moment_after(again: Callable[[], float]) -> float:
    """Of the same clock, taken beside the answer."""
    return again() + time.monotonic()
