"""What the human-contact flow may know and what it wants done (flow Q)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

SUBJECTS = ("garbage", "childcare", "tax", "disaster", "general")
"""What a resident wants to talk about; each is a section of the town pack too."""

Said = Literal["text", "photo"]


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Whether staff are at the chat now. ``until`` and ``opens`` read 「17時15分」 and 「あした 11月24日（火） 8時45分」.

    A town whose staff do not chat has neither; then only telephone and pages are offered.
    """

    is_open: bool = False
    until: str = ""
    opens: str = ""
    with_staff: bool = False
    """A hand-over is under way; filled when ``person.needs_thread``."""

    @property
    def has_chat(self) -> bool:
        return bool(self.until or self.opens)


@dataclass(frozen=True, slots=True)
class HandOver:
    """From now on what the resident writes goes to staff."""

    section: str


@dataclass(frozen=True, slots=True)
class ToStaff:
    """One message for the staff inbox. ``live`` is false for a question left outside the hours."""

    section: str
    text: str
    kind: Said = "text"
    message_id: str = ""
    """LINE's id of a photo."""
    live: bool = True


@dataclass(frozen=True, slots=True)
class EndHandOver:
    """The resident went back to the automatic answers."""
