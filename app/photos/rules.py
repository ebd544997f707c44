"""What counts as a photo, how much of one is taken, and when it is asked for again. Pure.

The type is read from the first bytes, not from what anybody calls it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

STATES = ("waiting", "kept", "refused", "gone")
Reason = Literal["heic", "kind", "large", "broken"]
REASONS: tuple[Reason, ...] = ("heic", "kind", "large", "broken")
LARGEST_BYTES = 30 * 1024 * 1024
"""A telephone's largest photos, sent as they are; what is kept of them is small."""
MOST_PIXELS = 60_000_000
"""A small file may unfold into far more and fill the memory."""
MOST_PIXELS_IN_STEPS = 250_000_000
"""Of a JPEG that is read line by line at a fraction of its size: telephones take 200 million pixels."""
LONGEST_SIDE = 2048
QUALITY = 85
ATTEMPTS = 8
DRAWINGS = 5
"""A process that is ended while it draws may have had bad luck; after so many attempts, some six minutes, it is the
file, and whoever sent it is told while they remember it."""
_HEIC = frozenset({b"heic", b"heix", b"hevc", b"hevx", b"heim", b"heis", b"mif1", b"msf1", b"avif"})


class NoPhoto(ValueError):
    """The bytes are not kept; ``reason`` names the sentence the resident reads."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class NotYet(Exception):
    """No answer this time. After ``most`` attempts the photo is refused for ``reason``, or gone when there is none."""

    def __init__(self, reason: Reason | None = None, most: int = ATTEMPTS) -> None:
        super().__init__(reason)
        self.reason, self.most = reason, most


@dataclass(frozen=True, slots=True)
class Clean:
    """A JPEG drawn anew; ``position`` is (latitude, longitude) as the camera had written it."""

    data: bytes
    width: int
    height: int
    position: tuple[float, float] | None


Drawn = Clean | NoPhoto | NotYet | None
"""What became of a photo that was asked for; None: LINE does not have it any more."""


def kind_of(data: bytes) -> str:
    """``jpeg``, ``png``, ``heic`` (the whole family in an ISO media container) or an empty string."""
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    return "heic" if data[4:8] == b"ftyp" and data[8:12] in _HEIC else ""


def cannot_be_drawn(kind: str) -> NoPhoto:
    """Of a HEIC the resident reads how to take one that opens everywhere."""
    return NoPhoto("heic" if kind == "heic" else "broken")


def try_again_after(attempts: int) -> timedelta:
    """4, 16, 64 … seconds, an hour at most: LINE keeps a photo for a while, but does not say how long."""
    return timedelta(seconds=min(3600, 4**attempts))
