"""What flows may know of the notices the town has sent, and how they ask for it. Pure data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

MOST = 5


@dataclass(frozen=True, slots=True)
class Sent:
    """A notice everybody may read, by the token of its public page."""

    on: date
    title: str
    token: str


@dataclass(frozen=True, slots=True)
class AskNotices:
    """This turn needs to know what was sent on a topic: it is taken again with ``Facts.notices`` filled."""

    topic: str
