"""Posts events to the product as LINE does: signed raw bytes, 2 s to answer, batches, duplicates, redelivery."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import secrets
import time
from collections import Counter, deque
from collections.abc import Callable, Coroutine
from typing import Any

import aiohttp
import orjson

from app.sandbox.answers import Json
from app.sandbox.clock import Clock
from app.sandbox.options import Options
from app.sandbox.settings import Settings

TIMEOUT = 2.0
"""Seconds LINE waits for the whole answer before it counts ``request_timeout``."""
_chance = secrets.SystemRandom()


def sign(secret: str, body: bytes) -> str:
    """Base64 of HMAC-SHA256 over the raw body ("Verify webhook signature")."""
    return base64.b64encode(hmac.new(secret.encode(), body, hashlib.sha256).digest()).decode()


class Webhooks:
    """The sender. ``statistics`` counts results by LINE's words; ``log`` keeps the last posts."""

    def __init__(self, settings: Settings, options: Options, clock: Clock) -> None:
        self._settings = settings
        self._options = options
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None
        self._pending: list[Json] = []
        self._batch: asyncio.Future[Json] | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self.statistics: Counter[str] = Counter()
        self.log: deque[Json] = deque(maxlen=2000)
        self.redelivered: Callable[[Json, int], None] = lambda event, now: None

    async def deliver(self, event: Json) -> Json:
        """Send one event, alone or with others that happen in the same moment; what the (first) post brought."""
        if not self._options.webhook_active:
            return {"reason": "inactive", "status": 0}
        if self._options.batch_seconds <= 0:
            return await self._send([event])
        self._pending.append(event)
        if self._batch is None:
            self._batch = asyncio.get_running_loop().create_future()
            self.later(self._send_batch(self._batch))
        return await asyncio.shield(self._batch)

    async def _send_batch(self, batch: asyncio.Future[Json]) -> None:
        await asyncio.sleep(self._options.batch_seconds)
        events, self._pending, self._batch = self._pending, [], None
        batch.set_result(await self._send(events))

    async def _send(self, events: list[Json]) -> Json:
        if self._options.shuffle:
            _chance.shuffle(events)
        result = await self.post(self._options.webhook_url, events)
        if _chance.random() < self._options.duplicate_share:
            await self.post(self._options.webhook_url, events)
        if result["reason"] != "ok" and self._options.redelivery:
            self.later(self._redeliver(events))
        return result

    async def _redeliver(self, events: list[Json]) -> None:
        for turn in range(self._options.redelivery_times):
            await asyncio.sleep(self._options.redelivery_seconds * 2**turn)
            again = [{**event, "deliveryContext": {"isRedelivery": True}} for event in events]
            for event in again:
                self.redelivered(event, self._clock.ms())
            if (await self.post(self._options.webhook_url, again))["reason"] == "ok":
                return

    async def post(self, url: str, events: list[Json]) -> Json:
        """One signed POST. Answers {"reason", "status", "seconds", "detail"}; never raises for a bad webhook."""
        return await self.post_raw(
            url, orjson.dumps({"destination": self._settings.bot_id, "events": events}), events=events
        )

    async def post_raw(
        self, url: str, body: bytes, *, signature: str | None = None, events: list[Json] | None = None
    ) -> Json:
        """As ``post``, with any bytes and any signature (none given: the right one)."""
        began = time.monotonic()
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "LineBotWebhook/2.0",
            "x-line-signature": sign(self._settings.channel_secret, body) if signature is None else signature,
        }
        status, reason, detail = await self._call(url, body, headers)
        result = {"reason": reason, "status": status, "detail": detail}
        self.statistics[reason] += 1
        spent = round(time.monotonic() - began, 4)
        self.log.append(
            {"at": self._clock.ms(), "url": url, "seconds": spent, **result, "events": events or []}
        )
        return {**result, "seconds": spent}

    async def _call(self, url: str, body: bytes, headers: dict[str, str]) -> tuple[int, str, str]:
        try:
            async with self._open().post(url, data=body, headers=headers, allow_redirects=False) as response:
                await response.read()
                good = 200 <= response.status < 300
                return response.status, "ok" if good else "error_status_code", str(response.status)
        except TimeoutError:
            return -1, "request_timeout", "no answer within 2 s"
        except aiohttp.ClientConnectorError as error:
            return -1, "could_not_connect", type(error).__name__
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return -1, "unclassified", type(error).__name__

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                trust_env=False,
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session

    def later(self, work: Coroutine[Any, Any, Any]) -> None:
        """Do this beside everything else; ``stop`` ends it."""
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def stop(self) -> None:
        """Forget what waits to be sent again."""
        for task in self._tasks:
            task.cancel()

    async def close(self) -> None:
        self.stop()
        if self._session is not None:
            await self._session.close()
