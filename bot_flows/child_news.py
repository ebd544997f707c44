"""What families hear without asking: what opens, what ends in 30 and in 7 days, a new stage; one message a day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot_flows import child_marks, guide
from bot_flows.child_words import MARKS
from bot_flows.days import add_months
from bot_flows.outcomes import Choice, Talk
from bot_flows.town_facts import Window
from bot_flows.types import Child, Message
from content import messages as line

Kind = Literal["opens", "month", "week", "stage"]
MOST_ON_A_CARD = 2
"""Children whose buttons fit on one card of four."""


@dataclass(frozen=True, slots=True)
class Told:
    """One reminder about one child. ``window`` is a ``Window.id``; of a stage it names the age."""

    number: int
    window: str
    kind: Kind
    month: date


def news(talk: Talk, told: Sequence[Told]) -> tuple[Message, ...]:
    """All of a family's reminders of a day, by child, and the ways to mark, to see and to stop them."""
    about = [(child, [each for each in told if each.number == child.number]) for child in _children(talk)]
    groups = [(child, mine) for child, mine in about if mine]
    lines = [line_ for child, mine in groups for line_ in _lines(talk, child, mine)]
    text = "\n".join([*lines, talk.say("childcare.advice"), talk.say("childcare.news_why")])
    choices = [choice for child, mine in groups for choice in _did(talk, child, mine, alone=len(groups) == 1)]
    choices += [_still(talk, child, alone=len(groups) == 1) for child, _ in groups]
    buttons = [guide.opener(choice) for choice in choices]
    if len(groups) > MOST_ON_A_CARD:
        return (line.text(text, quick=buttons),)
    first, mine = groups[0]
    alt = talk.say(
        "childcare.alt", who=child_marks.who(talk, first), first=_line(talk, mine[0]).lstrip(MARKS)
    )
    title = talk.say("childcare.news_title")
    return line.text(text), line.card(guide.cut(alt, guide.LONGEST_ALT), title, [], buttons)


def _children(talk: Talk) -> Sequence[Child]:
    return talk.facts.resident.children


def _lines(talk: Talk, child: Child, told: Sequence[Told]) -> list[str]:
    return [child_marks.who(talk, child), *(_line(talk, each) for each in told)]


def _line(talk: Talk, told: Told) -> str:
    if told.kind == "stage":
        return talk.say("childcare.stage")
    window = _window(talk, told)
    name = window.name if window else told.window.partition(":")[2]
    if told.kind == "opens":
        return talk.say("childcare.begins", name=name, month=talk.month(told.month))
    last_day = add_months(told.month, 1) - timedelta(days=1)
    return talk.say("childcare.ends", name=name, day=talk.written(last_day))


def _window(talk: Talk, told: Told) -> Window | None:
    return next((each for each in talk.facts.town.windows if each.id == told.window), None)


def _did(talk: Talk, child: Child, told: Sequence[Told], *, alone: bool) -> list[Choice]:
    """「受けた」, which names the thing when there is but one, 「予約先を見る」 and 「あとで」; nothing before a birth."""
    windows = {window.code: window for each in told if (window := _window(talk, each))}
    if not windows or child.expected:
        return []
    label = talk.say("childcare.done") if alone else talk.say("childcare.done_n", number=str(child.number))
    act = child_marks.at(label, "done", child)
    if len(windows) == 1:
        act = child_marks.at(label, "did", child, w=next(iter(windows)))
    pages = {each.book for each in windows.values() if each.book}
    book = [Choice("book", talk.say("childcare.book"), "page", opens=pages.pop())] if len(pages) == 1 else []
    later = child_marks.at(talk.say("childcare.later"), "later", child)
    return [act, *book, later] if alone else [act]


def _still(talk: Talk, child: Child, *, alone: bool) -> Choice:
    if alone:
        return child_marks.at(talk.say("childcare.still"), "still", child)
    label = talk.say("childcare.still_n", number=str(child.number))
    return child_marks.at(label, "still", child)
