"""When the next requests may leave, whatever was late before them. Pure: every instant is passed in.

The shared pace hands out moments; a loop, a thread or the machine may stand still and miss some. A missed moment is
lost: what is late goes on at the pace, it does not catch up. Only so much lateness is forgiven as the distance between
pace and limit allows, because no timer fires exactly: otherwise every tick would lose a little.
"""

from __future__ import annotations

TICK = 0.004
"""Seconds whose requests start together, at the last one's moment: waking up for each costs more than sending it."""
FORGIVEN = 0.008
"""Seconds of lateness that are made up for. With one tick more, any second then holds at most 98.5 % · 1.012 of LINE's
limit."""


class Rhythm:
    """One stream's ticks: any span of time holds no more of them than the pace allows, and ``FORGIVEN`` more."""

    def __init__(self) -> None:
        self._free_at = 0.0

    def earliest(self, moment: float) -> float:
        """When a tick that was meant for this moment may begin."""
        return max(moment, self._free_at)

    def begin(self, now: float, seconds: float) -> None:
        """A tick begins now that takes so many seconds of the pace."""
        self._free_at = max(self._free_at, now - FORGIVEN) + seconds
