"""Claims whose answers are still to come: their requests out, their results back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass

from app.delivery.claims import Claim, PeopleResult, Result
from app.line.answers import Answer
from app.line.stream import Request

WAITS = 15.0
"""Seconds a request may wait for its moment, beside an emergency or at a slowed pace: whether its people are awake was
asked for the next twenty (``attention.rules.LEAD``)."""


@dataclass
class UnderWay:
    """A claim and how many of its requests have no answer yet."""

    claim: Claim
    open: int

    def result(self, answers: Mapping[int, Answer | None]) -> Result | PeopleResult:
        """What came back of it, counted off."""
        self.open -= len(answers)
        if self.claim.people:
            return PeopleResult(self.claim, answers, is_over=self.open == 0)
        return Result(self.claim, answers[0])


def requests_of(claim: Claim) -> list[Request]:
    """Marked with batch and place, so that an answer finds its person."""
    until = time.monotonic() + WAITS
    if not claim.people:
        return [Request((claim.batch_id, 0), claim.body, claim.retry_key, until)]
    people = claim.people.items()
    return [Request((claim.batch_id, place), body, key, until) for place, (key, body) in people]
