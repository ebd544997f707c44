"""Tells open pages that something changed (server-sent events)."""

from __future__ import annotations

import asyncio


class Listener:
    """One open page: the residents that changed since it last looked."""

    def __init__(self) -> None:
        self._changed: set[str] = set()
        self._awake = asyncio.Event()

    def note(self, user: str) -> None:
        self._changed.add(user)
        self._awake.set()

    async def changes(self) -> set[str]:
        """Wait until something changed; ``*`` stands for everybody."""
        await self._awake.wait()
        self._awake.clear()
        changed, self._changed = self._changed, set()
        return changed


class Hub:
    """All open pages."""

    def __init__(self) -> None:
        self._listeners: set[Listener] = set()

    def join(self) -> Listener:
        listener = Listener()
        self._listeners.add(listener)
        return listener

    def leave(self, listener: Listener) -> None:
        self._listeners.discard(listener)

    def tell(self, user: str) -> None:
        for listener in self._listeners:
            listener.note(user)
