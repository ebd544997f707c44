"""The part of a loaded town that answers from its lists: places, events and windows of a child's age. Pure."""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import Problem
from app.town import childcare, events, places
from bot_flows.event_names import names_of
from bot_flows.town_facts import EventNames, Facility, Near, TownEvent, Window

MOST_FOUND = 10


@dataclass(frozen=True)
class Lists:
    """Implements most of ``bot_flows.town_facts.TownLists``."""

    facilities: places.Facilities
    events: tuple[TownEvent, ...]
    windows: tuple[Window, ...]

    @property
    def facility_kinds(self) -> frozenset[str]:
        return frozenset(self.facilities.by_kind)

    def nearest(self, kind: str, latitude: float, longitude: float, most: int) -> Sequence[Near]:
        return self.facilities.nearest(kind, latitude, longitude, most)

    def find_facilities(self, words: str) -> Sequence[Facility]:
        return self.facilities.named(words, MOST_FOUND)

    @functools.cached_property
    def event_names(self) -> EventNames:
        return names_of(self.events)

    def facility(self, facility_id: str) -> Facility | None:
        return self.facilities.one(facility_id)


def read(files: Mapping[str, bytes], wards: Sequence[str]) -> tuple[Lists, list[Problem]]:
    """Everything of ``places/``, ``events/`` and ``childcare/``, and every problem with its place."""
    facilities, odd_places = places.read(files)
    coming, odd_events = events.read(files, wards)
    windows, odd_windows = childcare.read(files)
    return Lists(facilities, coming, windows), [*odd_places, *odd_events, *odd_windows]
