"""Which moments are over. Pure: every instant is passed in.

The shared pace hands out moments; a loop, a thread or the machine may stand still and miss some. A missed moment is
lost, because the one after it may be another sender's: what was meant for it gets another. Only so much lateness is
forgiven as the distance between pace and limit allows, since no timer fires exactly.
"""

from __future__ import annotations

TICK = 0.004
"""Seconds whose requests start together, at the last one's moment: waking up for each costs more than sending it."""
FORGIVEN = 0.008
"""Seconds a request may be late. With one tick more, any second of all senders together holds at most 98.5 % · 1.012 of
LINE's limit."""


def is_missed(moment: float, now: float) -> bool:
    """Whether it is too late for what was meant for this moment."""
    return now - moment > FORGIVEN
