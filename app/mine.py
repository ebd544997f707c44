"""What a subject holds about a resident, seen from the resident: how many, as data, and how it goes.

A subject that keeps anything about residents gives one ``Part`` (in its ``mine.py``) and enters it in
``app/mydata/parts.py``: what is listed, exported and erased follows from there.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.clock import in_japan
from app.residents.models import Resident
from app.town.rules import LoadedTown
from bot_flows.mydata_facts import Scope
from content.sentences import say


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose data, in which town, read when; links begin with ``base_url``."""

    resident: Resident
    town: LoadedTown
    now: datetime
    base_url: str = ""

    def say(self, key: str, /, **values: object) -> str:
        """A sentence in the resident's language."""
        return say(key, self.resident.language, **values)


@dataclass(frozen=True, slots=True)
class Row:
    """One value as people read it; ``item`` tells things of one kind apart: 「R-1001」."""

    label: str
    value: str
    item: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Exported:
    """The same facts twice: for programs (JSON values) and for people."""

    data: Mapping[str, Any] | Sequence[Mapping[str, Any]]
    rows: Sequence[Row] = ()


@dataclass(frozen=True, slots=True)
class Erasing:
    """Who is erased, and the files that must go once that is committed."""

    resident: Resident
    now: datetime
    files: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Part:
    """``kind`` is one of ``bot_flows.mydata_facts.KINDS``; ``scope`` names the smaller deletion it belongs to."""

    kind: str
    held: Callable[[Session, Resident], int]
    export: Callable[[Session, Reader], Exported]
    erase: Callable[[Session, Erasing], None]
    scope: Scope = "all"


def instant(at: datetime | None) -> str | None:
    """An instant as data: ISO 8601 with Japan's offset, to the second."""
    return in_japan(at).isoformat(timespec="seconds") if at else None
