"""The sandbox's clock: the machine's time plus an offset in seconds that a file shares with the product."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

JST = timezone(timedelta(hours=9), "JST")
"""Japan has no summer time, so a fixed offset is exact."""


class Clock:
    """Tells the shared time. The file is read again only when it changed (one ``stat`` a call)."""

    def __init__(self, offset_file: Path | None) -> None:
        self._file = offset_file
        self._seen: tuple[int, int] | None = None
        self._offset = 0.0

    def offset(self) -> float:
        """Seconds the shared clock is ahead of the machine's; no file means 0."""
        if self._file is None:
            return self._offset
        try:
            facts = self._file.stat()
        except FileNotFoundError:
            self._seen, self._offset = None, 0.0
            return 0.0
        seen = (facts.st_mtime_ns, facts.st_size)
        if seen != self._seen:
            try:
                self._offset = float(self._file.read_text(encoding="ascii").strip() or 0)
            except ValueError:
                self._offset = 0.0
            self._seen = seen
        return self._offset

    def move_to(self, offset: float) -> None:
        """Set the offset for everybody who reads the file (or for this process alone, without a file)."""
        if self._file is None:
            self._offset = offset
            return
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(self._file.name + ".new")
        fresh.write_text(f"{offset:.3f}\n", encoding="ascii")
        fresh.replace(self._file)  # readers see the old file or the new one, never half of it
        self._seen = None

    def seconds(self) -> float:
        """Seconds since 1970 on the shared clock."""
        return time.time() + self.offset()

    def ms(self) -> int:
        """Milliseconds since 1970 on the shared clock, as LINE's timestamps count."""
        return int(self.seconds() * 1000)


def in_japan(ms: int) -> datetime:
    """The instant as a wall clock in Japan shows it."""
    return datetime.fromtimestamp(ms / 1000, JST)


def iso(ms: int) -> str:
    """``2026-11-01T03:04:05.678Z``, the form of LINE's ``acceptedTime``."""
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
