"""From an outcome to a turn: which state follows, which bubbles are said, which effects are wanted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import bubbles, guide, open_question
from bot_flows.calling import with_calls
from bot_flows.languages import facts_in
from bot_flows.memory import at_rest, with_draft, with_kept, without_draft
from bot_flows.open_question import RESUME
from bot_flows.outcomes import (
    Again,
    Answer,
    Choice,
    Flow,
    Go,
    Outcome,
    Part,
    Quiet,
    Reply,
    Start,
    Talk,
    Unclear,
)
from bot_flows.private_numbers import hide
from bot_flows.scene import Scene
from bot_flows.table import FLOWS
from bot_flows.types import Effect, SetLanguage, Turn
from bot_flows.values import replace

LONGEST_TRAIL, LONGEST_SHOWN = 12, 30


def pend(scene: Scene, pending: str) -> Turn:
    """Ask something about the form itself (start afresh? go on?) before its question."""
    data = {**scene.state.data, "asks": pending}
    return repeat(
        replace(scene, state=replace(scene.state, data=data, nonce=scene.state.nonce + 1, misses=0))
    )


def repeat(scene: Scene, lead: str = "", effects: tuple[Effect, ...] = ()) -> Turn:
    """The open question once more, its buttons unchanged."""
    state, flow = scene.state, scene.open_flow
    shown = open_question.with_progress(scene.talk, flow, state, scene.question)
    said = bubbles.question(scene.talk, open_question.asked(state, flow), shown, lead)
    return Turn(state, said, effects)


def ask(
    scene: Scene,
    flow: Flow,
    step: str,
    data: Mapping[str, Any],
    lead: str = "",
    effects: tuple[Effect, ...] = (),
) -> Turn:
    """A new question: the nonce grows, so buttons of earlier ones are old."""
    data = {**data, "v": flow.version}
    state = replace(scene.state, flow=flow.name, step=step, data=data, misses=0, nonce=scene.state.nonce + 1)
    return repeat(Scene(state, scene.facts, scene.note), lead, effects)


def go_back(scene: Scene) -> Turn:
    """The question before, as it was asked, with the answer given to it."""
    flow = scene.open_flow
    if scene.state.data.get("asks"):
        return ask(scene, flow, scene.state.step, {**scene.state.data, "asks": ""})
    trail = list(scene.state.data.get("trail", []))
    while trail and trail[-1][0] not in flow.steps:
        trail.pop()
    if not trail:
        return repeat(scene, scene.talk.say("way.first_question"))
    step, before, *given = trail.pop()
    was, said = given if len(given) == 2 else ("", "")
    form = before | {name: scene.form[name] for name in flow.shows_again if name in scene.form}
    shown = flow.steps[step].shown(scene.talk) or said
    lead = scene.talk.say("way.back_with", answer=shown) if shown else scene.talk.say("way.back")
    return ask(scene, flow, step, {"form": form, "trail": trail, "asks": "", "was": was}, lead)


def keeps(scene: Scene) -> bool:
    """Whether the open form goes into the drafts: where nothing was answered yet there is nothing to go on with."""
    flow = scene.flow
    answered = bool(scene.state.data.get("trail")) or any(scene.form.values())
    return flow is not None and flow.keeps_draft and answered


def put_aside(scene: Scene) -> Scene:
    """Leave an open form for something else; the draft stays 24 hours and the answer says so at its end."""
    flow = scene.flow
    if scene.listens:
        return replace(scene, note=scene.talk.say("person.left"))
    if flow is None or not keeps(scene):
        return scene
    note = scene.talk.say("way.put_aside", title=scene.talk.say(flow.title))
    return replace(scene, state=with_draft(scene.state, scene.facts.now), note=note)


def open_up(scene: Scene, outcome: Outcome) -> Turn:
    """Open something at any time; a form that was open is put aside first, without asking."""
    if isinstance(outcome, Start) and outcome.resumes and scene.state.flow == outcome.flow:
        return settle(scene, outcome)
    anew = _in_new_language(scene, outcome)
    if anew is not scene and isinstance(outcome, Reply) and scene.flow and not scene.listens:
        return _asked_anew(anew, outcome)
    aside = put_aside(anew)
    if isinstance(outcome, Start) and aside.note:
        lead = f"{outcome.lead}\n{aside.note}" if outcome.lead else aside.note
        return settle(replace(aside, note=""), replace(outcome, lead=lead))
    return settle(aside, outcome)


def in_need(scene: Scene, answer: Reply) -> Turn:
    """The numbers that help, and nothing of the form that was open: it is put aside without a word about it."""
    return rest(replace(put_aside(scene), note=""), answer)


def _in_new_language(scene: Scene, outcome: Outcome) -> Scene:
    """Who has just changed the language reads everything in the new one, the note on an open form included."""
    effects = getattr(outcome, "effects", ())
    wanted = [each.language for each in effects if isinstance(each, SetLanguage)] if effects else []
    return replace(scene, facts=facts_in(scene.facts, wanted[-1])) if wanted else scene


def _asked_anew(scene: Scene, chosen: Reply) -> Turn:
    """Another language is no other subject: the open question once more, in the words just chosen."""
    state = replace(scene.state, kept=with_kept(scene.state, chosen.kept))
    return repeat(replace(scene, state=state), chosen.text.split("\n", 1)[0], chosen.effects)


def rest(scene: Scene, answer: Reply) -> Turn:
    """Say an answer and wait for whatever comes next; typed numbers open its choices.

    An answer without numbers leaves those printed above it as they are: 「ありがとう」 takes nothing away.
    """
    answer = with_calls(scene.talk, answer)
    doors = [[choice.label, choice.typed or choice.opens] for choice in answer.choices]
    if not doors and scene.flow is None:
        doors = scene.state.data.get("doors", [])
    state = at_rest(scene.state, doors, answer.kept)
    return Turn(state, bubbles.reply(answer, scene.note), answer.effects)


def settle(
    scene: Scene, outcome: Outcome, flow: Flow | None = None, given: tuple[str, str] = ("", "")
) -> Turn:
    """The turn an outcome makes. ``flow`` is the flow whose step gave it; None for a door. ``given`` is the choice
    taken and how the answer reads, for whoever comes back to the question."""
    match outcome:
        case Reply():
            return rest(_without_draft(scene, flow) if flow else scene, outcome)
        case Start():
            return _start(scene, outcome)
        case Part() if flow:
            following = flow.after(Talk(scene.facts, outcome.form, scene.state.kept), outcome)
            return settle(scene, following, flow, given)
        case Go() if flow:
            here = [scene.state.step, dict(scene.form), *given]
            trail = [*scene.state.data.get("trail", []), here][-LONGEST_TRAIL:]
            data = {"form": dict(outcome.form), "trail": trail, "asks": ""}
            return ask(scene, flow, outcome.step, data, outcome.lead, outcome.effects)
        case Again() if flow:
            return _again(scene, outcome)
        case Unclear() if flow:
            return _unclear(scene, flow, outcome)
        case Quiet():
            return Turn(scene.state, (), outcome.effects)
    raise TypeError(f"{outcome!r} needs a flow")


def _without_draft(scene: Scene, flow: Flow) -> Scene:
    state = without_draft(scene.state, flow.name)
    return scene if state is scene.state else Scene(state, scene.facts, scene.note)


def _start(scene: Scene, start: Start) -> Turn:
    flow = FLOWS[start.flow]
    here = scene.state.flow == flow.name and scene.flow is not None
    if start.resumes and here:
        return repeat(scene, scene.talk.say("way.you_are_here"))
    if start.resumes and is_whole(flow.name, scene.state.drafts.get(flow.name)):
        return pend(with_draft_open(scene, flow.name), RESUME)
    begun = _without_draft(scene, flow) if flow.keeps_draft else scene
    data = {"form": dict(start.form), "trail": [], "asks": ""}
    return ask(begun, flow, start.step or flow.first, data, start.lead, start.effects)


def is_whole(name: str, draft: Any) -> bool:
    """Whether a draft can be gone on with: its flow and its step still exist."""
    flow = FLOWS.get(name)
    if flow is None or not isinstance(draft, Mapping):
        return False
    return draft.get("step") in flow.steps and draft.get("v") == flow.version


def with_draft_open(scene: Scene, name: str) -> Scene:
    """The scene with the draft of a flow as its open form; the draft must be whole."""
    draft = scene.state.drafts[name]
    data = {"form": draft.get("form", {}), "trail": draft.get("trail", []), "asks": "", "v": draft["v"]}
    opened = replace(without_draft(scene.state, name), flow=name, step=draft["step"], data=data)
    return replace(scene, state=opened)


def open_draft(scene: Scene, name: str) -> Turn:
    """Go on with the form put aside under this flow's name."""
    opened = with_draft_open(scene, name)
    return ask(opened, FLOWS[name], opened.state.step, opened.state.data, scene.talk.say("way.going_on"))


