"""Values that change by ``replace`` and keep what they worked out are what the standard library would make of them."""

from __future__ import annotations

import dataclasses

from bot_flows.types import State
from bot_flows.values import checked, kept_property, replace

OPEN = State(flow="damage", step="kind", data={"v": 1}, nonce=4)


def test_replaced_as_the_standard_library_does() -> None:
    assert replace(OPEN, step="place", misses=2) == dataclasses.replace(OPEN, step="place", misses=2)
    assert replace(OPEN) == OPEN
    assert replace(OPEN) is not OPEN


def test_what_is_kept_is_made_once_and_stays_with_its_value() -> None:
    made: list[int] = []

    @checked(frozen=True)
    class Sum:
        left: int
        right: int

        @kept_property
        def total(self) -> int:
            made.append(self.left)
            return self.left + self.right

    first = Sum(1, 2)
    assert (first.total, first.total) == (3, 3)
    assert replace(first, left=5).total == 7
    assert made == [1, 5]
