"""Fetch what a resident sent as a photo, from LINE's host for data: tried once, never more than 30 MB."""

from __future__ import annotations

from collections.abc import Mapping

import aiohttp

from app.line.content import LARGEST, MESSAGE_ID, Content


class Fetcher:
    """One session, opened at first use; only from inside the client's loop."""

    def __init__(self, base_url: str, headers: Mapping[str, str], timeout: float) -> None:
        self._base, self._headers, self._timeout = base_url, headers, timeout
        self._session: aiohttp.ClientSession | None = None

    async def get(self, message_id: str) -> Content:
        """What this message holds."""
        if not MESSAGE_ID.fullmatch(message_id):
            return Content(404)
        url = f"{self._base}/v2/bot/message/{message_id}/content"
        try:
            async with self._open().get(url, allow_redirects=False) as response:
                if response.status != 200:
                    return Content(response.status)
                return await _read(response)
        except (aiohttp.ClientError, TimeoutError, OSError):
            return Content(0)

    async def close(self) -> None:
        """End the session."""
        if self._session is not None:
            await self._session.close()

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession(
                headers=self._headers, timeout=aiohttp.ClientTimeout(total=self._timeout), trust_env=False
            )
        return self._session


async def _read(response: aiohttp.ClientResponse) -> Content:
    data = bytearray()
    async for piece in response.content.iter_chunked(65536):
        data += piece
        if len(data) > LARGEST:
            return Content(200, is_cut=True)
    return Content(200, bytes(data))