def _again(scene: Scene, outcome: Again) -> Turn:
    form = scene.form if outcome.form is None else outcome.form
    data, kept = {**scene.state.data, "form": dict(form)}, with_kept(scene.state, outcome.kept)
    state = replace(scene.state, data=data, misses=0, kept=kept)
    changed = replace(scene, state=state)
    asked = open_question.asked(state, changed.open_flow)
    said = bubbles.again(changed.talk, asked, changed.question, outcome.line, outcome.quick)
    return Turn(state, said, outcome.effects)


def _unclear(scene: Scene, flow: Flow, outcome: Unclear) -> Turn:
    """The ladder: an example, then another way of asking, then a person (experience contract 1.2)."""
    misses = scene.state.misses + 1
    talk = scene.talk
    if misses == 1:
        lead = outcome.hint or talk.say("way.unclear_first")
    elif misses == 2:
        lead = outcome.second or talk.say("way.unclear_second")
    else:
        who = guide.section(talk, flow.helper(talk))
        lead = talk.say("way.unclear_third", phone=who.phone, hours=who.hours)
    return repeat(replace(scene, state=replace(scene.state, misses=min(misses, 3))), lead)


def take(scene: Scene, answer: Answer) -> Outcome:
    """What the open step makes of an answer; a question about the form itself is not asked here."""
    flow = scene.open_flow
    return flow.steps[scene.state.step].take(scene.talk, answer)


def chosen(scene: Scene, choice: Choice, picked: str) -> Turn:
    """A choice as the answer; a picked day or time reads by the step's own words when somebody comes back."""
    outcome = take(scene, Answer(choice=choice.id, picked=picked))
    return settle(scene, outcome, scene.flow, ("", "") if picked else (choice.id, choice.label))


def typed(scene: Scene, text: str, outcome: Outcome) -> Turn:
    """Words as the answer; numbers that are nobody's business are not kept for whoever comes back."""
    said = "" if hide(text)[1] else guide.cut(text, LONGEST_SHOWN)
    return settle(scene, outcome, scene.flow, ("", said))
