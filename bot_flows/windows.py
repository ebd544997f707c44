"""Which windows of age are open for a child of whom only the month of birth is known. Pure arithmetic.

Born in month M, a child has in month M+d completed d-1 months before the day of birth and d after it. So a window
from..to months may be used from month M+from (from the day of birth on) until month M+to+1 (before that day):
「X歳に至るまで」 ends the day before. Whatever is said about an end is the safe side: the last whole month. Windows by
school year (MR 2, HPV) run from 1 April to 31 March and do not depend on the day of birth.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot_flows.days import add_months
from bot_flows.town_facts import Window

PAST_SHOWN = 24
"""Months after its end for which a missed window is still named."""


@dataclass(frozen=True, slots=True)
class Due:
    """One window for one child. Months are first days: ``begins`` the first, ``ends`` the last whole one."""

    window: Window
    begins: date
    ends: date
    begins_this_month: bool = False
    is_last_call: bool = False
    """The window closes this month, on the day of birth."""


@dataclass(frozen=True, slots=True)
class Timeline:
    months: int
    """Months since the month of birth; negative before it."""
    now: tuple[Due, ...]
    following: tuple[Due, ...]
    past: tuple[Due, ...]


def months_between(earlier: date, later: date) -> int:
    """Whole calendar months from one month to another, whatever the days."""
    return (later.year - earlier.year) * 12 + later.month - earlier.month


def timeline(windows: Sequence[Window], birth_month: date, today: date) -> Timeline:
    """Open windows by how soon they end, coming ones by how soon they begin, and those that ended lately."""
    months, this_month = months_between(birth_month, today), today.replace(day=1)
    dues = [_due(window, birth_month, months) for window in windows]
    begun = [due for due in dues if due.begins <= this_month]
    now = [due for due in begun if this_month <= due.ends or due.is_last_call]
    following = [due for due in dues if due.begins > this_month]
    past = [
        due
        for due in begun
        if not due.is_last_call and 0 < months_between(due.ends, this_month) <= PAST_SHOWN + 1
    ]
    return Timeline(
        months,
        tuple(sorted(now, key=lambda due: (due.ends, due.begins, due.window.name))),
        tuple(sorted(following, key=lambda due: (due.begins, due.ends, due.window.name))),
        tuple(sorted(past, key=lambda due: (-due.ends.toordinal(), due.window.name))),
    )


def school_entry(birth_month: date) -> int:
    """The year whose April begins primary school: born from 2 April to 1 April of the next year, seven years on.

    Of April only the month is known, so the 2nd or later is taken; born on the 1st is a year earlier.
    """
    return birth_month.year + (7 if birth_month.month >= 4 else 6)


def _due(window: Window, birth_month: date, months: int) -> Due:
    first = birth_month.replace(day=1)
    if window.grades is not None:
        entry = school_entry(birth_month)
        begins = date(entry + window.grades[0] - 1, 4, 1)
        return Due(window, begins, date(entry + window.grades[1], 3, 1))
    return Due(
        window,
        begins=add_months(first, window.first_month),
        ends=add_months(first, window.last_month),
        begins_this_month=months == window.first_month,
        is_last_call=window.has_last_call and months == window.last_month + 1,
    )
