"""Flow C, set-up: topics, area, reminder, children, summary; nothing is saved before 「これで登録」."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bot_flows import area, children, garbage, reminder, topics
from bot_flows.collection import day_line, plan
from bot_flows.guide import door
from bot_flows.outcomes import (
    Answer,
    Card,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.types import Effect, FinishSetup, SetArea, SetChildren, SetReminder, SetTopics


def form_of(talk: Talk) -> dict[str, Any]:
    """What the town already knows of the resident, as the form's first values."""
    resident = talk.facts.resident
    form: dict[str, Any] = {}
    if resident.topics:
        form["topics"] = sorted(resident.topics)
    if resident.district or resident.outside:
        form["area"] = area.saved(talk)
    if not resident.is_new:
        form["reminder"] = resident.reminder
    if resident.children:
        form["children"] = children.to_form(resident.children)
    return form


def door_here(talk: Talk) -> Outcome:
    """「設定する」: begin, or go on with what is open or put aside."""
    return Start("setup", form=form_of(talk), resumes=True)


def _after(talk: Talk, part: Part) -> Outcome:
    """topics → area → reminder (garbage) → children (childcare) → summary; a repair goes back to the summary."""
    form = {name: value for name, value in part.form.items() if name != "mends"}
    mended = part.form.get("mends")
    order = ("topics", "area", "reminder", "children")
    here = order.index(part.name)
    for name in order[here + 1 :]:
        if not _needed(form, name) or (mended and name in form):
            continue
        step = children.first_step(Talk(talk.facts, form)) if name == "children" else name
        return Go(step, {**form, "mends": True} if mended else form, part.lead)
    # The summary says the time itself.
    return Go("summary", form, "" if part.name == "reminder" else part.lead)


def _needed(form: dict[str, Any], name: str) -> bool:
    chosen = form.get("topics", ())
    if name == "reminder":
        return topics.GARBAGE in chosen and not form.get("area", {}).get("outside")
    return name != "children" or topics.CHILDCARE in chosen


# ---- summary -------------------------------------------------------------------------------------------


def rows(talk: Talk) -> tuple[tuple[str, str], ...]:
    """What will be registered, label and value."""
    found = [
        (talk.say("setup.row_topics"), topics.names(talk, talk.form.get("topics", ()))),
        (talk.say("setup.row_area"), area.shown(talk)),
    ]
    if _needed(dict(talk.form), "reminder"):
        found.append((talk.say("setup.row_reminder"), reminder.shown(talk)))
    if _needed(dict(talk.form), "children"):
        found.append((talk.say("setup.row_children"), children.shown(talk)))
    return tuple(found)


def _ask_summary(talk: Talk) -> Question:
    found = rows(talk)
    lines = [talk.say("setup.line", label=label, value=value) for label, value in found]
    alt = talk.say("setup.alt", topics=found[0][1], area=found[1][1])
    register = Choice(
        "register", talk.say("setup.register"), words=("登録", "登録する", "はい", "ok", "これでよい")
    )
    fix = Choice("fix", talk.say("setup.fix"), words=("直す", "いいえ", "変更", "変更する"))
    card = Card(talk.say("setup.card"), alt, found)
    return Question("\n".join([talk.say("setup.summary"), *lines]), (register, fix), card)


def _take_summary(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "register":
        return finished(talk)
    return Go("fix", talk.form) if given.choice == "fix" else Unclear(talk.say("setup.unclear"))


def _ask_fix(talk: Talk) -> Question:
    parts = ["topics", "area", *(name for name in ("reminder", "children") if _needed(dict(talk.form), name))]
    choices = (Choice(part, label) for part, (label, _) in zip(parts, rows(talk), strict=True))
    return Question(talk.say("setup.fix_which"), tuple(choices))


def _take_fix(talk: Talk, given: Answer) -> Outcome:
    if not given.choice:
        return Unclear()
    step = children.first_step(talk) if given.choice == "children" else given.choice
    return Go(step, {**talk.form, "mends": True})


def effects_of(talk: Talk) -> tuple[Effect, ...]:
    """Everything the form says, and that the resident agreed."""
    form = dict(talk.form)
    where = form.get("area", {})
    place = SetArea(where.get("ward", ""), where.get("district", ""), bool(where.get("outside")))
    return (
        SetTopics(frozenset(form.get("topics", ()))),
        *((place,) if where else ()),
        SetReminder(str(form.get("reminder", "")) if _needed(form, "reminder") else ""),
        *(
            (SetChildren(children.from_form(form["children"])),)
            if _needed(form, "children") and "children" in form
            else ()
        ),
        FinishSetup(str(form.get("source", ""))),
    )


def finished(talk: Talk) -> Reply:
    """Saved; the first useful answer comes at once: tomorrow's garbage."""
    where = talk.form.get("area", {})
    district = talk.facts.town.district(where.get("district", "")) if where.get("district") else None
    later = talk.say("setup.done_later")
    effects = effects_of(talk)
    if district is None or topics.GARBAGE not in talk.form.get("topics", ()):
        return Reply(
            f"{talk.say('setup.done')}{later}",
            (door(talk.say("menu.label"), "menu", "home"),),
            effects=effects,
        )
    here = plan(talk, district)
    if not here.coming:
        return Reply(
            f"{talk.say('setup.done')}{later}",
            (door(talk.say("garbage.title"), "menu", "garbage"),),
            effects=effects,
        )
    told = garbage.told(talk, district, "", later)
    tomorrow = day_line(here, here.today + timedelta(days=1))
    text = talk.say("setup.done_garbage", answer=tomorrow)
    doors = (
        door(talk.say("garbage.title"), "menu", "garbage"),
        door(talk.say("garbage.to_sorting"), "menu", "sorting"),
        door(talk.say("menu.area_settings"), "menu", "settings"),
    )
    return Reply(f"{text}\n{later}", doors, told.card, effects=effects)


STEPS = {
    **topics.STEPS,
    **area.STEPS,
    **reminder.STEPS,
    **children.STEPS,
    "summary": Step("summary", _ask_summary, _take_summary),
    "fix": Step("summary", _ask_fix, _take_fix),
}
PROGRESS = {"topics": "1/4", "area": "2/4", "reminder": "3/4", "children": "4/4", "summary": "setup.check"}


def _afresh(talk: Talk) -> Outcome:
    # Which counter brought them is no answer of theirs and stays.
    return Start("setup", form={"source": talk.form.get("source", "")})


FLOW = Flow(
    "setup",
    "setup.title",
    "topics",
    STEPS,
    _after,
    _afresh,
    PROGRESS,
    keeps_draft=True,
    shows_again=("topics", "area", "reminder"),
)
