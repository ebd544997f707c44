"""Flow D, settings: the card of what is set, one change in three taps, undo for ten minutes."""

from __future__ import annotations

from typing import Any

from bot_flows import area, attention, children, languages, own_ward, reminder, topics, waste_kinds
from bot_flows.guide import door
from bot_flows.outcomes import (
    Again,
    Answer,
    Card,
    Choice,
    Flow,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.place_names import ward_said
from bot_flows.setup import form_of
from bot_flows.stop_facts import SetDigest, SetNear, SetRest, SetUnwanted
from bot_flows.types import Effect, SetArea, SetChildren, SetReminder, SetTopics
from bot_flows.waste_kinds import undo_of

PARTS = ("topics", "area", "reminder", "children")


def _values(talk: Talk) -> Talk:
    """A talk about the saved settings instead of an open form."""
    return Talk(talk.facts, {"reminder": "", **form_of(talk)}, talk.kept)


def card(talk: Talk) -> Outcome:
    """「いまの設定」; who has none yet is asked for them."""
    if talk.facts.resident.is_new:
        return Start("setup", form=form_of(talk), resumes=True)
    saved = _values(talk)
    rows = tuple((label(talk, part), shown(saved, part)) for part in PARTS)
    words = (talk.say("settings.row_language"), languages.shown(talk))
    choices = (
        *(door(label(talk, part), "settings", part) for part in PARTS),
        door(words[0], "menu", "language"),
        door(talk.say("settings.stop"), "menu", "stop"),
        door(talk.say("settings.data"), "menu", "data"),
    )
    alt = talk.say("settings.alt", topics=rows[0][1], area=rows[1][1])
    every = (*rows, (talk.say("stop.row"), attention.row(talk)), words)
    return Reply(talk.say("settings.now"), choices, Card(talk.say("settings.card"), alt, every))


def lines(talk: Talk) -> list[str]:
    """Every setting as a line: 「地区：東区青葉」."""
    saved = _values(talk)
    return [talk.say("setup.line", label=label(talk, part), value=shown(saved, part)) for part in PARTS]


_LABELS = {
    "reminder": "settings.row_reminder",
    "near": "settings.row_near",
    "kinds": "reminder.row_kinds",
    "rest": "reminder.row_rest",
}


def label(talk: Talk, part: str) -> str:
    """「お知らせ時刻」: how a part of the settings is called."""
    return talk.say(_LABELS.get(part, f"setup.row_{part}"))


def shown(talk: Talk, part: str) -> str:
    """How a part of the talk's form reads."""
    match part:
        case "topics":
            return topics.names(talk, talk.form.get("topics", ()))
        case "area":
            return area.shown(talk)
        case "reminder":
            return reminder.shown(talk)
        case "near":
            return topics.names(talk, talk.form.get("near", ()))
        case "kinds":
            return waste_kinds.shown(talk, talk.form.get("kinds", ()))
        case "rest":
            return waste_kinds.shown_rest(talk, talk.form.get("rest", ""))
    return children.shown(talk)


def change(talk: Talk, part: str) -> Outcome:
    """Change one part; who has not finished the set-up goes there."""
    if talk.facts.resident.is_new:
        return Start("setup", form=form_of(talk), resumes=True)
    saved = _values(talk)
    step = children.first_step(saved) if part == "children" else {"topics": "choose"}.get(part, part)
    form = dict(saved.form)
    if part == "reminder":
        form["unwanted"] = sorted(talk.facts.resident.attention.unwanted)
    return Start("settings", step, form)


def change_to(talk: Talk, district: str) -> Start:
    """This district for the saved one, once it is confirmed."""
    return Start("settings", "here", {**_values(talk).form, "here": district})


def one_topic(talk: Talk, topic: str) -> Outcome:
    """From a notice's footer: exactly this topic first."""
    known = any(each.id == topic for each in talk.facts.town.topics)
    if not known:
        return card(talk)
    if topic not in talk.facts.resident.topics:
        said = {
            "topic": topics.names(talk, [topic]),
            "topics": topics.names(talk, talk.facts.resident.topics),
        }
        return Reply(talk.say("settings.not_heard", **said), afterwards(talk)[1:])
    return Start("settings", "one", {**_values(talk).form, "topic": topic})


# ---- topics, saved at each tap -----------------------------------------------------------------------------


def _ask_choose(talk: Talk) -> Question:
    offered = topics.choices(talk, topics.chosen(talk))
    enough = Choice("enough", talk.say("settings.enough"), words=("ok", "よい", "完了", "つぎへ"))
    alt = talk.say("topics.alt", topics=topics.names(talk, [topic.id for topic in talk.facts.town.topics]))
    return Question(talk.say("settings.ask_topics"), (*offered, enough), Card(talk.say("topics.card"), alt))


def _take_choose(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "enough":
        return card(talk)
    ids = topics.named(talk, given)
    if not ids:
        return Unclear(talk.say("topics.unclear"))
    before = topics.chosen(talk)
    return _switched(talk, before, topics.switched(before, ids))


def _switched(talk: Talk, before: list[str], on: set[str]) -> Again:
    ordered = [topic.id for topic in talk.facts.town.topics if topic.id in on]
    added = on - set(before)
    said = talk.say(
        "settings.added" if added else "settings.removed",
        topic=topics.names(talk, added or set(before) - on),
        topics=topics.names(talk, on),
    )
    undo = undo_of(talk, "topics", before)
    return Again(said, {**talk.form, "topics": ordered}, (SetTopics(frozenset(on)),), undo, quick=("enough",))


def _ask_one(talk: Talk) -> Question:
    name = topics.names(talk, [str(talk.form.get("topic", ""))])
    stop = Choice("stop", talk.say("settings.stop_one"), words=("はい", "とめる"))
    keep = Choice("keep", talk.say("settings.keep_one"), words=("いいえ",))
    return Question(
        talk.say("settings.ask_one", topic=name), (*_less(talk), *own_ward.choices(talk), stop, keep)
    )


def _less(talk: Talk) -> tuple[Choice, ...]:
    """「週1回にまとめる」, for whom that changes something: garbage days are never gathered."""
    if talk.facts.resident.attention.digest or talk.form.get("topic") == topics.GARBAGE:
        return ()
    return (Choice("less", talk.say("stop.less"), words=("週1回", "まとめて", "減らす")),)


def _narrowed(talk: Talk, topic: str, *, near: bool) -> Reply:
    """Of this topic only what names the own ward, or everything again."""
    before = talk.facts.resident.attention.near
    after = before | {topic} if near else before - {topic}
    name = topics.names(talk, [topic])
    said = (
        talk.say("settings.narrowed", topic=name, ward=ward_said(talk, talk.facts.resident.ward))
        if near
        else talk.say("settings.widened", topic=name)
    )
    undo = undo_of(talk, "near", sorted(before))
    return Reply(said, afterwards(talk), effects=(SetNear(frozenset(after)),), kept=undo)


def _take_one(talk: Talk, given: Answer) -> Outcome:
    if given.choice in ("near", "wide"):
        return _narrowed(talk, str(talk.form.get("topic", "")), near=given.choice == "near")
    if given.choice == "keep":
        return Reply(talk.say("settings.unchanged"), afterwards(talk)[1:])
    if given.choice == "less":
        said = talk.say("stop.digest_on", day=talk.say("stop.monday"))
        return Reply(said, afterwards(talk), effects=(SetDigest(on=True),), kept=attention.undo_of_how(talk))
    if given.choice != "stop":
        return Unclear()
    before = topics.chosen(talk)
    on = set(before) - {str(talk.form.get("topic", ""))}
    done = _switched(talk, before, on)
    return Reply(done.line, afterwards(talk), effects=done.effects, kept=done.kept)


# ---- the other parts -----------------------------------------------------------------------------------------


def _after(talk: Talk, part: Part) -> Outcome:
    before, after = _values(talk), Talk(talk.facts, part.form, talk.kept)
    if _value(before, part.name) == _value(after, part.name):
        return Reply(talk.say("settings.unchanged"), afterwards(talk)[1:])
    said = talk.say(
        "settings.changed",
        label=label(talk, part.name),
        before=shown(before, part.name),
        after=shown(after, part.name),
    )
    if part.name == "area" and not part.form["area"].get("outside"):
        said = f"{said}\n{talk.say('settings.changed_area')}"
    value = _value(before, part.name)
    if part.name == "area" and (near := own_ward.lost(talk, part.form["area"])):
        said = f"{said}\n{talk.say('settings.widened', topic=topics.names(talk, near))}"
        value = {**value, "near": near}
    if part.name == "reminder" and part.form["reminder"] and not talk.facts.resident.district:
        lead = f"{said}\n{talk.say('settings.area_too')}"
        wanted = effects(talk, "reminder", part.form["reminder"])
        return Start("settings", "area", part.form, lead, wanted)
    if part.name == "reminder" and (line := waste_kinds.next_line(talk, part.form["reminder"], rests=False)):
        said = f"{said}\n{line}"
    undo = undo_of(talk, part.name, value)
    return Reply(
        said, afterwards(talk), effects=effects(talk, part.name, _value(after, part.name)), kept=undo
    )


def afterwards(talk: Talk) -> tuple[Choice, ...]:
    """Below a change: back as it was, or the other settings."""
    return (
        door(talk.say("settings.undo"), "settings", "undo"),
        door(talk.say("settings.title"), "menu", "settings"),
    )


def _value(talk: Talk, part: str) -> Any:
    empty: dict[str, Any] = {"topics": [], "area": {}, "reminder": "", "children": []}
    return talk.form.get(part, empty[part])


def effects(talk: Talk, part: str, value: Any) -> tuple[Effect, ...]:
    """What makes a part of the settings this value."""
    match part:
        case "topics":
            return (SetTopics(frozenset(value)),)
        case "area":
            again = (SetNear(frozenset(value["near"])),) if value.get("near") else ()
            chosen = SetArea(value.get("ward", ""), value.get("district", ""), bool(value.get("outside")))
            return (chosen, *again)
        case "reminder":
            on = talk.facts.resident.topics
            wanted = (SetTopics(on | {topics.GARBAGE}),) if value and topics.GARBAGE not in on else ()
            return (SetReminder(str(value)), *wanted)
        case "near":
            return (SetNear(frozenset(value)),)
        case "kinds":
            return (SetUnwanted(frozenset(value)),)
        case "rest":
            return (SetRest(waste_kinds.rest_day(value)),)
    return (SetChildren(children.from_form(value)),)


STEPS = {
    "choose": Step("topics", _ask_choose, _take_choose),
    "one": Step("topics", _ask_one, _take_one),
    **area.STEPS,
    **reminder.STEPS,
    **waste_kinds.STEPS,
    **children.STEPS,
}
# Each tap on a kind is saved at once, so going back must not bring the kinds back as they were before the taps.
FLOW = Flow("settings", "settings.title", "choose", STEPS, _after, card, shows_again=("unwanted",))
