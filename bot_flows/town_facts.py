"""What the town pack says about facilities, events and the ages of children. Pure data and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from hashlib import sha256
from typing import Literal, Protocol

from bot_flows.bulky_facts import Book
from content.notice import Notice

KINDS = ("shelter", "toilet", "aed", "childcare", "nursing", "public", "medical", "wifi")
"""Kinds of facilities in the order residents are offered them."""
WEEKDAYS = "月火水木金土日"
METRES_A_MINUTE = 80
"""Walking speed of the Japanese fair-trade rules for advertising property: 80 metres are one minute, rounded up."""


@dataclass(frozen=True, slots=True)
class Facility:
    """One place of an open-data list. Texts are as the list has them, empty when it says nothing."""

    id: str
    kind: str
    name: str
    latitude: float
    longitude: float
    kana: str = ""
    address: str = ""
    phone: str = ""
    weekdays: str = ""
    """「月火水木金」."""
    opens: time | None = None
    closes: time | None = None
    hours_note: str = ""
    """What the hours do not say: 「毎月最後の木曜日は休み」."""
    details: tuple[str, ...] = ()
    """Where it hangs, which children it takes, what its barrier-free facts are: 「車いす用トイレ、エレベーター」."""
    hazards: Mapping[str, bool] = field(default_factory=dict)
    """Of a shelter: kind of disaster to whether it may be used then; empty for everything else."""
    is_asked_shelter: bool = False
    """Also a 指定避難所, where people can stay for days."""
    url: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Near:
    """A facility with its distance as the crow flies."""

    facility: Facility
    metres: int

    @property
    def minutes(self) -> int:
        return max(1, -(-self.metres // METRES_A_MINUTE))


@dataclass(frozen=True, slots=True)
class Neighbour:
    """Another town, for whoever is there and not here: its name, about where it lies, and its own page."""

    name: str
    url: str
    latitude: float
    longitude: float


OpenState = Literal["open", "closed", "unknown", "holiday"]


def open_state(facility: Facility, now: datetime, *, is_holiday: bool = False) -> OpenState:
    """Whether the list's hours hold ``now`` (Japan). A shelter's list has no hours: nobody knows from it.

    On a public holiday who works every day or on Sundays keeps their hours; of the others nobody knows: offices are
    closed, and a museum that is closed on Mondays is open on this one.
    """
    if facility.hazards or not (facility.weekdays or facility.opens):
        return "unknown"
    if is_holiday and not {WEEKDAYS[now.weekday()], WEEKDAYS[6]} <= set(facility.weekdays or WEEKDAYS):
        return "holiday"
    if facility.weekdays and WEEKDAYS[now.weekday()] not in facility.weekdays:
        return "closed"
    if facility.opens is None or facility.closes is None:
        return "unknown"
    clock = now.time().replace(tzinfo=None)
    if facility.opens <= facility.closes:
        return "open" if facility.opens <= clock <= facility.closes else "closed"
    return "open" if clock >= facility.opens or clock <= facility.closes else "closed"


@dataclass(frozen=True, slots=True)
class Ages:
    """From and to in completed months, both included; ``most`` None has no upper end."""

    least: int
    most: int | None = None

    def hold(self, months: int) -> bool:
        return self.least <= months and (self.most is None or months <= self.most)


@dataclass(frozen=True, slots=True)
class TownEvent:
    """One event of the town's list. ``ages`` is a search aid read from 対象者; who may come is what the text says."""

    id: str
    notice: Notice
    first: date
    last: date
    ward: str = ""
    kind: str = ""
    """イベント種類 of the list."""
    state: str = ""
    """状態 of the list: 中止, 満員 ..., as written."""
    ages: Ages | None = None
    is_free: bool = False
    position: tuple[float, float] | None = None
    """Where it is held (latitude, longitude), where the list says so."""

    @property
    def name(self) -> str:
        return self.notice.get("イベント名")

    @property
    def is_cancelled(self) -> bool:
        return bool(self.state) and any(word in self.state for word in ("中止", "取り止め", "取りやめ"))

    @property
    def is_full(self) -> bool:
        return bool(self.state) and any(
            word in self.state for word in ("満員", "満席", "受付終了", "募集終了", "締切", "定員に達")
        )


SHORTEST_NAME = 3
"""Letters from which words are looked for among the names of events."""


@dataclass(frozen=True, slots=True)
class EventNames:
    """Every event with its name as it is compared, the note in brackets behind it left out."""

    events: tuple[TownEvent, ...]
    names: tuple[str, ...]

    lines: str
    """The names, each closed by a line break: most words are no event's name, and one look says so."""

    def called(self, words: str) -> list[TownEvent]:
        """Those whose name ends with the words, or stands in them whole: 「冬まつり」 is 「汐野みなと冬まつり」."""
        is_end = f"{words}\n" in self.lines
        if not is_end and not any(name in words for name in self.names if len(name) > SHORTEST_NAME):
            return []
        pairs = zip(self.events, self.names, strict=True)
        return [
            each
            for each, name in pairs
            if name.endswith(words) or (len(name) > SHORTEST_NAME and name in words)
        ]


WindowKind = Literal["vaccination", "checkup"]


@dataclass(frozen=True, slots=True)
class Window:
    """When something for children can be had, in completed months of age, both included."""

    kind: WindowKind
    name: str
    first_month: int
    last_month: int
    note: str
    source: str = ""
    grades: tuple[int, int] | None = None
    """School years that decide instead of months, both included: 0 the year before primary school, 6 its last,
    10 the first of high school."""
    book: str = ""
    """The page where it is booked, empty when the pack has none."""
    own: str = ""
    """The pack's own name, where ``name`` is in another language."""
    has_last_call: bool = True
    """Whether it may be had up to the day of birth of the month after its last whole one; what ends after days or
    weeks may be over by then."""

    @property
    def id(self) -> str:
        """What a mark knows it by; an entry the pack gives another name is another window."""
        return f"{self.kind}:{self.own or self.name}"

    @property
    def code(self) -> str:
        """The same, as short as a button's data needs it."""
        return sha256(self.id.encode()).hexdigest()[:8]


class TownLists(Protocol):
    """What a loaded town answers about its lists, from memory."""

    @property
    def facility_kinds(self) -> frozenset[str]:
        """The kinds of ``KINDS`` the pack has a list of."""
        ...

    def nearest(self, kind: str, latitude: float, longitude: float, most: int) -> Sequence[Near]:
        """Facilities of a kind around a position, nearest first."""
        ...

    def find_facilities(self, words: str) -> Sequence[Facility]:
        """Facilities of any kind whose name or kana fits what was typed, best first, at most 10."""
        ...

    def facility(self, facility_id: str) -> Facility | None: ...
    def position_of(self, district_code: str) -> tuple[float, float] | None:
        """Where a district lies (latitude, longitude)."""
        ...

    @property
    def neighbours(self) -> Sequence[Neighbour]:
        """The towns around that the pack names."""
        ...

    def neighbour(self, latitude: float, longitude: float) -> Neighbour | None:
        """The town next to this one that a position is nearest to; None when the pack names none around there."""
        ...

    @property
    def events(self) -> Sequence[TownEvent]:
        """All of them, past ones too, by their first day."""
        ...

    @property
    def event_names(self) -> EventNames:
        """The same events by what they are called."""
        ...

    @property
    def windows(self) -> Sequence[Window]:
        """Vaccinations and checkups, earliest age first."""
        ...

    @property
    def bulky(self) -> Book | None:
        """Bulky waste: items, fees and days; None when the town has none in the pack."""
        ...
