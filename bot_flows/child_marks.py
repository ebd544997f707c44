"""「受けた」, 「まちがえた」, 「このお子さんのお知らせを止める」: what a resident says of one child. Marks are the resident's own word.

A button names its child by number and month of birth, so that an old one never means the child that has the number now.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from bot_flows import guide
from bot_flows.child_facts import MarkDone, StopChild, UndoDone
from bot_flows.child_words import age_said
from bot_flows.guide import door
from bot_flows.outcomes import Answer, Choice, Outcome, Question, Reply, Start, Step, Talk, Unclear
from bot_flows.town_facts import Window
from bot_flows.types import Child
from bot_flows.windows import timeline

PART = "child"
"""Its name among what 「もとに戻す」 can undo."""
MOST_OFFERED = 10
MOST_BOOKINGS = 4


def at(label: str, act: str, child: Child, **rest: str) -> Choice:
    """A button about one child, good for as long as that child has this number."""
    return door(label, "childcare", act, id=str(child.number), m=f"{child.birth_month:%Y-%m}", **rest)


def meant(talk: Talk, rest: Mapping[str, object]) -> Child | None:
    """The child of a button; None when it is gone, or another one has its number."""
    wanted = (str(rest.get("id", "")), str(rest.get("m", "")))
    children = talk.facts.resident.children
    return next((c for c in children if (str(c.number), f"{c.birth_month:%Y-%m}") == wanted), None)


def gone(talk: Talk) -> Reply:
    return Reply(
        talk.say("childcare.gone"), (door(talk.say("childcare.to_register"), "settings", "children"),)
    )


def open_windows(talk: Talk, child: Child) -> tuple[Window, ...]:
    """Everything of the pack this child has not had."""
    return tuple(each for each in talk.facts.town.windows if each.id not in child.done)


def had(talk: Talk, child: Child) -> list[Window]:
    """What was marked, newest window first."""
    marked = [each for each in talk.facts.town.windows if each.id in child.done]
    return sorted(marked, key=lambda each: -each.first_month)


def named(talk: Talk, codes: str) -> list[Window]:
    """The windows of a button; made-up codes name nothing."""
    wanted = codes.split(",")
    return [each for each in talk.facts.town.windows if each.code in wanted]


def who(talk: Talk, child: Child) -> str:
    return talk.say("childcare.child", number=str(child.number), age=age_said(talk, child.birth_month))


# ---- 「受けた」 and 「まちがえた」 -----------------------------------------------------------------------------


def asked(talk: Talk, rest: Mapping[str, str]) -> Outcome:
    """「受けた」 without a name: which one?"""
    child = meant(talk, rest)
    if child is None:
        return gone(talk)
    if not offered(talk, child):
        return Reply(talk.say("childcare.done_none"), (to_child(talk, child),))
    return Start("childcare", "done", {"id": str(child.number), "m": f"{child.birth_month:%Y-%m}"})


def offered(talk: Talk, child: Child) -> list[Window]:
    """What can be had now, what ended lately, then what was marked: chosen again, its mark goes."""
    line = timeline(open_windows(talk, child), child.birth_month, talk.facts.now.date())
    return [*(due.window for due in (*line.now, *line.past)), *had(talk, child)][:MOST_OFFERED]


def _ask_done(talk: Talk) -> Question:
    child = meant(talk, talk.form)
    if child is None:
        return Question(talk.say("childcare.gone"))
    choices = (
        Choice(each.code, guide.cut_quoted(talk, each.name), marked=each.id in child.done)
        for each in offered(talk, child)
    )
    return Question(talk.say("childcare.done_ask", who=who(talk, child)), tuple(choices))


def _take_done(talk: Talk, given: Answer) -> Outcome:
    child = meant(talk, talk.form)
    if child is None:
        return gone(talk)
    choosable = offered(talk, child)
    chosen = [each for each in choosable if each.code == given.choice]
    if given.numbers and all(1 <= number <= len(choosable) for number in given.numbers):
        chosen = [choosable[number - 1] for number in given.numbers]
    fresh = [each for each in chosen if each.id not in child.done]
    if fresh:
        return _marked(talk, child, fresh)
    return _unmarked(talk, child, chosen) if chosen else Unclear(talk.say("childcare.done_unclear"))


STEP = Step("done", _ask_done, _take_done)


def mark(talk: Talk, rest: Mapping[str, str]) -> Reply:
    """「受けた」 below a reminder that names one thing."""
    child, windows = meant(talk, rest), named(talk, rest.get("w", ""))
    return _marked(talk, child, windows) if child and windows else gone(talk)


def unmark(talk: Talk, rest: Mapping[str, str]) -> Reply:
    """「まちがえた」"""
    child, windows = meant(talk, rest), named(talk, rest.get("w", ""))
    return _unmarked(talk, child, windows) if child and windows else gone(talk)


def _marked(talk: Talk, child: Child, windows: Sequence[Window]) -> Reply:
    said = talk.say("childcare.done_said", who=who(talk, child), names=_names(talk, windows))
    codes = ",".join(each.code for each in windows)
    wrong = at(talk.say("childcare.wrong"), "wrong", child, w=codes)
    more = at(talk.say("childcare.done_more"), "done", child)
    effects = tuple(MarkDone(child.number, each.id) for each in windows)
    return Reply(
        said,
        (wrong, more, to_child(talk, child)),
        effects=effects,
        kept=_undo_by(talk, "wrong", child, w=codes),
    )


def _unmarked(talk: Talk, child: Child, windows: Sequence[Window]) -> Reply:
    said = talk.say("childcare.wrong_said", who=who(talk, child), names=_names(talk, windows))
    effects = tuple(UndoDone(child.number, each.id) for each in windows)
    undo = _undo_by(talk, "did", child, w=",".join(each.code for each in windows))
    return Reply(said, (to_child(talk, child),), effects=effects, kept=undo)


def _undo_by(talk: Talk, act: str, child: Child, **rest: str) -> dict[str, Any]:
    """What 「もとに戻す」 does: the button that takes it back."""
    value = {"act": act, "id": str(child.number), "m": f"{child.birth_month:%Y-%m}", **rest}
    return {"undo": {"part": PART, "value": value, "at": talk.facts.now.isoformat()}}


def _names(talk: Talk, windows: Iterable[Window]) -> str:
    return talk.listed(each.name for each in windows)


def to_child(talk: Talk, child: Child, about: str = "vaccination") -> Choice:
    """「1人目を見る」."""
    label = talk.say("childcare.to_child", number=str(child.number))
    return door(label, "childcare", "child", id=str(child.number), about=about)


def later(talk: Talk, rest: Mapping[str, str]) -> Reply:
    """「あとで」: nothing changes, and the next reminder comes as it would have."""
    child = meant(talk, rest)
    return Reply(talk.say("childcare.later_said"), (to_child(talk, child),)) if child else gone(talk)


# ---- where to book, and no more reminders -------------------------------------------------------------------------


def booking(talk: Talk, child: Child) -> tuple[Choice, ...]:
    """「予約先を見る」: the page itself when there is but one, else a choice; none when the pack has no address."""
    pages = _pages(talk, child)
    if not pages:
        return ()
    if len(pages) == 1:
        return (Choice("book", talk.say("childcare.book"), "page", opens=next(iter(pages))),)
    return (at(talk.say("childcare.book"), "book", child),)


def _pages(talk: Talk, child: Child) -> dict[str, str]:
    """Address to the first thing that is booked there, of what can be had now."""
    line = timeline(open_windows(talk, child), child.birth_month, talk.facts.now.date())
    pages: dict[str, str] = {}
    for due in line.now:
        if due.window.book:
            pages.setdefault(due.window.book, due.window.name)
    return pages


def bookings(talk: Talk, rest: Mapping[str, str]) -> Reply:
    """Every address, by what is booked there."""
    child = meant(talk, rest)
    if child is None:
        return gone(talk)
    pages = list(_pages(talk, child).items())[:MOST_BOOKINGS]
    choices = tuple(
        Choice(f"book{n}", guide.cut_quoted(talk, name), "page", opens=page)
        for n, (page, name) in enumerate(pages)
    )
    said = talk.say("childcare.book_said" if choices else "childcare.book_none", who=who(talk, child))
    return Reply(said, (*choices, to_child(talk, child)))


def still(child: Child, talk: Talk) -> Choice:
    """「このお子さんのお知らせを止める」, or the way back."""
    if child.stopped:
        return at(talk.say("childcare.resume"), "resume", child)
    return at(talk.say("childcare.still"), "still", child)


def stop(talk: Talk, rest: Mapping[str, str]) -> Reply:
    """At once; no reason is asked and nothing follows."""
    child = meant(talk, rest)
    if child is None:
        return gone(talk)
    again = at(talk.say("childcare.resume"), "resume", child)
    effects, undo = (StopChild(child.number, on=True),), _undo_by(talk, "resume", child)
    return Reply(talk.say("childcare.stopped"), (again,), effects=effects, kept=undo)


def resume(talk: Talk, rest: Mapping[str, str]) -> Reply:
    child = meant(talk, rest)
    if child is None:
        return gone(talk)
    said = talk.say("childcare.resumed", number=str(child.number))
    effects, undo = (StopChild(child.number, on=False),), _undo_by(talk, "still", child)
    return Reply(said, (to_child(talk, child),), effects=effects, kept=undo)
