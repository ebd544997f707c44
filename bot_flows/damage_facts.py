"""What the damage flow may know and what it wants done (flow O)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

KINDS = ("hole", "gutter", "light", "rail", "tree", "park", "water", "litter")
"""What can be broken, in the order residents see. The words are ``damage.kind_<id>``."""
STATES = ("received", "checked", "working", "elsewhere", "done")
"""What staff make of a report, in order. The words are ``damage.state_<id>``."""
NEAR_METRES = 30.0
"""Two open reports of one kind within this distance are asked about as one."""
MOST_PHOTOS = 3


@dataclass(frozen=True, slots=True)
class NearReport:
    """An open report close to the position given. ``said_on`` reads 「11月20日」."""

    id: int
    kind: str
    state: str
    said_on: str


@dataclass(frozen=True, slots=True)
class MyReport:
    """A report this resident filed or said to be the same; ``day`` is when its state changed last."""

    number: int
    kind: str
    state: str
    day: date


@dataclass(frozen=True, slots=True)
class DamageFacts:
    """``near`` is filled when ``needs_near``, ``number`` (the receipt number to give) when ``needs_number``."""

    near: Sequence[NearReport] = ()
    number: int = 0
    followed: Sequence[tuple[int, str]] = ()
    """Number and kind of reports the resident hears of, newest first; filled when ``damage_news.names_all``."""
    mine: Sequence[MyReport] = ()
    """How the resident's reports go on, newest first; filled when ``damage_state.is_asked``."""


@dataclass(frozen=True, slots=True)
class FileReport:
    """A resident reports damage. ``position`` is (latitude, longitude); ``place`` the typed landmark."""

    number: int
    kind: str
    position: tuple[float, float] | None
    place: str
    district: str
    """District code, empty while nobody knows."""
    photos: tuple[str, ...]
    """LINE's message ids."""
    words: str


@dataclass(frozen=True, slots=True)
class JoinReport:
    """The resident saw what somebody else has reported and wants to hear how it goes on."""

    report_id: int


@dataclass(frozen=True, slots=True)
class QuietReport:
    """No more news of this report, please. ``number`` is the receipt number."""

    number: int
