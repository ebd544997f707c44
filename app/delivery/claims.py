"""What a sender holds while it sends, and what it hands back: a claim, what came of it, what follows from that. Pure data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from app.delivery import rules
from app.line.answers import Answer
from app.notices.rules import PAUSE_WORDS


@dataclass(frozen=True, slots=True)
class Claim:
    """One request that may be made now: the key, the bytes, and the token that proves whose it is."""

    batch_id: int
    token: int
    endpoint: str
    retry_key: UUID
    body: bytes
    size: int
    alone: bool = False
    """Nothing else may be under way beside it."""
    people: Mapping[int, tuple[UUID, bytes]] = field(default_factory=dict)
    """Personal messages: by place among the members, each person's own key and bytes; then ``body`` is empty."""
    asks: bool = False
    """LINE has not answered: one request of it goes ahead and asks whether it does again."""
    is_news: bool = False
    """LINE has not answered lately, so that an answer of its own is told to the other senders."""


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one claim; ``answer`` None means: it never started."""

    claim: Claim
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class PeopleResult:
    """What became of some of the people of one claim of personal messages."""

    claim: Claim
    answers: Mapping[int, Answer | None]
    """By place among the members; None: never started."""
    is_over: bool = True
    """Nothing of the claim is under way any more."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """What the sender has to do after recording: pause the notice, go slower, tell somebody."""

    pause_reason: str = ""
    detail: str = ""
    slow: bool = False
    alarm: bool = False
    """LINE answered what its documentation does not describe."""

    def also(self, outcome: rules.Outcome, answer: Answer) -> Recorded:
        """With one more outcome; the first reason to pause is the one that is told."""
        return Recorded(
            pause_reason=self.pause_reason or outcome.pause_reason,
            detail=self.detail or (answer.short if outcome.pause_reason else ""),
            slow=self.slow or outcome.slow is rules.Slowness.RATE,
            alarm=self.alarm or outcome.alarm,
        )

    def under(self, stop: Recorded) -> Recorded:
        """With the stop rule that was broken, if any. It is the reason then, because a person has to look before
        anything goes on; what LINE said stands beside it, and will be said again if it is still so."""
        if not stop.pause_reason:
            return self
        beside = PAUSE_WORDS[self.pause_reason] + self.detail if self.pause_reason else ""
        return replace(self, pause_reason=stop.pause_reason, detail=beside)
