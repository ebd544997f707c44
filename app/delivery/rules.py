"""How an audience becomes batches, and what LINE's answers mean. Pure.

    planned → sealed → sending → accepted | rejected | split | retry_wait | unknown
                                 cancelled | expired | quarantined

The answer table is that of reliability §2.3; LINE's facts are from "Retry failed API requests" and the
Messaging API reference (status codes).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.line.answers import Answer
from app.outcomes import rules as outcomes

BATCH_SIZE = 500
"""LINE's most recipients of one multicast."""

STATES = (
    "planned", "sealed", "sending", "retry_wait", "accepted", "rejected", "split", "unknown",
    "cancelled", "expired", "quarantined",
)  # fmt: skip
OPEN = ("planned", "sealed", "sending", "retry_wait")
FINAL = ("accepted", "rejected", "unknown", "cancelled", "expired", "quarantined")
"""Every person of a finished notice is in exactly one of these, or excluded; ``split`` passes its people on."""

REASONS = (
    "blocked", "opted_out", "pulled", "erased", "stopped", "paused", "quiet", "ceiling", "digest", "gone", "cap",
)  # fmt: skip
"""Why somebody of the frozen audience is not sent to."""
TOLD_LATER = ("digest", "ceiling", "cap")
"""Those of whom it may be told in Monday's digest."""

MINUTE = timedelta(minutes=1)
NO_LIMIT = 10_000
SINGLE_FROM, SINGLE_PART = 10, 8
"""People of one batch whom LINE is known to refuse from which on a refused part of so few people is asked one by one:
further halves would cost as many requests, and twice as many where most are refused."""
WATCHED = 50
"""People of the first batch of a notice that is watched before the rest follows."""
KEY_LIFE = timedelta(hours=20)
"""LINE keeps a retry key 24 hours; four hours of safety."""
LOST_LEASES_ALLOWED = 3
SUSPECT = 2
"""Lost leases from which on a batch is sent alone: what kills its sender must not take innocent ones along."""


class Verdict(StrEnum):
    ACCEPTED = "accepted"
    RETRY = "retry"
    """Definitely not accepted: the same key later."""
    AMBIGUOUS = "ambiguous"
    """LINE may have accepted it: the same key later, and nothing else, ever."""
    SPLIT = "split"
    """Not accepted because of somebody in the list: halves with new keys."""
    UNKNOWN = "unknown"
    """Cannot be established any more: shown to people, never sent again."""
    PAUSE = "pause"
    """Not accepted, and no batch of this notice would be: stop the notice."""


class Slowness(StrEnum):
    """``RATE``: LINE says we are too fast."""

    NONE, RATE = "", "rate"


@dataclass(frozen=True, slots=True)
class Outcome:
    verdict: Verdict
    request_id: str = ""
    pause_reason: str = ""
    slow: Slowness = Slowness.NONE
    alarm: bool = False


def read(answer: Answer, *, size: int, ambiguous_before: bool) -> Outcome:
    """The answer table. ``ambiguous_before``: an earlier attempt with this key had no definite answer."""
    match answer.status:
        case 0:
            return Outcome(Verdict.AMBIGUOUS if answer.sent else Verdict.RETRY)
        case 200:
            return Outcome(Verdict.ACCEPTED, request_id=answer.request_id)
        case 409 if answer.accepted_request_id:
            return Outcome(Verdict.ACCEPTED, request_id=answer.accepted_request_id)
        case 409:
            return Outcome(Verdict.UNKNOWN, alarm=True)
        case 400:
            return _read_400(answer, ambiguous_before)
        case 401 | 403:
            return Outcome(Verdict.PAUSE, pause_reason="token")
        case 413:
            return _split_unless_ambiguous(ambiguous_before)
        case 429 if "monthly limit" in answer.message:
            return Outcome(Verdict.PAUSE, pause_reason="quota")
        case 429:
            return Outcome(Verdict.RETRY, slow=Slowness.RATE)
        case status if 300 <= status < 400:
            return Outcome(Verdict.AMBIGUOUS, alarm=True)
        case _:
            return Outcome(Verdict.AMBIGUOUS)


def _read_400(answer: Answer, ambiguous_before: bool) -> Outcome:
    if ambiguous_before:
        return Outcome(Verdict.UNKNOWN)
    if any(name.startswith("messages") for name in answer.properties):
        return Outcome(Verdict.PAUSE, pause_reason="message_refused")
    return Outcome(Verdict.SPLIT)


def _split_unless_ambiguous(ambiguous_before: bool) -> Outcome:
    return Outcome(Verdict.UNKNOWN if ambiguous_before else Verdict.SPLIT)


