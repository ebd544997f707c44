"""The judge: the pretend LINE's own record of who was reached, against the ledger and the frozen audiences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, or_, select, text
from sqlalchemy.orm import Session

from app.delivery import queries
from app.delivery.models import Batch, Exclusion
from app.notices.models import Notice
from tests.chaos import intents

Record = list[dict[str, Any]]


_NAMED = text(
    "SELECT id, line_user_id FROM residents JOIN unnest(CAST(:users AS text[])) meant ON line_user_id = meant"
)
"""One value and not one per person, of which a driver takes 65,535."""


@dataclass(frozen=True)
class Meant:
    """What a page of the record is held against."""

    notices: Mapping[int, set[str]]
    """Frozen audience by notice, as LINE user ids."""
    words: Mapping[str, str] = field(default_factory=dict)
    """Of whoever has words of their own, the digest of their messages."""
    known: intents.Commits = field(default_factory=dict)
    """Keys of a ledger that a restore has taken away, with their claims."""
    calls: Sequence[Mapping[str, Any]] = ()
    """Every call LINE saw, refused ones too."""


@dataclass
class Verdict:
    """Up to ``unfinished`` everything but ``people`` must be 0; the rest depends on the act."""

    people: int = 0
    lost: int = 0
    twice: int = 0
    ghosts: int = 0
    open_sums: int = 0
    two_bodies: int = 0
    """Keys that went with two different bodies."""
    no_intent: int = 0
    """Keys LINE saw and the ledger does not know, or had not committed when a request with it came."""
    other_words: int = 0
    """People who were sent something else than what was approved for them alone."""
    hidden: int = 0
    """People who were reached though the ledger says cancelled, expired or rejected."""
    unfinished: int = 0
    accepted: int = 0
    unknown: int = 0
    refused: int = 0
    quarantined: int = 0
    recoveries: list[float] = field(default_factory=list)
    """Seconds from the first attempt to the outcome, of every batch that needed more than one."""

    @property
    def wrong(self) -> int:
        return (
            self.lost + self.twice + self.ghosts + self.open_sums
            + self.two_bodies + self.no_intent + self.other_words + self.hidden + self.unfinished
        )  # fmt: skip

    @property
    def is_clean(self) -> bool:
        return self.wrong == 0


def judge(session: Session, record: Record, page: Meant, unfinished: int) -> Verdict:
    """Hold what LINE accepted against what the ledger says of these notices."""
    notices = page.notices
    meant: set[str] = set().union(*notices.values()) if notices else set()
    reached = Counter(each["user"] for each in record)
    found = Verdict(
        unfinished=unfinished,
        twice=sum(1 for copies in reached.values() if copies > 1),
        ghosts=len(reached.keys() - meant),
        two_bodies=_two_bodies(record),
        no_intent=_without_intent(session, record, page),
        other_words=sum(
            1 for each in record if each["digest"] != page.words.get(each["user"], each["digest"])
        ),
    )
    user_of: dict[int, str] = dict(session.execute(_NAMED, {"users": list(meant)}).all())
    for notice_id, users in notices.items():
        _one_notice(session, notice_id, users, found)
        accepted = {user_of[i] for i in queries.people(session, notice_id, "accepted")}
        found.lost += sum(1 for user in accepted if not reached[user])
        found.accepted += len(accepted)
        told = queries.people(session, notice_id, "cancelled", "expired", "rejected")
        found.hidden += sum(1 for id_ in told if reached[user_of[id_]])
        left_out = select(Exclusion.resident_id).where(Exclusion.notice_id == notice_id)
        found.ghosts += sum(1 for i in session.scalars(left_out) if reached[user_of[i]])
    found.recoveries = _recoveries(session, notices)
    return found


def _one_notice(session: Session, notice_id: int, users: set[str], found: Verdict) -> None:
    notice = session.get_one(Notice, notice_id)
    tally = queries.tally(session, notice)
    frozen = len(users) if notice.released_at is not None else 0
    found.people += len(users)
    found.open_sums += not tally.closed or tally.frozen != frozen
    found.unknown += tally.by_state.get("unknown", 0)
    found.refused += tally.by_state.get("rejected", 0)
    found.quarantined += tally.by_state.get("quarantined", 0)


def _two_bodies(record: Record) -> int:
    bodies: dict[str, set[str]] = {}
    for each in record:
        bodies.setdefault(each["retry_key"], set()).add(each["digest"])
    return sum(1 for each in bodies.values() if len(each) > 1)


def _without_intent(session: Session, record: Record, page: Meant) -> int:
    known = intents.joined(intents.commits(session), page.known)
    return len(intents.without(page.calls, {str(each["retry_key"]) for each in record}, known))


def _recoveries(session: Session, notices: Iterable[int]) -> list[float]:
    took = func.extract("epoch", Batch.settled_at - Batch.first_attempt_at)
    again = or_(Batch.attempts > 1, Batch.lost_leases > 0)
    found = select(took).where(Batch.notice_id.in_(list(notices)), Batch.state == "accepted", again)
    return [float(seconds) for seconds in session.scalars(found)]
