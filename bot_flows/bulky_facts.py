"""Bulky waste: what the town takes, for how much and when; what flow H may know and wants done. Pure data."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from bot_flows.vocabulary import Vocabulary

HOLD = timedelta(minutes=30)
"""How long a place on a day is kept while somebody pays."""
OrderState = Literal["held", "accepted", "collected", "cancelled"]
STATES: tuple[OrderState, ...] = ("held", "accepted", "collected", "cancelled")
Payment = Literal["sticker", "due", "checking", "paid"]
PAYMENTS: tuple[Payment, ...] = ("sticker", "due", "checking", "paid")
"""How the fee stands: a sticker on the item · nothing heard yet · the resident says paid · the town has seen it."""
House = Literal["house", "flat"]
HOUSES: tuple[House, ...] = ("house", "flat")


@dataclass(frozen=True, slots=True)
class Kind:
    """One line of the list of fees: 「ソファ（2人用以上）」. ``size`` is in cm with a comparison."""

    id: str
    item: str
    """The item's name: 「ソファ」."""
    name: str
    """What tells it from the item's other kinds, empty when there is one."""
    fee: int
    """Yen."""
    size: str = ""

    @property
    def whole(self) -> str:
        return f"{self.item}（{self.name}）" if self.name else self.item


@dataclass(frozen=True, slots=True)
class Item:
    """A thing residents name, with its kinds."""

    id: str
    name: str
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True)
class NotTaken:
    """What the town does not collect as bulky waste, and the right way for it."""

    id: str
    name: str
    route: str


@dataclass(frozen=True, slots=True)
class CollectionArea:
    """Districts collected together: ``weekdays`` 0 is Monday, ``capacity`` counts items a day."""

    id: str
    name: str
    wards: frozenset[str]
    districts: frozenset[str]
    weekdays: frozenset[int]
    capacity: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What the town decides about bulky waste."""

    until: str
    """「朝8時30分まで」."""
    most: int = 10
    most_alike: int = 5
    change_days: int = 3
    """Working days before the collection until which an order may be made, moved or cancelled in the chat."""
    ahead_days: int = 90
    on_holidays: bool = False
    closed: frozenset[date] = frozenset()
    put_house: str = ""
    put_flat: str = ""
    stickers: str = ""
    """Where stickers are sold."""
    pay_page: str = ""
    """The page where the fee is paid, on a host the town allows; empty: stickers only."""


@dataclass(frozen=True, eq=False)
class Book:
    """Everything of the pack's ``bulky.toml``."""

    rules: Rules
    items: Mapping[str, Item]
    not_taken: Mapping[str, NotTaken]
    areas: tuple[CollectionArea, ...]
    vocabulary: Vocabulary

    def kind(self, kind_id: str) -> Kind | None:
        item = self.items.get(kind_id.partition("/")[0])
        return next((each for each in item.kinds if each.id == kind_id), None) if item else None

    def area(self, area_id: str) -> CollectionArea | None:
        return next((each for each in self.areas if each.id == area_id), None)

    def area_of(self, ward: str, district: str) -> CollectionArea | None:
        """The area that names the district, else the one that names its ward."""
        named = next((each for each in self.areas if district in each.districts), None)
        return named or next((each for each in self.areas if ward in each.wards), None)


@dataclass(frozen=True, slots=True)
class Booked:
    """One line of an order; the fee is the one promised to the resident, whatever the list says later."""

    kind: str
    name: str
    count: int
    fee: int


@dataclass(frozen=True, slots=True)
class Order:
    """An order of the resident who talks."""

    number: int
    lines: tuple[Booked, ...]
    area: str
    day: date
    state: OrderState
    payment: Payment
    house: House = "house"
    hold_until: datetime | None = None
    stopped: bool = False
    """Staff called the day off; another day may be chosen at any time."""

    @property
    def points(self) -> int:
        return sum(line.count for line in self.lines)

    @property
    def total(self) -> int:
        return sum(line.count * line.fee for line in self.lines)


@dataclass(frozen=True, slots=True)
class BulkyFacts:
    """``taken`` and what follows is filled while a flow about bulky waste is open or may open."""

    taken: Mapping[tuple[str, date], int] = field(default_factory=dict)
    """Items already booked by area and day."""
    stopped: frozenset[tuple[str, date]] = frozenset()
    holidays: frozenset[date] = frozenset()
    orders: Sequence[Order] = ()
    """The resident's own, by day; not the cancelled ones and none of the past."""
    number: int = 0
    """The receipt number to give, when this turn may need one."""
    page: str = ""
    """The address of the page for name, address and phone, good for one person and half an hour."""
    has_contact: bool = False
    """Name, address and phone were saved on that page and wait for their order."""

    def order(self, number: int) -> Order | None:
        return next((each for each in self.orders if each.number == number), None)


# ---- what the flow wants done ----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Book a day: held while the resident pays, or accepted at once. Name and address are not in here."""

    number: int
    lines: tuple[Booked, ...]
    area: str
    district: str
    day: date
    house: House
    payment: Payment
    held: bool = False


@dataclass(frozen=True, slots=True)
class ConfirmOrder:
    """「申し込む」 for a held order. ``payment`` is how the resident pays now."""

    number: int
    payment: Payment


@dataclass(frozen=True, slots=True)
class SaidPaid:
    """The resident says the fee is paid, or cannot tell: the order stays whatever happens, staff check."""

    number: int


@dataclass(frozen=True, slots=True)
class MoveOrder:
    number: int
    day: date


@dataclass(frozen=True, slots=True)
class CancelOrder:
    number: int


BulkyEffect = PlaceOrder | ConfirmOrder | SaidPaid | MoveOrder | CancelOrder
