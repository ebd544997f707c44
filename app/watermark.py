"""How far sending has come, noted in a small file outside the database: what tells a restored copy from the original.

One file per epoch of the database, with the number and the instant of the last claim. All processes of all machines
share the folder; a lock on the file keeps the highest number, whoever writes last. Locks of this kind work on local
disks and on NFS 4.
"""

from __future__ import annotations

import contextlib
import fcntl
import functools
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

LENGTH = 64
"""Bytes of the file: written in place, so that a full disk does not stop it."""
SYNCED_EVERY = 1.0
"""Seconds between two waits for the disk: a sender claims several times a second."""


@dataclass(frozen=True, slots=True)
class Mark:
    """The number of a claim within a database's epoch, and when it was made."""

    epoch: UUID
    number: int
    at: datetime


class Outside:
    """The folder of the notes. What cannot be read counts as missing."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._synced = 0.0

    def read(self, epoch: UUID) -> Mark | None:
        """The note of this epoch; None when there is none that can be read."""
        try:
            with self._locked(epoch, os.O_RDONLY, fcntl.LOCK_SH) as handle:
                return _parse(epoch, os.pread(handle, LENGTH, 0))
        except OSError:
            return None

    def write(self, mark: Mark) -> None:
        """Note a claim that is committed, before its first byte leaves; a lower number than the noted one is passed over."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        with self._locked(mark.epoch, os.O_RDWR | os.O_CREAT, fcntl.LOCK_EX) as handle:
            noted = _parse(mark.epoch, os.pread(handle, LENGTH, 0))
            if noted is not None and noted.number >= mark.number:
                return
            line = f"{mark.number} {mark.at.astimezone(UTC).isoformat()}".ljust(LENGTH - 1) + "\n"
            os.pwrite(handle, line.encode("ascii"), 0)
            if time.monotonic() - self._synced > SYNCED_EVERY:
                os.fdatasync(handle)
                self._synced = time.monotonic()

    def forget(self, epoch: UUID) -> None:
        """An epoch that is over, or that never began."""
        self._path(epoch).unlink(missing_ok=True)

    def _path(self, epoch: UUID) -> Path:
        return self._folder / str(epoch)

    @contextlib.contextmanager
    def _locked(self, epoch: UUID, flags: int, lock: int) -> Iterator[int]:
        handle = os.open(self._path(epoch), flags, 0o600)
        try:
            fcntl.flock(handle, lock)
            yield handle
        finally:
            os.close(handle)


@functools.cache
def outside(folder: Path) -> Outside:
    """The notes of this folder, the same object for a whole process."""
    return Outside(folder)


def _parse(epoch: UUID, line: bytes) -> Mark | None:
    try:
        number, at = line.decode("ascii").split()
        return Mark(epoch, int(number), datetime.fromisoformat(at))
    except ValueError:
        return None
