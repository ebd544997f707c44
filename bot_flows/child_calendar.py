"""The windows of a resident's children as days of a calendar: the month one opens and the last month it may be used."""

from __future__ import annotations

from collections.abc import Iterator

from bot_flows import child_marks
from bot_flows.outcomes import Talk
from bot_flows.types import Child
from bot_flows.windows import Due, timeline
from content.collection_ics import Entry

_BULLETS = "・·•-– "


def entries(talk: Talk) -> list[Entry]:
    """Nothing of a child whose reminders were stopped, nor of one that is only expected."""
    children = [each for each in talk.facts.resident.children if not each.stopped and not each.expected]
    return [entry for child in children for entry in _of_child(talk, child)]


def _of_child(talk: Talk, child: Child) -> Iterator[Entry]:
    line = timeline(child_marks.open_windows(talk, child), child.birth_month, talk.facts.now.date())
    for due in (*line.now, *line.following):
        yield from _of_window(talk, child, due)


def _of_window(talk: Talk, child: Child, due: Due) -> Iterator[Entry]:
    """Days to come within a year; a window of a single month has one day."""
    today, name = talk.facts.now.date(), due.window.name
    last = today.replace(year=today.year + 1, day=1)
    who = f"{child.number}-{child.birth_month:%Y%m}-{due.window.code}"
    note = talk.say("children.born", number=str(child.number), month=talk.month(child.birth_month))
    days = [("from", due.begins, talk.say("childcare.from", name=name, month=talk.month(due.begins)))]
    if due.ends > due.begins:
        days.append(("until", due.ends, talk.say("childcare.until", name=name, month=talk.month(due.ends))))
    for part, day, said in days:
        if today <= day <= last:
            yield Entry(day, said.lstrip(_BULLETS), f"child-{who}-{part}", note)
