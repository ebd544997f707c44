"""「もとに戻す」: the last change as it was before, within ten minutes (flow D), and never an earlier one instead."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import attention, child_marks, languages, settings
from bot_flows.guide import door
from bot_flows.mydata_facts import AskMyData, OpenPage
from bot_flows.notice_facts import AskNotices
from bot_flows.outcomes import Choice, Outcome, Reply, Talk
from bot_flows.stop_facts import Attention, Pause, Restart, SetDigest, SetQuiet, StopAll, TellReason
from bot_flows.types import Effect, NoteUnknownWord, State, Turn
from bot_flows.values import replace

_CHANGES_NOTHING = (AskMyData, AskNotices, NoteUnknownWord, OpenPage, TellReason)
_CHILD = {
    "did": child_marks.mark,
    "wrong": child_marks.unmark,
    "still": child_marks.stop,
    "resume": child_marks.resume,
}


def only_the_last(before: State, turn: Turn) -> Turn:
    """The turn without the change remembered earlier, when it changed something else that it does not remember."""
    kept = turn.state.kept
    if not turn.effects or "undo" not in kept or kept["undo"] is not before.kept.get("undo"):
        return turn
    if all(isinstance(effect, _CHANGES_NOTHING) for effect in turn.effects):
        return turn
    rest = {name: thing for name, thing in kept.items() if name != "undo"}
    return replace(turn, state=replace(turn.state, kept=rest))


def undo(talk: Talk) -> Outcome:
    """The setting as it was before the last change, when that was within ten minutes."""
    last = talk.kept.get("undo")
    if not last:
        return Reply(talk.say("way.nothing_to_undo"), _again(talk))
    part, value = str(last["part"]), last["value"]
    if part == child_marks.PART:
        return replace(_CHILD[value["act"]](talk, value), kept={"undo": None})
    if part == attention.PART:
        return _how_undone(talk, value)
    if part == languages.PART:
        return _language_undone(talk, value)
    shown = settings.shown(Talk(talk.facts, {part: value}, talk.kept), part)
    return _undone(talk, settings.label(talk, part), shown, settings.effects(talk, part, value))


def _again(talk: Talk) -> tuple[Choice, ...]:
    return (door(talk.say("settings.title"), "menu", "settings"),)


def _undone(talk: Talk, label: str, value: str, effects: tuple[Effect, ...]) -> Reply:
    said = talk.say("settings.undone", label=label, value=value)
    return Reply(said, _again(talk), effects=effects, kept={"undo": None})


def _language_undone(talk: Talk, value: Any) -> Reply:
    """Said in the language as it was before."""
    before, effect = languages.undone(talk, value)
    return _undone(before, before.say("settings.row_language"), languages.shown(before), (effect,))


def _how_undone(talk: Talk, value: Mapping[str, Any]) -> Reply:
    """A stop, a pause, the summary of the week or the quiet hours; said is what changes with it."""
    resident = talk.facts.resident
    was = attention.as_it_was(resident.attention, value)
    effects = _to(resident.attention, was)
    if was.quiet != resident.attention.quiet:
        return _undone(talk, talk.say("stop.quiet_name"), attention.hours(talk, was.quiet), effects)
    before = replace(talk, facts=replace(talk.facts, resident=replace(resident, attention=was)))
    return _undone(talk, talk.say("stop.row"), attention.how(before), effects)


def _to(now: Attention, was: Attention) -> tuple[Effect, ...]:
    """From how much is heard now to how much was heard before."""
    effects: list[Effect] = []
    if (was.stopped, was.paused_until) != (now.stopped, now.paused_until):
        effects.append(Restart())
        effects += [StopAll(emergencies=was.stopped == "all")] if was.stopped else []
        effects += [Pause(was.paused_until)] if was.paused_until else []
    effects += [SetDigest(was.digest)] if was.digest != now.digest else []
    effects += [SetQuiet(was.quiet)] if was.quiet != now.quiet else []
    return tuple(effects)