def read_alone(answer: Answer, code: int) -> tuple[int, Outcome]:
    """The same table for one person's own message: what is to be written for them, who stood at ``code`` before.

    A refusal is about this person, also one that points at the message, since the message is their own.
    """
    outcome = read(answer, size=1, ambiguous_before=code == outcomes.MAYBE)
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return outcomes.ACCEPTED, outcome
        case _ if not outcomes.is_open(code):
            return code, Outcome(Verdict.RETRY)
        case Verdict.SPLIT:
            return outcomes.REJECTED, outcome
        case Verdict.PAUSE if outcome.pause_reason == "message_refused":
            return outcomes.REJECTED, Outcome(Verdict.SPLIT)
        case Verdict.UNKNOWN:
            return outcomes.UNKNOWN, outcome
        case Verdict.AMBIGUOUS:
            return outcomes.MAYBE, outcome
        case _:
            return outcomes.MAYBE if code == outcomes.MAYBE else outcomes.AGAIN, outcome


def backoff(attempt: int, *, chance: float, retry_after: float | None = None) -> timedelta:
    """Full jitter: up to 1 s doubled per attempt, at most 60 s. ``chance`` is in [0, 1)."""
    if retry_after is not None:
        return timedelta(seconds=min(max(retry_after, 0.0), 600.0))
    return timedelta(seconds=max(0.2, min(60.0, 2.0 ** min(attempt - 1, 6)) * chance))


def give_up_at(*, first_attempt_at: datetime | None, expires_at: datetime) -> datetime:
    """When retrying ends: the notice's expiry, or 20 hours after the key's first use."""
    if first_attempt_at is None:
        return expires_at
    return min(expires_at, first_attempt_at + KEY_LIFE)


def state_when_given_up(*, ambiguous: bool) -> str:
    """An attempt without a definite answer leaves ``unknown``; otherwise nobody got it: ``expired``."""
    return "unknown" if ambiguous else "expired"


def settled(by_state: Mapping[str, int]) -> int:
    return sum(by_state.get(state, 0) for state in FINAL)


def too_many_refused(
    by_state: Mapping[str, int], *, settled_before: int = 0, refused_before: int = 0
) -> bool:
    """More than 5 % of at least 100 people with an outcome were refused by LINE (experience 2.8), apart from those
    whom staff had seen when they resumed."""
    people = settled(by_state) - settled_before
    return people >= 100 and (by_state.get("rejected", 0) - refused_before) * 20 > people


def state_of_new(notice_state: str, *, restored: bool = False) -> str:
    """The state a batch is planned in: nothing of a notice that is over may ever start. ``restored``: nobody looked at
    it since the database was put back, which may not know that it was sent."""
    if notice_state not in ("cancelled", "expired"):
        return "planned"
    return "unknown" if restored else notice_state


def state_at_end(notice_state: str, *, ambiguous: bool) -> str:
    """The state of an open batch when its notice is cancelled or expired."""
    return "unknown" if ambiguous else state_of_new(notice_state)


def cut(ids: Sequence[int], size: int = BATCH_SIZE, *, first: int = 0) -> Iterator[Sequence[int]]:
    """An audience in ascending order, in pieces of at most ``size``, after one of ``first`` people."""
    if first:
        yield ids[:first]
    for start in range(first, len(ids), size):
        yield ids[start : start + size]


def batch_size(people_per_minute: int | None) -> int:
    """People per request: LINE's most, or a twelfth of a slow notice's minute, so that it flows evenly."""
    return BATCH_SIZE if people_per_minute is None else max(1, min(BATCH_SIZE, people_per_minute // 12))


def batches_left(people_per_minute: int, started: int, largest: int) -> int:
    """How many batches of at most ``largest`` people may still start when so many were sent to in the last minute; they
    may be larger than the pace would cut them, which was changed afterwards. One alone always may start."""
    if not started and largest > people_per_minute:
        return 1
    return max(0, people_per_minute - started) // max(1, largest)


def parts_of_refused(ids: Sequence[int], refused: int) -> Sequence[Sequence[int]]:
    """A refused batch in halves, each with a key of its own; a small part one by one when many are refused."""
    if refused >= SINGLE_FROM and len(ids) <= SINGLE_PART:
        return [[id_] for id_ in ids]
    return ids[: len(ids) // 2], ids[len(ids) // 2 :]


@dataclass(frozen=True, slots=True)
class Tally:
    """People by outcome; ``closed`` when every frozen recipient is explained exactly once (I-1)."""

    frozen: int
    by_state: dict[str, int]
    excluded: int

    @property
    def open(self) -> int:
        return sum(self.by_state.get(state, 0) for state in OPEN)

    @property
    def explained(self) -> int:
        return self.excluded + sum(self.by_state.get(state, 0) for state in FINAL)

    @property
    def adds_up(self) -> bool:
        """Everybody is somewhere, at whatever moment."""
        return self.open + self.explained == self.frozen

    @property
    def closed(self) -> bool:
        return self.open == 0 and self.adds_up
