"""Ways into a report that bring something along: a place or a photo just sent is not asked for again."""

from __future__ import annotations

import re

from bot_flows.outcomes import Start, Talk

_MESSAGE_ID = re.compile(r"[A-Za-z0-9_-]{1,40}")
_USUAL = Start("damage", resumes=True)


def at(talk: Talk, position: tuple[float, float]) -> Start:
    """A report of the place just sent; danger is asked about all the same."""
    if talk.facts.town.nearest_district(*position) is None:
        return _USUAL
    return Start("damage", "danger", {"sent": list(position)})


def with_photo(message_id: str) -> Start:
    """A report of the photo just sent, by LINE's id of it."""
    if not _MESSAGE_ID.fullmatch(message_id):
        return _USUAL
    return Start("damage", "danger", {"photos": [message_id], "brought": True})
