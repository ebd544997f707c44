"""The only clock. Instants are UTC; civil dates are Japan's (which has no summer time).

In demo, drill and test an offset in seconds, read from a file that the sandbox shares, moves the clock;
production refuses the setting (``app/settings.py``).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

JST = ZoneInfo("Asia/Tokyo")


def in_japan(instant: datetime) -> datetime:
    """The same instant as a wall clock in Japan shows it."""
    return instant.astimezone(JST)


class Clock:
    """Tells the time; hand it around, never read the machine's clock in rules."""

    def __init__(self, offset_file: Path | None = None) -> None:
        self._offset_file = offset_file

    def now(self) -> datetime:
        """The present instant, aware, in UTC."""
        return self.machine() + self._offset()

    def machine(self) -> datetime:
        """What this machine's own clock says, for comparing it with another machine's."""
        return datetime.now(UTC)

    def today(self) -> date:
        """The civil date in Japan."""
        return in_japan(self.now()).date()

    def _offset(self) -> timedelta:
        if self._offset_file is None:
            return timedelta()
        try:
            return timedelta(seconds=float(self._offset_file.read_text(encoding="ascii").strip() or 0))
        except (FileNotFoundError, ValueError):
            return timedelta()
