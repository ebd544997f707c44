"""What the town pack says to flows: districts, collections, sorting, counters, sections, links; and the town as a whole.

Pure data. ``types`` passes these names on, since flows use them as words like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot_flows.asked import AnswersQuestions
from bot_flows.town_facts import TownLists


@dataclass(frozen=True, slots=True)
class District:
    code: str
    ward: str
    name: str
    kana: str
    garbage_area: str


@dataclass(frozen=True, slots=True)
class Collection:
    """What is collected in one area on one day. ``notes`` are sentences that belong to that day."""

    day: date
    categories: tuple[str, ...]
    notes: tuple[str, ...] = ()
    stopped: tuple[str, ...] = ()
    """What would have been collected and is not, by a registered change; a note says why."""


@dataclass(frozen=True, slots=True)
class SortingHit:
    """One entry of the sorting dictionary that fits a word; ``score`` is 0..100, 100 is the very word."""

    item: str
    category: str
    note: str
    score: float


@dataclass(frozen=True, slots=True)
class Topic:
    id: str
    name: str
    own: str = ""
    """The pack's own name, where ``name`` is in another language."""


@dataclass(frozen=True, slots=True)
class Counter:
    """A place with a QR code: a counter, a poster, a leaflet."""

    code: str
    place: str
    topics: tuple[str, ...]
    active: bool = True


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the town hall, with what a resident needs to reach it."""

    id: str
    name: str
    phone: str
    hours: str
    url: str


@dataclass(frozen=True, slots=True)
class Link:
    """A page the town offers (e-application, payment, map ...), chosen by staff in the town pack."""

    id: str
    label: str
    url: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class CategoryGuide:
    """How to put out one category of garbage."""

    name: str
    how: str
    until: str
    """When it must be out, as residents read it: 「朝8時30分まで」."""
    warning: str = ""
    sign: str = ""
    """The name in Japanese, as on the sign, where ``name`` is in another language."""
    hour: str = ""
    """``until`` in Japanese, likewise."""


class Town(AnswersQuestions, TownLists, Protocol):
    """The town pack, loaded: immutable, answers from memory."""

    @property
    def name(self) -> str: ...
    @property
    def topics(self) -> Sequence[Topic]: ...
    @property
    def wards(self) -> Sequence[str]: ...
    def districts(self, ward: str) -> Sequence[District]: ...
    def district(self, code: str) -> District | None: ...
    @property
    def a_postcode(self) -> str:
        """One of the town's own, for an example: 「749-0001」."""
        ...

    def districts_by_postcode(self, seven_digits: str) -> Sequence[District]: ...
    def nearest_district(self, latitude: float, longitude: float) -> District | None:
        """The district at a position, or None when the position is outside the town."""
        ...

    def find_districts(self, words: str) -> Sequence[District]:
        """Districts whose name or kana fits what was typed, best first, at most 10."""
        ...

    def collections(
        self, garbage_area: str, first: date, last: date, language: str = ""
    ) -> Sequence[Collection]:
        """Only days with a collection, in order. An unknown area gives nothing; ``language`` is that of the notes."""
        ...

    @property
    def categories(self) -> Sequence[CategoryGuide]: ...
    def find_item(self, word: str) -> Sequence[SortingHit]:
        """Entries of the sorting dictionary, best first, at most 5."""
        ...

    @property
    def menu_words(self) -> Mapping[str, Mapping[str, str]]:
        """Language to the folded labels of its rich menus, each with the area it opens."""
        ...

    def named(self, text: str, language: str) -> str:
        """A name or line of the pack in a language, "" when the pack does not have it."""
        ...

    def section(self, section_id: str) -> Section: ...
    def links(self, kind: str) -> Sequence[Link]:
        """kind: apply | pay | map | privacy | all other menus of the pack."""
        ...
