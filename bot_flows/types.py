"""The words flows are written in. Pure data: no I/O, no clock, no database.

A flow is a function ``(state, incoming, facts) -> Turn``. What it may know is in ``Facts``; what it wants
done is in the ``Turn``'s effects, which ``app/conversations`` applies in one transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field
from datetime import date, datetime
from typing import Any, Literal

from bot_flows.bulky_facts import BulkyEffect, BulkyFacts
from bot_flows.child_facts import MarkDone, StopChild, UndoDone
from bot_flows.damage_facts import DamageFacts, FileReport, JoinReport, QuietReport
from bot_flows.mydata_facts import AskMyData, Erase, MyData, OpenPage
from bot_flows.notice_facts import AskNotices, Sent
from bot_flows.pack_facts import Counter, Town
from bot_flows.person_facts import EndHandOver, HandOver, PersonFacts, ToStaff
from bot_flows.stop_facts import (
    Attention,
    Pause,
    Restart,
    SetDigest,
    SetNear,
    SetQuiet,
    SetRest,
    SetUnwanted,
    StopAll,
    TellReason,
)
from bot_flows.values import checked

Message = dict[str, Any]
"""One LINE message object, exactly as LINE's JSON has it."""


# ---- what a resident did -------------------------------------------------------------------------

Kind = Literal["text", "postback", "follow", "location", "photo", "sticker", "other"]


@checked(frozen=True, slots=True)
class Incoming:
    """One thing a resident did, already checked and cut down to what flows may see.

    ``text`` is the message's text or the postback's ``data``; ``params`` carries a date picker's answer
    (``{"date": "2026-12-05"}``, ``{"time": "18:00"}``) or a menu switch; ``position`` is (latitude, longitude).
    """

    kind: Kind
    text: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    position: tuple[float, float] | None = None
    is_unblocked: bool = False
    """On a follow event: the resident had blocked the account before (LINE's best effort)."""
    message_id: str = ""
    """LINE's id of the message, for fetching a photo."""
    at: int = field(default=0, compare=False)
    """LINE's own time of it in milliseconds, 0 when unknown: what waited here was not done at once."""


# ---- what flows may know -------------------------------------------------------------------------


@checked(frozen=True, slots=True)
class Child:
    number: int
    """1 for the first child, 2 for the second ...; names are never asked."""
    birth_month: date
    """First day of the month of birth, or of the expected month."""
    expected: bool = False
    done: frozenset[str] = frozenset()
    """Windows the resident said were had, by ``Window.id``."""
    stopped: bool = False
    """No reminders about this child."""


@checked(frozen=True, slots=True)
class Resident:
    """What the town knows of the person who is talking: only what they chose themselves."""

    topics: frozenset[str] = frozenset()
    ward: str = ""
    district: str = ""
    """District code, empty while not chosen."""
    outside: bool = False
    """Lives outside the town."""
    reminder: str = ""
    """When garbage is announced: ``"-1 18:00"`` (day before) or ``"0 06:00"`` (same day), empty for never."""
    children: tuple[Child, ...] = ()
    language: str = "ja"
    is_new: bool = True
    """Has not finished the set-up once."""
    attention: Attention = field(default_factory=Attention)


@checked(frozen=True, slots=True)
class Facts:
    """Everything a flow may know, filled before the turn. ``now`` is in Asia/Tokyo."""

    town: Town
    resident: Resident
    now: datetime
    counter: Counter | None = None
    """The QR code named in what the resident wrote, when there is one by that name (active or not)."""
    public_url: str = ""
    damage: DamageFacts = field(default_factory=DamageFacts)
    person: PersonFacts = field(default_factory=PersonFacts)
    bulky: BulkyFacts = field(default_factory=BulkyFacts)
    mydata: MyData | None = None
    """What is held about the resident; None until a turn asks for it (``AskMyData``)."""
    notices: tuple[Sent, ...] | None = None
    """What was sent last on a topic; None until a turn asks for it (``AskNotices``)."""
    in_a_minute: int = 0
    """How many messages the resident has sent within the last minute, this one included; what LINE delivers
    twice counts once."""
    is_holiday: bool = False
    """Today is a public holiday: hours of the town's lists are those of other days."""
    in_disaster: bool = False
    """Everybody sees the menu of a disaster: a place sent means shelters."""


# ---- what a flow wants done ------------------------------------------------------------------------


@checked(frozen=True, slots=True)
class SetTopics:
    topics: frozenset[str]


@checked(frozen=True, slots=True)
class SetArea:
    """``district`` is a district code; all empty with outside=True means: lives elsewhere."""

    ward: str = ""
    district: str = ""
    outside: bool = False


@checked(frozen=True, slots=True)
class SetReminder:
    reminder: str


@checked(frozen=True, slots=True)
class SetChildren:
    children: tuple[Child, ...]


@checked(frozen=True, slots=True)
class SetLanguage:
    language: str


@checked(frozen=True, slots=True)
class FinishSetup:
    """The resident saw the summary and agreed: from now on notices may reach them."""

    source: str = ""
    """The counter's code, when a QR code started it."""


@checked(frozen=True, slots=True)
class NoteUnknownWord:
    """Keep a word nobody could answer, without the person, for the staff's list."""

    kind: Literal["item", "question"]
    word: str


@checked(frozen=True, slots=True)
class ForgetSettings:
    """Back to the state of a new friend (a returning resident asked for it)."""


Effect = (
    SetTopics
    | SetArea
    | SetReminder
    | SetChildren
    | SetLanguage
    | FinishSetup
    | NoteUnknownWord
    | ForgetSettings
    | FileReport
    | JoinReport
    | QuietReport
    | HandOver
    | ToStaff
    | EndHandOver
    | StopAll
    | Pause
    | Restart
    | SetDigest
    | SetQuiet
    | SetNear
    | SetUnwanted
    | SetRest
    | TellReason
    | BulkyEffect
    | MarkDone
    | UndoDone
    | StopChild
    | AskMyData
    | AskNotices
    | OpenPage
    | Erase
)


@checked(frozen=True, slots=True)
class State:
    """Where a conversation stands. Stored as JSON between turns; ``data`` holds JSON values only.

    ``drafts`` keeps unfinished forms by flow name with the instant they were left (24 hours).
    """

    flow: str = ""
    step: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    misses: int = 0
    """How often in a row the current question was not understood."""
    nonce: int = 0
    """Grows with every question; a button of an older question carries an older number."""
    drafts: Mapping[str, Any] = field(default_factory=dict)
    at: str = ""
    """ISO instant of the last turn, for resuming after a break."""
    kept: Mapping[str, Any] = field(default_factory=dict)
    """Small things remembered between flows: ``undo`` (a setting, 10 minutes), ``district`` (asked once, 24 hours)."""


@checked(frozen=True, slots=True)
class Turn:
    state: State
    messages: tuple[Message, ...]
    """At most two bubbles in a dialogue, never more than LINE's five."""
    effects: tuple[Effect, ...] = ()
