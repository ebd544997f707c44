"""The ways out of every question (experience contract 1.2): the same words do the same thing everywhere."""

from __future__ import annotations

from bot_flows import menu, turns, undoing
from bot_flows.memory import at_rest, with_draft, without_draft
from bot_flows.open_question import AFRESH
from bot_flows.outcomes import Reply
from bot_flows.scene import Scene
from bot_flows.types import Turn
from bot_flows.values import replace
from bot_flows.words import BACK, RESUME, STOP, UNDO


def leave(scene: Scene, out: str) -> Turn:
    """What a way out does: もどる, やめる, はじめから, つづき, もとに戻す; each works in every state."""
    talk = scene.talk
    if out == UNDO:
        return turns.open_up(scene, undoing.undo(talk))
    if out == RESUME:
        return _resume(scene)
    if scene.flow is None:
        return _leave_nothing(scene, out)
    if scene.listens:
        return turns.rest(scene, Reply(talk.say("person.left"), menu.home(talk).choices))
    if out == BACK:
        return turns.go_back(scene)
    return _stop(scene) if out == STOP else turns.pend(scene, AFRESH)


def _stop(scene: Scene) -> Turn:
    keeps = turns.keeps(scene)
    state = with_draft(scene.state, scene.facts.now) if keeps else scene.state
    said = [
        scene.talk.say("way.stopped_draft" if keeps else "way.stopped"),
        scene.open_flow.stays(scene.talk),
    ]
    return turns.rest(replace(scene, state=state), Reply("\n".join(filter(None, said))))


def _resume(scene: Scene) -> Turn:
    """The form that was put aside, also from a question that only stands in its way; an open form goes on itself."""
    if scene.flow is not None and scene.flow.keeps_draft:
        return ask_again(scene)
    drafts = {name: draft for name, draft in scene.state.drafts.items() if turns.is_whole(name, draft)}
    if drafts:
        latest = max(drafts, key=lambda name: str(drafts[name]["at"]))
        return turns.open_draft(scene, latest)
    if scene.flow is not None:
        return ask_again(scene)
    return turns.rest(scene, Reply(scene.talk.say("way.nothing_to_resume"), menu.home(scene.talk).choices))


def _leave_nothing(scene: Scene, out: str) -> Turn:
    talk = scene.talk
    if out == STOP:
        return turns.rest(scene, Reply(talk.say("way.nothing_to_stop"), menu.home(talk).choices))
    if out == BACK:
        return turns.rest(scene, Reply(talk.say("way.nothing_before"), menu.home(talk).choices))
    if scene.state.drafts:
        name = max(scene.state.drafts, key=lambda each: str(scene.state.drafts[each].get("at", "")))
        if turns.is_whole(name, scene.state.drafts[name]):
            return turns.pend(turns.with_draft_open(scene, name), AFRESH)
    return turns.rest(scene, menu.home(talk))


def ask_again(scene: Scene) -> Turn:
    """The open form's own question, after something was asked about the form."""
    return turns.ask(scene, scene.open_flow, scene.state.step, {**scene.state.data, "asks": ""})


def afresh(scene: Scene) -> Turn:
    """Throw the open form away and begin again; the resident has confirmed it."""
    flow = scene.open_flow
    cleared = replace(scene, state=without_draft(at_rest(scene.state), flow.name))
    return turns.settle(cleared, flow.afresh(scene.talk))
