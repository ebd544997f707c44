"""One supervised process: started, listened to, started again when it ends, stopped with patience."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from app.setup.rootless import MYSELF
from app.setup.say import Trouble, Voice

GRACE_SECONDS = 20.0
HURRY_SECONDS = 1.0
FIRST_PAUSE = 0.5
LONGEST_PAUSE = 30.0
SETTLED_SECONDS = 30.0
EARLY_ENDS = 3
LAST_LINES = 5
LOOK_SECONDS = 0.05


@dataclass(frozen=True)
class Plan:
    """How a process is run.

    ``healthy`` is asked until it first says yes; ``death`` is the signal it gets when we are killed (``tethered``
    commands arrange that themselves); what a ``quiet`` one writes is shown only when it ends unexpectedly.
    """

    name: str
    command: list[str]
    environment: dict[str, str]
    folder: Path
    stop_signal: int = signal.SIGTERM
    death: int = signal.SIGKILL
    healthy: Callable[[], bool] | None = None
    tethered: bool = False
    quiet: bool = False

    @property
    def words(self) -> list[str]:
        return self.command if self.tethered else MYSELF.wrap(self.command, self.death)


@dataclass
class Child:
    """A plan while it runs."""

    plan: Plan
    voice: Voice
    process: subprocess.Popen[bytes] | None = None
    stopping: bool = False
    lines: deque[str] = field(default_factory=lambda: deque(maxlen=200))
    ready: asyncio.Event = field(default_factory=asyncio.Event)

    async def run_once(self) -> int:
        """Run to the end; the exit code (negative: the signal's number).

        Not asyncio's own subprocess: some versions of it wait until nobody holds the output any more, and what a
        killed server leaves behind would hold it for ever.
        """
        self.process = process = subprocess.Popen(
            self.plan.words,
            env=self.plan.environment,
            cwd=self.plan.folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        with Lines(process.stdout, self._say):
            asked = asyncio.create_task(self._ask_for_health())
            while process.poll() is None:
                await asyncio.sleep(LOOK_SECONDS)
            asked.cancel()
            _end_group(process.pid)
        return process.returncode

    async def keep_running(self) -> None:
        """Start again after each end, with pauses that double up to 30 s, until ``stop``.

        Raises Trouble when the process ends three times before it was ever healthy.
        """
        pause, ends = FIRST_PAUSE, 0
        while not self.stopping:
            began = time.monotonic()
            code = await self.run_once()
            if self.stopping:
                return
            if self.plan.quiet:
                for line in list(self.lines)[-LAST_LINES:]:
                    self.voice.line(self.plan.name, line)
            lived = time.monotonic() - began
            ends = 0 if self.ready.is_set() else ends + 1
            if ends >= EARLY_ENDS:
                raise Trouble(f"{self.plan.name} does not start: {self.last_line or describe(code)}")
            pause = FIRST_PAUSE if lived > SETTLED_SECONDS else pause
            self.voice.line(self.plan.name, f"{describe(code)}; starting again in {pause:g} s")
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def stop(self, hurry: asyncio.Event) -> None:
        """Ask, wait 20 s (1 s once somebody is in a hurry), then insist."""
        self.stopping = True
        process = self.process
        if process is None or process.returncode is not None:
            return
        process.send_signal(self.plan.stop_signal)
        end = time.monotonic() + GRACE_SECONDS
        while process.poll() is None:
            now = time.monotonic()
            if hurry.is_set():
                end = min(end, now + HURRY_SECONDS)
            if now > end:
                self.voice.line(self.plan.name, "did not end in time and is killed")
                _end_group(process.pid)
                end = now + GRACE_SECONDS
            await asyncio.sleep(LOOK_SECONDS)
        _end_group(process.pid)

    @property
    def last_line(self) -> str:
        return self.lines[-1] if self.lines else ""

    def _say(self, line: bytes) -> None:
        text = line.decode("utf-8", "replace").rstrip()
        if text:
            self.lines.append(text)
            if not self.plan.quiet:
                self.voice.line(self.plan.name, text)

    async def _ask_for_health(self) -> None:
        """Set ``ready`` as soon as the process is healthy; without a question, at once."""
        ask = self.plan.healthy
        while ask is not None and not await asyncio.to_thread(ask):
            await asyncio.sleep(LOOK_SECONDS)
        self.ready.set()


class Lines:
    """Hands each line of a pipe to ``say`` while the event loop runs; what is left, at the end."""

    def __init__(self, pipe: IO[bytes] | None, say: Callable[[bytes], None]) -> None:
        if pipe is None:
            raise ValueError("a child's output is read only where it was asked for")
        self._pipe, self._say, self._rest = pipe, say, b""

    def __enter__(self) -> None:
        os.set_blocking(self._pipe.fileno(), False)
        asyncio.get_running_loop().add_reader(self._pipe.fileno(), self._read)

    def __exit__(self, *_: object) -> None:
        asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        while self._read():
            pass
        self._say(self._rest)
        self._pipe.close()

    def _read(self) -> bool:
        """Whether there was something to read."""
        try:
            chunk = os.read(self._pipe.fileno(), 65536)
        except BlockingIOError:
            return False
        *lines, self._rest = (self._rest + chunk).split(b"\n")
        for line in lines:
            self._say(line)
        if not chunk:
            asyncio.get_running_loop().remove_reader(self._pipe.fileno())
        return bool(chunk)


def describe(code: int) -> str:
    """ "ended with code 3", "was killed by SIGKILL"."""
    if code >= 0:
        return f"ended with code {code}"
    with contextlib.suppress(ValueError):
        return f"was killed by {signal.Signals(-code).name}"
    return f"was killed by signal {-code}"


def _end_group(leader: int) -> None:
    """What a process left behind in its own process group must not outlive it."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
