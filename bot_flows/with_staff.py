"""While staff read along: everything written is theirs, only もどる, やめる, はじめから and a button lead away."""

from __future__ import annotations

from bot_flows import guide, person, turns
from bot_flows.distress import cry_for_help
from bot_flows.memory import at_rest, forget_old
from bot_flows.outcomes import Again
from bot_flows.person_facts import EndHandOver
from bot_flows.scene import Scene
from bot_flows.types import Facts, Incoming, State, Turn
from bot_flows.values import replace


def opening(state: State, facts: Facts) -> Scene:
    """Where the turn begins: without what is past its time and without questions nobody knows any more.

    A talk with staff lasts exactly as long as they keep it open, not the 24 hours of a form.
    """
    fresh = forget_old(state, facts.now)
    if facts.person.with_staff:
        fresh = replace(fresh, flow=state.flow, step=state.step, data=state.data, misses=state.misses)
    scene = Scene(fresh, facts)
    is_over = scene.listens and not facts.person.with_staff
    if is_over or (fresh.flow and scene.flow is None):
        return replace(scene, state=at_rest(fresh))
    return scene


def ended(scene: Scene, turn: Turn) -> Turn:
    """The turn, with the end of the talk among its effects when it led away from staff."""
    if scene.listens and not Scene(turn.state, scene.facts).listens:
        return replace(turn, effects=(EndHandOver(), *turn.effects))
    return turn


def to_staff(scene: Scene, incoming: Incoming) -> Turn | None:
    """The turn of something said to staff; None when nobody reads along and for what leads away from it."""
    if not scene.listens:
        return None
    if incoming.kind in ("postback", "follow") or (
        incoming.kind == "text" and person.leaves(scene.talk, incoming.text)
    ):
        return None
    outcome = person.heard(scene.talk, incoming)
    cry = cry_for_help(incoming.text) if incoming.kind == "text" else ""
    if cry:
        # Nobody may wait for a person to read this: the numbers come at once, and staff still see the words.
        outcome = Again(guide.cry(scene.talk, cry, most=2).text, effects=outcome.effects)
    return turns.settle(scene, outcome, scene.flow)


def human(scene: Scene) -> Turn:
    """「人に聞く」 below a question: its section's person; nothing new for whoever asks there already."""
    flow = scene.open_flow
    if flow.name == person.FLOW.name:
        return turns.repeat(scene, scene.talk.say("person.already") if scene.listens else "")
    return turns.open_up(scene, person.door_at(flow.helper(scene.talk)))
