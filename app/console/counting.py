"""How many people a rule means, for whoever composes: at once also in a large town, and saying of when it is."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.census import queries
from app.census.rules import Count
from app.console.shell import now, parts
from app.notices.models import Notice
from app.queue import CENSUS
from app.segments.rules import from_json
from app.segments.words import Rule


def count(db: Session, rule: Rule, *, lane: str) -> Count:
    """For pages that show a number; what is frozen is counted by ``freezing``."""
    prepare(db)
    return queries.count(db, rule, lane=lane, at=now())


def of_notice(db: Session, notice: Notice) -> Count:
    return count(db, from_json(notice.rule), lane=notice.lane)


def prepare(db: Session) -> None:
    """Somebody asks now or soon: let a worker count everybody anew when the last census is not fresh."""
    if queries.is_due(db, now()):
        parts().queue.wake("chores", CENSUS)
