"""A garbage calendar as it was read: areas, items, and the days of an area from memory. Pure."""

from __future__ import annotations

import functools
from calendar import monthrange
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from app.errors import Problem
from app.garbage.notation import Cell, each_day, each_month
from app.tables import label_key
from bot_flows.pack_facts import Collection

UNREADABLE_NOTE = "一部の日が読めません"
LONGEST_SPAN = timedelta(days=366 * 3)


Period = tuple[date, date]
"""First and last day."""


@dataclass(frozen=True, slots=True)
class Area:
    name: str
    row: int
    centre: str
    cells: tuple[tuple[str, Cell], ...]
    """(category, days) of every category collected here."""
    master: str = ""

    @property
    def key(self) -> str:
        return label_key(self.name)


@dataclass(frozen=True, slots=True)
class Item:
    """A row of the sorting dictionary."""

    name: str
    category: str
    note: str
    reading: str
    row: int


@dataclass(frozen=True)
class GarbagePack:
    areas: tuple[Area, ...] = ()
    categories: tuple[str, ...] = ()
    items: tuple[Item, ...] = ()
    remarks: Mapping[str, str] = field(default_factory=dict)
    closed: Mapping[str, tuple[Period, ...]] = field(default_factory=dict)
    """Centre (folded) to periods without collection, both ends included."""
    problems: tuple[Problem, ...] = ()

    @functools.cached_property
    def _by_name(self) -> dict[str, list[Area]]:
        found: dict[str, list[Area]] = {}
        for area in self.areas:
            found.setdefault(area.key, []).append(area)
            if area.master:
                found.setdefault(label_key(area.master + area.name), []).append(area)
        return found

    def named(self, name: str) -> list[Area]:
        """Areas of that name; more than one means that the name does not say which."""
        return self._by_name.get(label_key(name), [])

    def days(self, area_name: str, first: date, last: date) -> list[Collection]:
        """Days with a collection, both ends included; nothing for a name that is unknown or shared."""
        areas = self.named(area_name)
        return list(self.days_of(areas[0], first, last)) if len(areas) == 1 else []

    def suspended(self, area_name: str, first: date, last: date) -> list[tuple[date, Period]]:
        """Days whose collection a suspension drops, each with the suspension, both ends included."""
        areas = self.named(area_name)
        if len(areas) != 1:
            return []
        area, end = areas[0], min(last, first + LONGEST_SPAN)
        return [
            (day, period)
            for period in self._closed(area)
            for day in each_day(max(first, period[0]), min(end, period[1]))
            if any(cell.falls_on(day) for _, cell in area.cells)
        ]

    def _closed(self, area: Area) -> Sequence[Period]:
        return self.closed.get(label_key(area.centre), ()) if area.centre else ()

    def days_of(self, area: Area, first: date, last: date) -> Iterator[Collection]:
        end = min(last, first + LONGEST_SPAN)
        for month in each_month(first, end):
            yield from (found for found in self._in_month(area, month) if first <= found.day <= end)

    @functools.cached_property
    def _months(self) -> dict[tuple[int, str, date], tuple[Collection, ...]]:
        """Months read so far: the same few are asked for by everybody who lives there."""
        return {}

    def _in_month(self, area: Area, first: date) -> tuple[Collection, ...]:
        name = (area.row, area.name, first)
        if name not in self._months:
            last = date(first.year, first.month, monthrange(first.year, first.month)[1])
            self._months[name] = tuple(self._read_days(area, first, last))
        return self._months[name]

    def _read_days(self, area: Area, first: date, last: date) -> Iterator[Collection]:
        closed = self._closed(area)
        for day in each_day(first, last):
            if any(start <= day <= end for start, end in closed):
                continue
            today = [(category, cell) for category, cell in area.cells if cell.falls_on(day)]
            if today:
                notes = dict.fromkeys(note for _, cell in today for note in self._notes(cell))
                yield Collection(day, tuple(category for category, _ in today), tuple(notes))

    def _notes(self, cell: Cell) -> Iterator[str]:
        if cell.odd:
            yield UNREADABLE_NOTE
        for id_ in cell.remarks:
            if id_ in self.remarks:
                yield self.remarks[id_]
