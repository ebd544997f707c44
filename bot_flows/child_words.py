"""What a child's timeline says, line by line: open now, coming next, ended, events for the age."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from bot_flows import guide
from bot_flows.days import add_months
from bot_flows.event_search import for_age
from bot_flows.outcomes import Talk
from bot_flows.town_facts import Window
from bot_flows.windows import Due, Timeline, months_between

MOST_NOW, MOST_NEXT, MOST_PAST, MOST_EVENTS = 3, 2, 3, 2
MOST_DONE = 5
LONGEST_NOTE = 100
APRIL = 4
MARKS = "・·- "
"""What a line of a list begins with."""


def shown_now(line: Timeline) -> Sequence[Due]:
    """Three, or four rather than "one more"."""
    return line.now if len(line.now) <= MOST_NOW + 1 else line.now[:MOST_NOW]


def now_lines(talk: Talk, line: Timeline, *, whole: bool) -> list[str]:
    """Names and windows; the notes stand on the card, because a screen of large letters holds ten lines."""
    lines = [due_line(talk, due) for due in (line.now if whole else shown_now(line))]
    left = len(line.now) - len(lines)
    return [*lines, talk.say("childcare.more_now", count=str(left))] if left > 0 else lines


def with_note(talk: Talk, due: Due) -> tuple[str, str]:
    """The window and what the month of birth cannot say: weeks, doses, who it is for."""
    return due_line(talk, due), talk.say("childcare.note", note=guide.cut(due.window.note, LONGEST_NOTE))


def due_line(talk: Talk, due: Due) -> str:
    name = due.window.name
    if due.is_last_call:
        return talk.say("childcare.last_call", name=name, month=talk.month(add_months(due.ends, 1)))
    if due.begins_this_month and due.begins == due.ends:
        return talk.say("childcare.begins", name=name, month=talk.month(due.begins))
    return talk.say("childcare.until", name=name, month=talk.month(due.ends))


def next_lines(talk: Talk, line: Timeline) -> list[str]:
    following = line.following[:MOST_NEXT]
    lines = [
        talk.say("childcare.from", name=due.window.name, month=talk.month(due.begins)) for due in following
    ]
    return [talk.say("childcare.next_title"), *lines] if lines else []


def past_lines(talk: Talk, line: Timeline) -> list[str]:
    lines = [
        talk.say("childcare.past", name=due.window.name, month=talk.month(due.ends))
        for due in line.past[:MOST_PAST]
    ]
    return [talk.say("childcare.past_title"), *lines] if lines else []


def done_lines(talk: Talk, had: Sequence[Window]) -> list[str]:
    """What the resident marked, shown as the resident's own word; the newest few."""
    names = talk.listed(each.name for each in had[:MOST_DONE])
    return [talk.say("childcare.done_line", names=names)] if names else []


def april_line(talk: Talk, line: Timeline, birth: date) -> list[str]:
    """Born on 1 April means a school year earlier, and only the month is known."""
    by_year = any(due.window.grades for due in (*line.now, *line.following[:MOST_NEXT], *line.past))
    return [talk.say("childcare.april")] if by_year and birth.month == APRIL else []


def event_lines(talk: Talk, birth: date) -> list[str]:
    today = talk.facts.now.date()
    found = for_age(talk.facts.town.events, months_between(birth, today), today)[:MOST_EVENTS]
    lines = [
        talk.say("childcare.event", when=talk.written(max(each.first, today)), name=each.name)
        for each in found
    ]
    return [talk.say("childcare.events_title"), *lines] if lines else []


def closing(talk: Talk, about: str) -> Iterable[str]:
    who = guide.section(talk, section_of(about))
    yield talk.say("childcare.by_month")
    yield talk.say("childcare.advice")
    yield talk.say("childcare.consult", section=who.name, phone=who.phone, hours=who.hours)


def age_said(talk: Talk, birth: date) -> str:
    """「6か月ごろ」, 「2歳」 …: the month of birth alone does not say it exactly."""
    months = months_between(birth, talk.facts.now.date())
    years, rest = divmod(months, 12)
    if months <= 0:
        return talk.say("childcare.age_born_soon")
    if years < 1:
        return talk.say("childcare.age_months", months=str(months))
    if not rest or years >= 6:
        return talk.say("childcare.age_years", years=str(years))
    return talk.say("childcare.age_years_months", years=str(years), months=str(rest))


def section_of(about: str) -> str:
    """The section that answers, by what was opened: children or vaccination."""
    return "health" if about == "vaccination" else "childcare"
