"""The words of the little language of segments (``rules`` says what they mean and how they are stored). Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Nobody:
    """The empty rule."""


@dataclass(frozen=True, slots=True)
class Everyone:
    """All friends who finished their set-up; has to be chosen by name."""


@dataclass(frozen=True, slots=True)
class HasTopic:
    topic: str


@dataclass(frozen=True, slots=True)
class InWard:
    ward: str


@dataclass(frozen=True, slots=True)
class InDistrict:
    district: str


@dataclass(frozen=True, slots=True)
class InDistricts:
    """In any of these; one part however many, since a town may have thousands."""

    districts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Speaks:
    language: str


@dataclass(frozen=True, slots=True)
class WantsReminder:
    """Chose this day and hour for garbage."""

    slot: str


@dataclass(frozen=True, slots=True)
class Awaits:
    """Wants to be reminded of this day: of one of these kinds at least, and rests no longer."""

    kinds: tuple[str, ...]
    day: date


@dataclass(frozen=True, slots=True)
class Received:
    """LINE accepted this notice for them: whom a correction must reach, and nobody else."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class Gathered:
    """Whom this digest tells of what they would have got one by one."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class Listed:
    """On the list of this notice, with words of their own."""

    notice_id: int


@dataclass(frozen=True, slots=True)
class Among:
    """One of these people, by number: the few a notice was made for one by one."""

    ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class ChildMonths:
    """Has a born child whose age in completed months is between both ends, both included."""

    first: int
    last: int


@dataclass(frozen=True, slots=True)
class All:
    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    parts: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Not:
    part: Rule


Rule = (
    Nobody | Everyone | HasTopic | InWard | InDistrict | InDistricts | Speaks | WantsReminder | Awaits | Received | Listed
    | Gathered | Among | ChildMonths | All | AnyOf | Not
)  # fmt: skip
