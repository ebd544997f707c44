"""PostgreSQL on a small volume of its own: a tmpfs in a mount namespace that nobody else sees.

A process that only sleeps keeps the namespace, so the data outlive the server as they would on a disk.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from app.setup import postgres, rootless
from tests.chaos import intents

MEGABYTES = 160
SETTINGS = (
    "shared_buffers=32MB",
    "max_wal_size=48MB",
    "min_wal_size=32MB",
    "log_min_messages=panic",
    intents.SETTING,
)
FORBIDDEN = "mount namespaces are forbidden on this machine: run as root, or allow user namespaces"


def _unshare() -> list[str]:
    return ["unshare", "-m"] if os.geteuid() == 0 else ["unshare", "--user", "--map-root-user", "-m"]


def is_possible() -> bool:
    """Whether this machine lets us mount something that only we see."""
    if rootless.choose() == rootless.AS_NOBODY:
        return False
    command = [*_unshare(), "mount", "-t", "tmpfs", "tmpfs", "/mnt"]
    try:
        return subprocess.run(command, capture_output=True, timeout=10, check=False).returncode == 0
    except OSError:
        return False


@dataclass
class SmallDisk:
    """A prepared server whose data lie on the small volume."""

    inner: postgres.Postgres
    holder: subprocess.Popen[bytes]

    name = "postgres"
    stop_signal = postgres.Postgres.stop_signal

    @property
    def _enter(self) -> list[str]:
        user = [] if os.geteuid() == 0 else ["-U", "--preserve-credentials"]
        return ["nsenter", "-t", str(self.holder.pid), *user, "-m", "--"]

    @property
    def command(self) -> list[str]:
        # Not root outside means root inside, which PostgreSQL refuses.
        user = [] if os.geteuid() == 0 else list(rootless.NAMESPACE)
        return [*self._enter, *user, *self.inner.command]

    @property
    def folder(self) -> Path:
        return self.inner.data

    def url(self) -> str:
        return self.inner.url()

    def ready(self) -> bool:
        try:
            psycopg.connect(self.url().replace("+psycopg", ""), connect_timeout=2).close()
        except psycopg.Error:
            return False
        return True

    def fill(self) -> None:
        """Not one byte is left."""
        self._inside(f"cat /dev/zero > {self.inner.data}/ballast 2>/dev/null; true")

    def relieve(self) -> None:
        self._inside(f"rm -f {self.inner.data}/ballast {self.inner.data}/postmaster.pid.old")

    def _inside(self, program: str) -> None:
        subprocess.run([*self._enter, "sh", "-c", program], timeout=60, check=True)


@contextmanager
def small_disk(folder: Path) -> Iterator[SmallDisk]:
    """A cluster made as always, moved onto the volume."""
    made = postgres.prepare(folder / "pg")
    data = folder / "small"
    data.mkdir()
    program = (
        f"mount -t tmpfs -o size={MEGABYTES}m,mode=0700 tmpfs {data} && cp -a {made.data}/. {data}/ && "
        "echo ready && exec sleep 3600"
    )
    holder = subprocess.Popen([*_unshare(), "sh", "-c", program], stdout=subprocess.PIPE)
    try:
        assert holder.stdout is not None and holder.stdout.readline() == b"ready\n"
        yield SmallDisk(replace(made, data=data, settings=made.settings + SETTINGS), holder)
    finally:
        holder.kill()
        holder.communicate(timeout=5)
