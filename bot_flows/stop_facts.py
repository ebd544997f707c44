"""What flow R knows of a resident's attention, and what it may want done. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

Stopped = Literal["", "ordinary", "all"]
"""Nothing stopped · only emergencies come · not even those."""

QUIET = (21, 7)
"""Hours in Japan between which a phone stays quiet, unless its owner chose others."""


@dataclass(frozen=True, slots=True)
class Attention:
    """How much a resident wants to hear; the usual amount by default."""

    stopped: Stopped = ""
    paused_until: datetime | None = None
    digest: bool = False
    """Ordinary notices come once a week, gathered."""
    quiet: tuple[int, int] = QUIET
    """First hour of the evening, first hour of the morning that is not quiet any more."""
    near: frozenset[str] = frozenset()
    """Topics of which only what is meant for their own ward is wanted."""
    unwanted: frozenset[str] = frozenset()
    """Kinds of garbage not to be reminded of, by the pack's own names."""
    rests_until: date | None = None
    """No reminder of a collection up to this day: one was left out on purpose."""
    reminded_of: date | None = None
    """Of the collections up to this day they were reminded already, perhaps at another hour than the one they have now."""


@dataclass(frozen=True, slots=True)
class StopAll:
    """No notices any more; what was chosen stays, for the day they come back."""

    emergencies: bool
    """Those as well."""


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing but emergencies until then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Restart:
    """The end of a stop or a pause."""


@dataclass(frozen=True, slots=True)
class SetDigest:
    on: bool


@dataclass(frozen=True, slots=True)
class SetQuiet:
    hours: tuple[int, int]


@dataclass(frozen=True, slots=True)
class SetNear:
    """Of these topics only what is meant for the own ward."""

    topics: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetUnwanted:
    """Kinds of garbage not to be reminded of."""

    kinds: frozenset[str]


@dataclass(frozen=True, slots=True)
class SetRest:
    """No reminder of a collection up to this day; None for reminders as usual."""

    until: date | None


@dataclass(frozen=True, slots=True)
class TellReason:
    """Why somebody stopped, kept without the person."""

    reason: Literal["many", "wrong", "hard", "secret"]
