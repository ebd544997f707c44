"""What becomes of a single push after an answer: the same table as for batches, for one person. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.delivery.rules import KEY_LIFE, Verdict, backoff, read
from app.line.answers import Answer

STATES = ("waiting", "sending", "accepted", "rejected", "unknown")
OPEN = ("waiting", "sending")
STATE_WORDS = {
    "waiting": "送信待ち",
    "sending": "送信中",
    "accepted": "受理",
    "rejected": "届いていません",
    "unknown": "不明",
}
PAUSE = timedelta(minutes=5)
"""How long to wait when LINE turns everybody away (token, month's quota)."""


@dataclass(frozen=True, slots=True)
class Before:
    """What is known of a push when an answer comes."""

    attempts: int
    ambiguous: bool
    first_attempt_at: datetime


@dataclass(frozen=True, slots=True)
class After:
    """``next_attempt_at`` only while it is ``waiting``."""

    state: str
    ambiguous: bool
    next_attempt_at: datetime | None = None
    request_id: str = ""
    is_slow: bool = False


def after(answer: Answer, before: Before, *, now: datetime, chance: float) -> After:
    """The state that follows; ``chance`` in [0, 1) spreads retries. What is unknown after 20 h stays unknown."""
    outcome = read(answer, size=1, ambiguous_before=before.ambiguous)
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return After("accepted", before.ambiguous, request_id=outcome.request_id)
        case Verdict.UNKNOWN:
            return After("unknown", True)
        case Verdict.SPLIT:
            return After("rejected", False)
        case Verdict.PAUSE if outcome.pause_reason == "message_refused":
            return After("rejected", False)
    ambiguous = before.ambiguous or outcome.verdict == Verdict.AMBIGUOUS
    wait = PAUSE if outcome.verdict == Verdict.PAUSE else _wait(answer, before.attempts, chance)
    if now + wait >= before.first_attempt_at + KEY_LIFE:
        return After("unknown" if ambiguous else "rejected", ambiguous)
    return After("waiting", ambiguous, next_attempt_at=now + wait, is_slow=bool(outcome.slow))


def _wait(answer: Answer, attempts: int, chance: float) -> timedelta:
    return backoff(attempts, chance=chance, retry_after=answer.retry_after)
