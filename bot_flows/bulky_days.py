"""On which days bulky waste is collected, which have space, and until when an order may be changed. Pure."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from bot_flows.bulky_facts import Book, BulkyFacts, CollectionArea


def last_change(day: date, working_days: int, holidays: frozenset[date]) -> date:
    """The last day on which a collection on ``day`` can still be ordered, moved or cancelled."""
    left = working_days
    while left > 0:
        day -= timedelta(days=1)
        left -= day.weekday() < 5 and day not in holidays
    return day


def may_change(book: Book, day: date, today: date, holidays: frozenset[date]) -> bool:
    return today <= last_change(day, book.rules.change_days, holidays)


def collects(book: Book, area: CollectionArea, day: date, holidays: frozenset[date]) -> bool:
    """Whether the town collects in an area on a day, space or not."""
    rules = book.rules
    if day.weekday() not in area.weekdays or day in rules.closed:
        return False
    return rules.on_holidays or day not in holidays


def coming(book: Book, area: CollectionArea, today: date, holidays: frozenset[date]) -> Iterator[date]:
    """Days an order made today may name, nearest first; when one can still be ordered, so can all later ones."""
    is_open = False
    for day in map(
        date.fromordinal, range(today.toordinal() + 1, today.toordinal() + book.rules.ahead_days + 1)
    ):
        # Asked again by the second: most days need no call.
        if day.weekday() in area.weekdays and collects(book, area, day, holidays):
            is_open = is_open or may_change(book, day, today, holidays)
            if is_open:
                yield day


def left_on(area: CollectionArea, day: date, known: BulkyFacts) -> int:
    """How many more items fit on a day; none when staff called it off."""
    if (area.id, day) in known.stopped:
        return 0
    return max(0, area.capacity - known.taken.get((area.id, day), 0))


def with_space(book: Book, area: CollectionArea, today: date, points: int, known: BulkyFacts) -> list[date]:
    """Days with space for so many items, nearest first."""
    days = coming(book, area, today, known.holidays)
    return [day for day in days if left_on(area, day, known) >= points]
