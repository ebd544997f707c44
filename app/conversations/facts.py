"""Fills what a flow may know, and keeps a conversation's state as JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.clock import in_japan
from app.residents.models import Resident
from app.town.rules import LoadedTown
from bot_flows import types


def resident_facts(resident: Resident) -> types.Resident:
    """The person as flows see them: only what they chose."""
    return types.Resident(
        topics=frozenset(resident.topics),
        ward=resident.ward,
        district=resident.district,
        outside=resident.outside,
        reminder=resident.reminder,
        children=tuple(types.Child(c.number, c.birth_month, c.expected) for c in resident.children),
        language=resident.language,
        is_new=resident.setup_done_at is None,
    )


def fill(
    town: LoadedTown, resident: Resident, said: types.Incoming, *, now: datetime, public_url: str
) -> types.Facts:
    return types.Facts(
        town=town,
        resident=resident_facts(resident),
        now=in_japan(now),
        counter=town.counter_in(said.text) if said.kind == "text" else None,
        public_url=public_url,
    )


def to_json(state: types.State) -> dict[str, Any]:
    return asdict(state)


def from_json(stored: Mapping[str, Any] | None) -> types.State:
    """A stored state; fields a newer version dropped are left out, so that a deploy forgets nobody."""
    known = {
        name: value for name, value in (stored or {}).items() if name in types.State.__dataclass_fields__
    }
    return types.State(**known)
