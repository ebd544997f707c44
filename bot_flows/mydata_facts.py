"""What flows S and T know of a resident's data, and what they may want done. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

Scope = Literal["all", "children", "record"]
SCOPES: tuple[Scope, ...] = ("all", "children", "record")
KINDS = (
    "settings",
    "children",
    "attention",
    "reports",
    "photos",
    "talks",
    "orders",
    "letters",
    "notices",
    "record",
)
"""What can be held, in the order residents read it. The words are ``mydata.held_<kind>``."""


@dataclass(frozen=True, slots=True)
class Held:
    """One kind of things held, and how many."""

    kind: str
    count: int


@dataclass(frozen=True, slots=True)
class Stays:
    """What a law or a rule of the town keeps after a deletion, and how long: 「5年」."""

    what: str
    time: str


@dataclass(frozen=True, slots=True)
class Got:
    """A notice that was delivered."""

    day: date
    title: str


@dataclass(frozen=True, slots=True)
class MyData:
    held: Sequence[Held] = ()
    recent: Sequence[Got] = ()
    stays: Sequence[Stays] = ()
    blocked_days: int = 30
    """So long after a block everything is deleted by itself."""
    words_days: int = 7
    record_days: int = 90
    minutes: int = 10
    """How long the page of the files can be used."""
    token: str = ""
    """A new token for that page; it works once ``OpenPage`` was carried out."""
    address: str = ""
    number: int = 0
    """The deletion's number, filled while 「消すと元に戻せません」 is open."""


@dataclass(frozen=True, slots=True)
class AskMyData:
    """This turn needs to know what is held: it is taken again with ``Facts.mydata`` filled."""


@dataclass(frozen=True, slots=True)
class OpenPage:
    """The page with the files may be opened with this token for a few minutes."""

    token: str


@dataclass(frozen=True, slots=True)
class Erase:
    """The resident wants this gone, now and for good."""

    scope: Scope
    number: int
