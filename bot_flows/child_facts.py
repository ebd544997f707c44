"""What flow K wants done about one child: marks the resident makes, and whether reminders come. Pure data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MarkDone:
    """「受けた」: the resident's own word, which ends the reminders of this window (``Window.id``)."""

    number: int
    window: str


@dataclass(frozen=True, slots=True)
class UndoDone:
    """「まちがえた」."""

    number: int
    window: str


@dataclass(frozen=True, slots=True)
class StopChild:
    """No reminders about this child from now on, or again; why is never asked."""

    number: int
    on: bool
