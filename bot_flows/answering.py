"""What a text or a choice means to the open question: an answer, one of its choices, or nothing it can use. Pure."""

from __future__ import annotations

from bot_flows import opening, turns
from bot_flows.choosing import choice_by_part, choice_by_start, choice_in
from bot_flows.memory import BREAK, since
from bot_flows.open_question import AFRESH, RESUME
from bot_flows.outcomes import Again, Answer, Choice, Unclear
from bot_flows.scene import Scene
from bot_flows.types import Turn
from bot_flows.ways import afresh, ask_again, leave
from bot_flows.words import STOP, fold, numbers


def answered(scene: Scene, text: str, *, means_else: bool) -> Turn | None:
    """The turn when the text answers the open question or picks a numbered door, else None."""
    if scene.flow is None:
        return opening.numbered_door(scene, text)
    if was_away(scene):
        return _offered_again(scene, text) if not means_else else None
    question = scene.question
    choice = choice_in(question, text)
    if choice is not None:
        if choice.hint and choice.kind in ("date", "time", "location", "camera", "album"):
            return turns.settle(scene, Again(choice.hint), scene.flow)
        return chosen(scene, choice)
    if scene.state.data.get("asks") or not text:
        return None
    outcome = turns.take(scene, Answer(numbers=numbers(text), text=text, means_else=means_else))
    if not isinstance(outcome, Unclear):
        return turns.typed(scene, text, outcome)
    begun = None if means_else else choice_by_start(question, text)
    return chosen(scene, begun) if begun else None


def _offered_again(scene: Scene, text: str) -> Turn | None:
    """After a break: the offer to go on, when the words would have answered the question; else None."""
    question = scene.question
    given = Answer(numbers=numbers(text), text=text)
    is_answer = bool(text) and (
        choice_in(question, text) or not isinstance(turns.take(scene, given), Unclear)
    )
    return turns.pend(scene, RESUME) if is_answer else None


def names_a_choice(scene: Scene, text: str) -> bool:
    """Whether the text is an answer that the open question offers word for word, whatever else it could mean."""
    if scene.flow is None or scene.state.data.get("asks") or was_away(scene):
        return False
    return not numbers(text) and choice_in(scene.question, text) is not None


def own_choice(scene: Scene, text: str) -> Choice | None:
    """The choice that a way out names at this very question: 「取消」 where an order is to be cancelled."""
    if scene.flow is None or scene.state.data.get("asks") or was_away(scene):
        return None
    question = scene.question
    said = fold(text).rstrip("。.!！")
    return next((choice for choice in question.choices if said in map(fold, choice.own)), None)


def chosen(scene: Scene, choice: Choice, picked: str = "") -> Turn:
    """The turn a choice makes; of a question about the form itself, the form begun anew, gone on with or left."""
    match scene.state.data.get("asks"):
        case "afresh":
            return afresh(scene) if choice.id == "yes" else ask_again(scene)
        case "resume":
            following = {"afresh": AFRESH, "stop": STOP}.get(choice.id)
            if following is None:
                return ask_again(scene)
            return turns.pend(scene, AFRESH) if following == AFRESH else leave(scene, STOP)
    return turns.chosen(scene, choice, picked)


def was_away(scene: Scene) -> bool:
    """Back after more than half an hour with a form still open and not yet asked about it.

    A button of the open question counts however late it is pressed: whoever presses it has the question before them.
    """
    flow = scene.flow
    if flow is None or not flow.keeps_draft or scene.state.data.get("asks"):
        return False
    return since(scene.state.at, scene.facts.now) > BREAK


def unclear(scene: Scene, text: str) -> Turn:
    """A question is open and the text is nothing we know: the ladder of three."""
    if was_away(scene):
        return turns.pend(scene, RESUME)
    given = numbers(text)
    question = scene.question
    part = choice_by_part(question, text)
    if part is not None:
        return chosen(scene, part)
    if len(given) == 1 and question.choices and scene.state.misses == 0:
        said = scene.talk.say("way.number_range", last=len(question.choices))
        return turns.settle(scene, Unclear(said), scene.flow)
    if scene.state.data.get("asks"):
        return turns.settle(scene, Unclear(), scene.flow)
    outcome = turns.take(scene, Answer(numbers=given, text=text, means_else=False))
    if isinstance(outcome, Unclear) and (elsewhere := opening.elsewhere(scene, text)):
        return turns.open_up(scene, elsewhere)
    return turns.typed(scene, text, outcome)
