"""What set-up says to the operator: one line per event, colours only for eyes at a terminal."""

from __future__ import annotations

import os
import sys
from typing import TextIO

COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92", "95", "94")
PLAIN_WIDTH = 10


class Trouble(Exception):
    """Set-up cannot go on; the text is the one sentence that says why and what to do."""


def wants_colour(stream: TextIO) -> bool:
    """True at a terminal, unless NO_COLOR is set (https://no-color.org) or the terminal is dumb."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


class Voice:
    """Writes ``name | text`` lines with the names aligned, each name in its own colour."""

    def __init__(self, stream: TextIO | None = None, width: int = PLAIN_WIDTH) -> None:
        self._stream = stream or sys.stdout
        self._colour = wants_colour(self._stream)
        self._width = width
        self._known: dict[str, str] = {}

    def line(self, name: str, text: str) -> None:
        prefix = f"{name:<{self._width}} |"
        if self._colour:
            colour = self._known.setdefault(name, COLOURS[len(self._known) % len(COLOURS)])
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self.plain(f"{prefix} {text}")

    def plain(self, text: str) -> None:
        """A line without a prefix; a reader that has gone away is no reason to stop the servers."""
        try:
            print(text, file=self._stream, flush=True)
        except (BrokenPipeError, UnicodeEncodeError):
            return
