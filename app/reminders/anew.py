"""Reminders that are made and whose hour is still to come, when a day they tell of changes: they are made anew.

Nobody has got one, so nobody has to be corrected, and everybody reads at their hour what is true then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from app.garbage import queries as garbage_queries
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.reminders import grouping, queries, rules
from app.staff.models import Staff
from app.town.rules import LoadedTown

NOT_BEGUN = ("scheduled", "recipients_frozen")
CALLED_BACK = "収集の変更に合わせて、作り直しました。"


@dataclass(frozen=True, slots=True)
class Changed:
    """The districts of which something else is true now, and who said so."""

    districts: Collection[str]
    by: Staff
    now: datetime


def make_anew(session: Session, town: LoadedTown, days: Sequence[date | None], what: Changed) -> None:
    """Every reminder of these days that tells these districts, or should, and has not begun."""
    session.flush()
    changed = replace(town, overrides=garbage_queries.in_force(session))
    for day in filter(None, days):
        for told in queries.hours(session, day):
            if told.at > what.now:
                _make_anew(session, changed, told, what)


def _make_anew(session: Session, town: LoadedTown, told: rules.Due, what: Changed) -> None:
    """Each language's own: one that tells of none of these districts stays as it is."""
    made = queries.told_at(session, told)
    for _, notice in made:
        notice_queries.locked(session, notice.id)
    if any(notice.state not in (*NOT_BEGUN, "cancelled") for _, notice in made):
        return
    within: dict[str, set[str]] = defaultdict(lambda: set(what.districts))
    waiting = [(row, notice) for row, notice in made if notice.state != "cancelled"]
    for row, notice in made:
        if (row, notice) not in waiting:
            # Stopped by hand: nobody makes it again.
            within[row.language].difference_update(row.districts)
    for row, notice in waiting:
        if not within[row.language].isdisjoint(row.districts):
            within[row.language].update(row.districts)
            notice_actions.cancel(session, notice, reason=CALLED_BACK, by=what.by, now=what.now)
            session.delete(row)
    session.flush()
    found = grouping.groups(
        session, town, told, what.now, lambda language, district: district in within[language]
    )
    for group in list(found):
        grouping.make(session, town, told, group, what.now)
