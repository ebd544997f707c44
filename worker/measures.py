"""How much a sender has in hand."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Measure:
    """A batch is one request, of personal messages up to 500."""

    window: int
    """Requests claimed at once, so that no slot waits for a commit."""
    handful: int
    """Batches per claim; claiming takes a fifth of the time that sending does."""
    room: int
    """Requests of a handful: so much of the window is free before the next is claimed."""
    first: int
    """Batches of the first claim, which is small, so that the first request leaves at once."""
    gather: float
    """Seconds to collect answers for one recording transaction."""
    turn: float
    """Seconds after which the sender's thread gives Python's lock to the line's: that one asks for it several times a
    request, and changing hands costs time as well."""

    def limit(self, running: int) -> int:
        """Batches of the next claim: at the beginning three for four that are under way, so that it is made before those
        are used up, also where claiming takes as long as sending does."""
        return min(self.handful, max(self.first, -(-3 * running // 4)))


MEASURES = {
    "multicast": Measure(240, 64, 64, 16, 0.2, 0.0005),
    "push": Measure(4000, 2, 1000, 1, 0.25, 0.0001),
}
"""1.2 s of LINE's 200 multicasts a second, 2 s of its 2,000 pushes: more than claiming and recording take together."""
