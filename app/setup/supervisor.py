"""Processes in order: each stage starts together when the stage before is healthy, and stops in reverse order."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import Coroutine, Iterable
from typing import Any, TypeVar

from app.setup.child import Child, Plan, describe
from app.setup.say import Trouble, Voice

HEALTH_SECONDS = 60.0
PATIENCE_SECONDS = 10.0
FOR_EVER = 10.0 * 365 * 86400

T = TypeVar("T")


class Stopped(Exception):
    """Somebody asked to stop while we were starting."""


class Supervisor:
    """Keeps processes running until a signal asks to stop. Use inside one event loop."""

    def __init__(self, voice: Voice) -> None:
        self._voice = voice
        self._stages: list[list[Child]] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._asked = asyncio.Event()
        self._hurry = asyncio.Event()

    def listen_to_signals(self) -> None:
        """Ctrl-C, SIGTERM and a closed terminal stop everything; a second one stops it quickly."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            loop.add_signal_handler(number, self._interrupt)

    def start(self, plans: Iterable[Plan]) -> list[Child]:
        """Start these as one stage, without waiting for their health."""
        children = [Child(plan, self._voice) for plan in plans]
        self._stages.append(children)
        self._tasks.update(asyncio.create_task(child.keep_running()) for child in children)
        return children

    async def healthy(self, children: Iterable[Child]) -> None:
        """Wait until all are healthy. Trouble when one cannot start or takes over 60 s; Stopped when asked to stop."""
        for child in children:
            loop = asyncio.get_running_loop()
            reminder = loop.call_later(PATIENCE_SECONDS, self._voice.line, child.plan.name, "not healthy yet")
            await self.meanwhile(child.ready.wait(), child.plan.name)
            reminder.cancel()

    async def once(self, plan: Plan, seconds: float) -> Child:
        """Run a step to its end, Trouble when it fails."""
        child = Child(plan, self._voice)
        self._stages.append([child])
        code = await self.meanwhile(child.run_once(), plan.name, seconds)
        if code != 0:
            raise Trouble(f"{plan.name} {describe(code)}: {child.last_line or 'no reason given'}")
        return child

    async def meanwhile(self, work: Coroutine[Any, Any, T], name: str, seconds: float = HEALTH_SECONDS) -> T:
        """``work``'s result, unless a process cannot start, somebody asks to stop, or ``seconds`` are over."""
        working = asyncio.create_task(work)
        asked = asyncio.create_task(self._asked.wait())
        try:
            done, _ = await asyncio.wait(
                {working, asked, *self._tasks}, timeout=seconds, return_when=asyncio.FIRST_COMPLETED
            )
            if asked in done:
                raise Stopped
            if working in done:
                return working.result()
            for task in done:
                task.result()
            raise Trouble(f"{name} is not ready after {seconds:.0f} s; its lines above say why.")
        finally:
            working.cancel()
            asked.cancel()

    async def until_asked(self) -> None:
        """Run until a signal, or until a process cannot start."""
        with contextlib.suppress(Stopped):
            await self.meanwhile(asyncio.Event().wait(), "everything", seconds=FOR_EVER)

    async def stop(self) -> None:
        """Stop the stages, last started first."""
        for children in reversed(self._stages):
            await asyncio.gather(*(child.stop(self._hurry) for child in children))
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _interrupt(self) -> None:
        if self._asked.is_set():
            self._hurry.set()
            return
        self._asked.set()
        self._voice.line("setup", "stopping everything (again to hurry)")
