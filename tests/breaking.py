"""A pace that fails from the second time on, as when there is no memory or no thread left."""

from __future__ import annotations

from app.line.pace import Pace


class Breaking(Pace):
    """Before another pace in a class of its own: that one answers the first time."""

    asked = 0

    def reserve(self, endpoint: str, slots: int, *, lane: str) -> list[float]:
        self.asked += 1
        if self.asked > 1:
            raise MemoryError
        return super().reserve(endpoint, slots, lane=lane)
