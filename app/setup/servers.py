"""PostgreSQL and Valkey for the length of a ``with`` block: what the tests stand on."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

from app.setup import postgres, valkey
from app.setup.say import Trouble
from app.setup.sockets import forget

START_SECONDS = 30.0
STOP_SECONDS = 10.0
TRIES = 3


class Server(Protocol):
    """What a prepared server tells about itself."""

    @property
    def name(self) -> str: ...
    @property
    def command(self) -> list[str]: ...
    @property
    def folder(self) -> Path: ...
    @property
    def stop_signal(self) -> int: ...
    def ready(self) -> bool: ...


@contextlib.contextmanager
def postgres_server(data_dir: Path, *, durable: bool = False) -> Iterator[str]:
    """URL of DATABASE_URL's server when that is set, else of a private one with its data in ``data_dir``."""
    given = os.environ.get("DATABASE_URL")
    if given:
        yield given
        return
    server = postgres.prepare(data_dir, durable=durable)
    with running(server):
        yield server.url()
    forget(data_dir / "postgres-sockets")


@contextlib.contextmanager
def valkey_server(data_dir: Path) -> Iterator[str]:
    """URL of REDIS_URL's server when that is set, else of a private one with its data in ``data_dir``."""
    given = os.environ.get("REDIS_URL")
    if given:
        yield given
        return
    server = valkey.prepare(data_dir)
    with running(server):
        yield server.url()
    forget(data_dir / "valkey-sockets")


@contextlib.contextmanager
def running(server: Server) -> Iterator[subprocess.Popen[bytes]]:
    """Run until ready; yield the process; stop it. The process also ends when we are killed."""
    process = _start(server)
    try:
        yield process
    finally:
        stop(process, server.stop_signal)


def _start(server: Server) -> subprocess.Popen[bytes]:
    """Until ready; tried again when it ends at once, as PostgreSQL does while a killed one's children still leave."""
    end = time.monotonic() + START_SECONDS
    for _ in range(TRIES):
        with (server.folder / "server.log").open("wb") as log:
            process = subprocess.Popen(
                server.command,
                cwd=server.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        while process.poll() is None and time.monotonic() < end:
            if server.ready():
                return process
            time.sleep(0.01)
        stop(process, server.stop_signal)
        time.sleep(0.5)
    said = (server.folder / "server.log").read_text(encoding="utf-8", errors="replace").strip()
    raise Trouble(f"{server.name} did not start: {said.splitlines()[-1] if said else 'no answer'}")


def stop(process: subprocess.Popen[bytes], number: int) -> None:
    """Ask with signal ``number``, wait 10 s, then insist."""
    if process.poll() is None:
        process.send_signal(number)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
