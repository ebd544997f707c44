"""What residents ask a town in words of their own: questions, public places, fees. Pure data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from bot_flows.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Faq:
    """A question residents ask, with its answer. The first of ``questions`` is its title."""

    id: str
    questions: tuple[str, ...]
    answer: str
    """Its first line is the answer."""
    section: str
    links: str = ""
    """The kind of the town's pages that belong to it."""
    pages: tuple[str, ...] = ()
    """Ids of those among them that answer this question; empty for the first ones."""


@dataclass(frozen=True, slots=True)
class PublicPlace:
    """A place residents ask for by name, as the pack's lists have it."""

    name: str
    kind: str
    address: str
    phone: str
    hours: str
    note: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Fee:
    """A tax or fee everybody may owe; never anybody's amount. ``due`` are (name of the period, last day)."""

    id: str
    name: str
    section: str
    due: tuple[tuple[str, date], ...]
    words: tuple[str, ...] = ()
    note: str = ""
    pages: tuple[str, ...] = ()
    """Ids of the town's pages where it is paid; empty for all of them."""
    account: str = ""
    """Id of the page where an automatic payment is applied for; "" for the same pages."""


@dataclass(frozen=True, slots=True)
class PayWay:
    """A way to pay with the paper in hand, easiest first; ``limits`` is one line: fee, receipt, cap, after the day."""

    name: str
    limits: str
    fees: tuple[str, ...] = ()
    """Ids of the fees that can be paid so; empty for all."""


class AnswersQuestions(Protocol):
    """The part of a town that answers questions."""

    @property
    def vocabulary(self) -> Vocabulary:
        """Everything words may mean here; the same object each time."""
        ...

    @property
    def faq(self) -> Sequence[Faq]: ...
    def named_place(self, name: str) -> PublicPlace | None: ...
    @property
    def fees(self) -> Sequence[Fee]: ...
    @property
    def pay_ways(self) -> Sequence[PayWay]: ...
