"""When sending stands still because LINE does not answer, and who may ask whether it does again. Pure.

Five requests in a row without an answer hold all claims of their endpoint for half a minute; then one request goes
ahead. Its answer lets everything go on, without one it is held again. An emergency asks every second. The hold does
not grow: LINE's recovery is to be noticed within a minute (reliability L-4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

from app.line.answers import Answer
from app.line.gate import DOUBTS, is_doubtful

URGENT = timedelta(seconds=1)
"""Between two requests of emergencies that ask."""
PATIENCE = timedelta(seconds=12)
"""How long one that asks is waited for: longer than a call can take. Its sender may have died."""
TOLD_FOR = timedelta(seconds=60)
"""How long after the hold staff are still told, while nothing is left that would ask."""


@dataclass(frozen=True, slots=True)
class Circuit:
    """What is known of one endpoint."""

    doubts: int = 0
    """Requests in a row without an answer."""
    since: datetime | None = None
    """When the first of them was noticed."""
    held_until: datetime | None = None
    """From then on one request may ask whether LINE answers again."""
    urgent_from: datetime | None = None
    """The same for an emergency."""
    is_asked: bool = False
    """A request that asks has gone since the hold began."""


class May(Enum):
    """What a sender may start."""

    ALL = "all"
    ONE = "one"
    NOTHING = "nothing"


def may(circuit: Circuit, lane: str, now: datetime) -> May:
    """Everything, or one request that asks, or nothing at this moment."""
    turn = circuit.urgent_from if lane == "emergency" else circuit.held_until
    if circuit.held_until is None or turn is None:
        return May.ALL
    return May.NOTHING if now < turn else May.ONE


def asked(circuit: Circuit, now: datetime) -> Circuit:
    """Somebody asks. The others wait for what becomes of it, an emergency for a second."""
    patient = max(circuit.held_until or now, now + PATIENCE)
    return replace(circuit, held_until=patient, urgent_from=now + URGENT, is_asked=True)


@dataclass(frozen=True, slots=True)
class Heard:
    """What came back of some requests, in order."""

    is_answered: bool
    """LINE itself answered one of them."""
    doubts: int
    """Those without an answer after the last that had one."""


def heard(answers: Iterable[Answer | None]) -> Heard:
    """None never started and says nothing."""
    is_answered, doubts = False, 0
    for answer in answers:
        if answer is None:
            continue
        is_answered, doubts = (is_answered, doubts + 1) if is_doubtful(answer) else (True, 0)
    return Heard(is_answered, doubts)


def after(circuit: Circuit, told: Heard, hold: timedelta, now: datetime) -> Circuit:
    """What is known then. What was under way when the hold began, and fails during it, does not make it longer."""
    known = Circuit() if told.is_answered else circuit
    if not told.doubts:
        return known
    known = replace(known, doubts=known.doubts + told.doubts, since=known.since or now)
    begins = known.doubts >= DOUBTS if known.held_until is None else known.is_asked
    if not begins:
        return known
    return replace(known, held_until=now + hold, urgent_from=now + URGENT, is_asked=False)


def sentence(seconds: float | None) -> str:
    """What staff read while LINE has been silent for so long; nothing while it answers."""
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    how_long = f"{minutes}分前" if minutes else "1分ほど前"
    return (
        f"{how_long}から、LINEの応答がありません。約30秒ごと（緊急のお知らせは約1秒ごと）に1件だけ送って確かめ、"
        "応答があれば続きから自動で送ります。二重には届きません。"
    )
