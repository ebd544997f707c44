"""How much a sender has in hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A batch is one request, of personal messages up to 500."""

    window: int
    """Requests claimed at once, so that no slot waits for a commit."""
    handful: int
    """Batches per claim; claiming takes a third of the time that sending does."""
    room: int
    """Requests of a handful: so much of the window is free before the next is claimed."""
    first: int
    """Batches of the first claim, which is small, so that the first request leaves at once."""
    gather: float
    """Seconds to collect answers for one recording transaction."""


MEASURES = {"multicast": Measure(240, 48, 48, 12, 0.15), "push": Measure(4000, 2, 1000, 1, 0.25)}
"""1.2 s of LINE's 200 multicasts a second, 2 s of its 2,000 pushes: more than claiming and recording take together."""
