"""A small town for conversations: two wards, one of them with thirteen districts, one calendar, a dictionary."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache, cached_property
from math import hypot

from bot_flows.asked import Faq, Fee, PayWay, PublicPlace
from bot_flows.bulky_facts import Book
from bot_flows.event_names import names_of
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
from bot_flows.town_facts import EventNames, Facility, Near, Neighbour, TownEvent, Window
from bot_flows.vocabulary import Vocabulary
from bot_flows.words import fold
from tests.flows.tables import (
    BULKY,
    CALENDAR_ENDS,
    CATEGORIES,
    COUNTERS,
    DISTRICTS,
    EVENTS,
    FACILITIES,
    FEES,
    ITEMS,
    LINKS,
    NEAR,
    NEW_YEAR,
    OTHER_TOWN,
    PAY_WAYS,
    PLACES,
    POSITIONS,
    POSTCODES,
    QUESTIONS,
    SECTIONS,
    SHARED_POSTCODE,
    VOCABULARY,
    WINDOWS,
)


@dataclass(frozen=True)
class SmallTown:
    """Implements ``bot_flows.pack_facts.Town`` from the tables above."""

    name: str = "みどり市"
    topics: Sequence[Topic] = (
        Topic("garbage", "ごみ"),
        Topic("disaster", "災害"),
        Topic("childcare", "子育て"),
        Topic("safety", "防犯・交通安全"),
        Topic("news", "市政ニュース"),
        Topic("events", "イベント"),
    )
    wards: Sequence[str] = ("中央区", "東区")
    categories: Sequence[CategoryGuide] = field(default=CATEGORIES)
    events: Sequence[TownEvent] = EVENTS
    windows: Sequence[Window] = WINDOWS
    bulky: Book | None = BULKY
    facilities: Sequence[Facility] = FACILITIES

    def districts(self, ward: str) -> Sequence[District]:
        return [each for each in DISTRICTS if each.ward == ward]

    def district(self, code: str) -> District | None:
        return next((each for each in DISTRICTS if each.code == code), None)

    @property
    def a_postcode(self) -> str:
        return "810-0001"

    def districts_by_postcode(self, seven_digits: str) -> Sequence[District]:
        if seven_digits == SHARED_POSTCODE:
            return DISTRICTS[:3]
        named = POSTCODES.get(seven_digits)
        return [each for each in DISTRICTS if each.ward + each.name == named]

    def nearest_district(self, latitude: float, longitude: float) -> District | None:
        for name, (north, east) in POSITIONS.items():
            if abs(north - latitude) < 0.05 and abs(east - longitude) < 0.05:
                return next(each for each in DISTRICTS if each.ward + each.name == name)
        return None

    def find_districts(self, words: str) -> Sequence[District]:
        word = fold(words)
        found = [each for each in DISTRICTS if word and _fits(word, each)]
        return found[:10]

    def named(self, text: str, language: str) -> str:
        return ""

    def collections(
        self, garbage_area: str, first: date, last: date, language: str = ""
    ) -> Sequence[Collection]:
        if garbage_area != "北":
            return []
        return _between(first, last)

    def find_item(self, word: str) -> Sequence[SortingHit]:
        said = fold(word)
        hits = []
        for (item, (category, note)), name in zip(ITEMS.items(), _FOLDED, strict=True):
            if said in (name, name.split("(", 1)[0]):
                hits.append(SortingHit(item, category, note, 100.0))
            elif item in NEAR.get(word, ()):
                hits.append(SortingHit(item, category, note, 80.0))
            elif said and len(said) > 2 and said[:2] == name[:2]:
                hits.append(SortingHit(item, category, note, 62.0))
        return sorted(hits, key=lambda hit: -hit.score)[:5]

    menu_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    vocabulary: Vocabulary = VOCABULARY
    faq: Sequence[Faq] = QUESTIONS
    fees: Sequence[Fee] = FEES
    pay_ways: Sequence[PayWay] = PAY_WAYS

    def named_place(self, name: str) -> PublicPlace | None:
        return PLACES.get(name)

    def section(self, section_id: str) -> Section:
        return SECTIONS[section_id]

    def links(self, kind: str) -> Sequence[Link]:
        return LINKS.get(kind, ())

    @property
    def facility_kinds(self) -> frozenset[str]:
        return frozenset(each.kind for each in self.facilities)

    def nearest(self, kind: str, latitude: float, longitude: float, most: int) -> Sequence[Near]:
        found = [
            Near(each, round(111_195 * hypot(each.latitude - latitude, (each.longitude - longitude) * 0.83)))
            for each in self.facilities
            if each.kind == kind
        ]
        return sorted(found, key=lambda near: near.metres)[:most]

    def find_facilities(self, words: str) -> Sequence[Facility]:
        word = fold(words)
        named = {each.name: each for each in self.facilities if word and word in fold(each.name)}
        return list(named.values())[:10]

    @cached_property
    def event_names(self) -> EventNames:
        return names_of(self.events)

    def facility(self, facility_id: str) -> Facility | None:
        return next((each for each in self.facilities if each.id == facility_id), None)

    @property
    def neighbours(self) -> Sequence[Neighbour]:
        return (OTHER_TOWN,)

    def neighbour(self, latitude: float, longitude: float) -> Neighbour | None:
        near = hypot(OTHER_TOWN.latitude - latitude, OTHER_TOWN.longitude - longitude) < 0.2
        return OTHER_TOWN if near else None

    def position_of(self, district_code: str) -> tuple[float, float] | None:
        district = self.district(district_code)
        return POSITIONS.get(district.ward + district.name) if district else None


def _fits(word: str, district: District) -> bool:
    """As the pack has it: part of the name, or a text with the whole name in it."""
    return word in fold(district.ward + district.name + district.kana) or fold(district.name) in word


_FOLDED = tuple(map(fold, ITEMS))


@cache
def _between(first: date, last: date) -> Sequence[Collection]:
    days = (first + timedelta(n) for n in range((last - first).days + 1))
    return [one for day in days if (one := _on(day))]


@cache
def _on(day: date) -> Collection | None:
    """Burnable on Tuesdays and Fridays, bottles on the first Wednesday, metal on the first Thursday."""
    if day > CALENDAR_ENDS:
        return None
    if NEW_YEAR[0] <= day <= NEW_YEAR[1]:
        return Collection(day, (), ("年末年始は、収集を休みます。",))
    first_week = day.day <= 7
    names = {
        1: "もえるごみ",
        4: "もえるごみ",
        2: "びん・かん" if first_week else "",
        3: "もえないごみ" if first_week else "",
    }
    name = names.get(day.weekday(), "")
    notes = ("台風のため、もえるごみの時刻がかわります。",) if day == date(2026, 12, 8) else ()
    return Collection(day, (name,), notes) if name else None


def counter_in(text: str) -> Counter | None:
    """The counter a text names, as the application looks it up."""
    return next((counter for code, counter in COUNTERS.items() if code.lower() in fold(text)), None)
