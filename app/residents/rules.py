"""Which children stay when the list is told anew. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

Told = tuple[date, bool]
"""First day of the month of birth, and whether it is only expected."""


def staying(known: Sequence[Told], told: Sequence[Told]) -> list[int | None]:
    """For each child told: the place in ``known`` of the child it is, None for a new one.

    Of two born in the same month nobody can tell which one went: neither stays, so that no child is taken to have had
    what another one had.
    """
    found: list[int | None] = []
    after = 0
    for each in told:
        unsure = known.count(each) > told.count(each)
        place = next((n for n in range(after, len(known)) if known[n] == each), None) if not unsure else None
        after = after if place is None else place + 1
        found.append(place)
    return found
