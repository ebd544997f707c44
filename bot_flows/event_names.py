"""What events are called, as it is compared with what somebody types. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot_flows.town_facts import EventNames, TownEvent
from bot_flows.words import fold

_BRACKETS = re.compile(r"[(（\[［〈《【].*$")


def names_of(events: Sequence[TownEvent]) -> EventNames:
    names = tuple(fold(_BRACKETS.sub("", each.name)) for each in events)
    return EventNames(tuple(events), names, "".join(f"{name}\n" for name in names))
