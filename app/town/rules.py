"""The town pack: its files become one immutable town that answers from memory. Pure: bytes in, a town out.

Formats: ``town.toml`` (names, sections, links, counters), ``districts.csv``, ``garbage/*.csv`` (5374 family),
``places/*.csv``, ``events/*.csv`` and ``childcare/*.toml`` (modules of their own beside this one). docs/town-pack.md explains each to a town.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import cos, hypot, radians
from typing import Any

from app.errors import KairanError, Problem
from app.garbage import overrides
from app.garbage.pack import GarbagePack
from app.garbage.rules import read_pack as read_garbage
from app.sorting.rules import Dictionary, Entry
from app.tables import label_key, read_table, trim
from app.town import bulky, districts, lists
from app.town.asked import Answers, read_asked
from app.town.districts import Place
from app.town.faq import read_synonyms
from app.town.head import COUNTER_WORDS, TOWN, read_neighbours, read_settings
from app.town.lists import Lists
from app.town.menu_words import MenuWords, read_menu_words
from app.town.names import Named, Names, needed_names, read_names
from app.town.places import METRES_PER_DEGREE
from bot_flows.bulky_facts import Book
from bot_flows.pack_facts import (
    CategoryGuide,
    Collection,
    Counter,
    District,
    Link,
    Section,
    SortingHit,
    Topic,
)
from bot_flows.town_facts import Neighbour
from bot_flows.vocabulary import item_widened
from content.sentences import FIRST_LANGUAGE

GARBAGE = "garbage/"
_TAGS = re.compile(r"<[^>]*>")


NEIGHBOURING = 30_000
"""Metres from about the middle of another town up to which a position counts as there."""


@dataclass(frozen=True)
class LoadedTown(Lists, Answers, Named):
    """Implements ``bot_flows.pack_facts.Town``, and what the console and the doors ask besides."""

    settings: Mapping[str, Any]
    places: tuple[Place, ...]
    garbage: GarbagePack
    guides: tuple[CategoryGuide, ...]
    dictionary: Dictionary
    names: Names = field(default_factory=dict)
    bulky: Book | None = None
    """What of bulky waste is taken and when; None while the pack has no (usable) bulky.toml."""
    neighbours: tuple[Neighbour, ...] = ()
    menu_words: MenuWords = field(default_factory=dict)
    overrides: overrides.Overrides = field(default_factory=dict)
    """Changes of collection days that staff registered; not part of the pack."""

    @property
    def name(self) -> str:
        return str(self.settings["town"]["name"])

    @functools.cached_property
    def topics(self) -> Sequence[Topic]:
        return tuple(Topic(each["id"], each["name"]) for each in self.settings.get("topics", ()))

    @functools.cached_property
    def wards(self) -> Sequence[str]:
        return tuple(dict.fromkeys(place.district.ward for place in self.places))

    @functools.cached_property
    def counters(self) -> Sequence[Counter]:
        return tuple(
            Counter(each["code"], each["place"], tuple(each.get("topics", ())), each.get("active", True))
            for each in self.settings.get("counters", ())
        )

    @functools.cached_property
    def sections(self) -> Sequence[Section]:
        return tuple(
            Section(each["id"], each["name"], each["phone"], each.get("hours", ""), each.get("url", ""))
            for each in self.settings["sections"]
        )

    @property
    def categories(self) -> Sequence[CategoryGuide]:
        return self.guides

    def counter_in(self, text: str) -> Counter | None:
        """The counter a message names as a whole: 「登録 KODOMO-3」 or the code alone, in any width or case."""
        named = COUNTER_WORDS.fullmatch(unicodedata.normalize("NFKC", text).strip().upper())
        return next((c for c in self.counters if named and c.code == named[1]), None)

    def section(self, section_id: str) -> Section:
        """The section of that id; the first one answers for what nobody else does."""
        return next((section for section in self.sections if section.id == section_id), self.sections[0])

    def links(self, kind: str) -> Sequence[Link]:
        return self._links.get(kind, ())

    @functools.cached_property
    def _links(self) -> Mapping[str, Sequence[Link]]:
        by_kind: dict[str, list[Link]] = {}
        for each in self.settings.get("links", ()):
            link = Link(each["id"], each["label"], each["url"], each.get("note", ""))
            by_kind.setdefault(each["kind"], []).append(link)
        return {kind: tuple(links) for kind, links in by_kind.items()}

    def districts(self, ward: str) -> Sequence[District]:
        return tuple(place.district for place in self.places if place.district.ward == ward)

    def district(self, code: str) -> District | None:
        found = self._by_code.get(code)
        return found.district if found else None

    @functools.cached_property
    def _by_code(self) -> Mapping[str, Place]:
        return {place.district.code: place for place in self.places}

    @property
    def a_postcode(self) -> str:
        known = next((code for place in self.places for code in place.postcodes), "1000001")
        return f"{known[:3]}-{known[3:]}"

    def districts_by_postcode(self, seven_digits: str) -> Sequence[District]:
        return tuple(place.district for place in self.places if seven_digits in place.postcodes)

    def nearest_district(self, latitude: float, longitude: float) -> District | None:
        box = self.settings.get("position", {})
        inside = box.get("south", -90) <= latitude <= box.get("north", 90) and (
            box.get("west", -180) <= longitude <= box.get("east", 180)
        )
        if not inside or not self.places:
            return None
        squeeze = cos(radians(latitude))
        return min(
            self.places,
            key=lambda place: hypot(place.latitude - latitude, (place.longitude - longitude) * squeeze),
        ).district

    def find_districts(self, words: str) -> Sequence[District]:
        return districts.find(self.places, words)

    def collections(
        self, garbage_area: str, first: date, last: date, language: str = ""
    ) -> Sequence[Collection]:
        days = functools.partial(self.garbage.days, garbage_area)
        changes = self.overrides.get(label_key(garbage_area))
        spoken_in = language or FIRST_LANGUAGE
        found = (
            overrides.applied(days, changes, first, last, self.told_in(spoken_in))
            if changes
            else days(first, last)
        )
        suspended = self.garbage.suspended(garbage_area, first, last)
        return overrides.with_suspended(found, suspended, spoken_in) if suspended else found

    def find_item(self, word: str) -> Sequence[SortingHit]:
        return self.dictionary.find(word)

    def neighbour(self, latitude: float, longitude: float) -> Neighbour | None:
        squeeze = cos(radians(latitude))
        away = [
            (hypot(each.latitude - latitude, (each.longitude - longitude) * squeeze), each)
            for each in self.neighbours
        ]
        near = min(away, key=lambda pair: pair[0], default=None)
        return near[1] if near and near[0] * METRES_PER_DEGREE <= NEIGHBOURING else None

    def position_of(self, district_code: str) -> tuple[float, float] | None:
        found = self._by_code.get(district_code)
        return (found.latitude, found.longitude) if found else None


def read_pack(files: Mapping[str, bytes]) -> tuple[LoadedTown, list[Problem]]:
    """The town of a pack's files (paths with forward slashes) and every problem in them.

    BadTown when town.toml or districts.csv cannot be used at all: without them there is no town.
    """
    problems: list[Problem] = []
    settings = read_settings(files.get(TOWN, b""))
    places = districts.read(files, problems)
    garbage = _read_garbage(files, problems)
    problems += _without_collection(places, garbage)
    synonyms = read_synonyms(files, problems)
    entries = _entries(garbage, synonyms.groups)
    guides = _guides(files, settings, garbage, problems) if garbage.areas else ()
    own_sections = frozenset(each["id"] for each in settings["sections"])
    asked = read_asked(files, str(settings["town"]["name"]), own_sections, entries, synonyms, problems)
    wards = tuple(dict.fromkeys(place.district.ward for place in places))
    known, odd = lists.read(files, wards)
    large, faults = bulky.read(files, synonyms.groups, settings)
    problems += [*odd, *faults]
    needed = needed_names(settings, wards, guides, asked.fees, asked.pay_ways)
    return (
        LoadedTown(
            names=read_names(files, needed, problems),
            asked=asked,
            facilities=known.facilities,
            events=known.events,
            windows=known.windows,
            settings=settings,
            places=places,
            garbage=garbage,
            guides=guides,
            dictionary=Dictionary(entries),
            bulky=large,
            neighbours=read_neighbours(settings),
            menu_words=read_menu_words(files),
        ),
        problems,
    )


def _without_collection(places: Iterable[Place], garbage: GarbagePack) -> Iterator[Problem]:
    """Districts whose garbage area the calendar does not know."""
    for place in places:
        area = place.district.garbage_area
        if area and not garbage.named(area):
            message = "garbage/area_days.csvにこの地名がありません。"
            yield Problem(districts.FILE, None, "garbage_area", area, message)


def _entries(garbage: GarbagePack, groups: Sequence[Sequence[str]]) -> list[Entry]:
    return [
        Entry(i.name, i.category, i.note, item_widened(i.name, _readings(i.reading), groups))
        for i in garbage.items
    ]


def _readings(furigana: str) -> tuple[str, ...]:
    return tuple(filter(None, re.split(r"[\s,、/／]+", furigana)))


def _read_garbage(files: Mapping[str, bytes], problems: list[Problem]) -> GarbagePack:
    own = {name.removeprefix(GARBAGE): data for name, data in files.items() if name.startswith(GARBAGE)}
    try:
        pack = read_garbage(own)
    except KairanError as error:
        problems.append(Problem(GARBAGE + "area_days.csv", None, "", "", error.sentence))
        return GarbagePack()
    problems.extend(Problem(GARBAGE + p.file, p.row, p.column, p.value, p.message) for p in pack.problems)
    return pack


def _guides(
    files: Mapping[str, bytes], settings: Mapping[str, Any], pack: GarbagePack, problems: list[Problem]
) -> tuple[CategoryGuide, ...]:
    """How each category is put out: description.csv, with the hour and the warning of town.toml."""
    own = settings.get("garbage", {})
    until, warnings = own.get("until_by_category", {}), own.get("warnings", {})
    try:
        table = read_table(files.get(GARBAGE + "description.csv", b"label,description\n"), "description.csv")
    except KairanError as error:
        problems.append(Problem(GARBAGE + "description.csv", None, "", "", error.sentence))
        return ()
    label, how = table.column("label"), table.column("description")
    texts = {trim(row.cell(label)): trim(_TAGS.sub(" ", row.cell(how))) for row in table.data}
    return tuple(
        CategoryGuide(
            name, texts.get(name, ""), until.get(name, own.get("until", "")), warnings.get(name, "")
        )
        for name in pack.categories
    )
