"""One step of a conversation: what a resident did, and what follows. Pure, no clock, no database.

What free text means, first match wins: ways out, words of distress, the input the open question expects, words of
the menu, a counter's code, the sorting dictionary, and at last an honest 「わかりませんでした」.
"""

from __future__ import annotations

from bot_flows import (
    bubbles,
    child_age,
    counter,
    crowding,
    dictionary,
    faq,
    guide,
    menu,
    opening,
    postback,
    sorting,
    turns,
    undoing,
    welcome,
    with_staff,
    written_in,
)
from bot_flows import nearby as nearby_places
from bot_flows.choosing import choice_by_part, choice_by_start, choice_in
from bot_flows.distress import cry_for_help
from bot_flows.insults import is_insult
from bot_flows.memory import BREAK, at_rest, at_safe_tab, is_doubled, is_new_tab, since, with_press, with_tab
from bot_flows.outcomes import Again, Answer, Choice, Outcome, Unclear
from bot_flows.scene import AFRESH, RESUME, Scene
from bot_flows.table import AREAS, door_for
from bot_flows.town_spoken import as_read
from bot_flows.types import Facts, Incoming, State, Turn
from bot_flows.understanding import NOTHING, Understanding, understand
from bot_flows.values import replace
from bot_flows.ways import afresh, ask_again, leave
from bot_flows.words import BACK, STOP, fold, numbers, way_out

LONGEST_READ = 300
"""What is read of a text: longer ones are nobody's answer to a question of ours."""


def step(state: State, incoming: Incoming, facts: Facts) -> Turn:
    """The turn that follows. ``facts.now`` is aware time in Asia/Tokyo; the state is as ``Turn.state`` gave it."""
    scene = with_staff.opening(state, as_read(facts))
    if "newRichMenuAliasId" in incoming.params:
        # Changing a tab of the rich menu is no question: it gets no message (rich menus, "switch between tabs"),
        # and who only did that was still away from an open form.
        return Turn(with_tab(scene.state, incoming.params["newRichMenuAliasId"], facts.now), ())
    if is_doubled(scene.state, incoming, facts.now):
        # The first tap did it and was answered: no second effect, no second message (experience contract 1.2).
        return Turn(with_press(scene.state, incoming, facts.now), ())
    turn = crowding.held_back(scene, incoming) or with_staff.to_staff(scene, incoming)
    turn = undoing.only_the_last(scene.state, with_staff.ended(scene, turn or _turn(scene, incoming)))
    state = with_press(turn.state, incoming, facts.now)
    return Turn(replace(state, at=facts.now.isoformat()), turn.messages, turn.effects)


def _turn(scene: Scene, incoming: Incoming) -> Turn:
    match incoming.kind:
        case "text":
            return _on_text(scene, incoming.text.strip()[:LONGEST_READ])
        case "postback":
            return _on_button(scene, incoming)
        case "follow":
            return _on_follow(scene)
        case "location":
            return _on_location(scene, incoming)
        case "photo" if scene.takes_photos and incoming.message_id:
            answer = Answer(message_id=incoming.message_id, is_photo=True)
            return turns.settle(scene, turns.take(scene, answer), scene.flow)
        case _:
            return _on_other(scene, incoming)


# ---- what residents do ----------------------------------------------------------------------------------


def _on_text(scene: Scene, text: str) -> Turn:
    out = way_out(text)
    if out:
        own = _own_choice(scene, text)
        return _chosen(scene, own) if own else leave(scene, out)
    cry = cry_for_help(text)
    if cry and not _names_a_choice(scene, text):
        scene = written_in.in_need(scene, text)
        return turns.in_need(scene, guide.cry(scene.talk, cry))
    if is_insult(text):
        return opening.insulted(scene)
    scene = written_in.with_note(scene, text)
    door = opening.door_of(scene, text)
    understood = _answered(scene, text, means_else=door is not None)
    if understood is not None:
        return understood
    if door is not None:
        return turns.open_up(scene, door())
    if scene.facts.counter is not None or counter.code_in(text):
        return turns.open_up(scene, counter.door_here(scene.talk, text))
    return _free(scene, text)


def _free(scene: Scene, text: str) -> Turn:
    """Words of nobody's lexicon: what the town's vocabulary makes of them, the very name of a thing included."""
    if not scene.flow and (child := child_age.door_of(scene.talk, text)):
        return turns.open_up(scene, child())
    meant = understand(text, scene.facts.town) if text and not numbers(text) else NOTHING
    if meant.confident and (outcome := _meant(scene, text, meant)):
        return turns.open_up(scene, outcome)
    hits = dictionary.exact(scene.talk, text)
    if hits:
        return turns.open_up(scene, sorting.answer(scene.talk, text, hits))
    return _unclear(scene, text) if scene.flow else opening.lost(scene, text, meant)


def _meant(scene: Scene, text: str, meant: Understanding) -> Outcome | None:
    """The outcome of a sure understanding; an open question gives way to a question or place, not to a mere area."""
    kind, name, _ = meant.candidates[0]
    if opening.is_of_the_form(scene, meant.candidates[0]):
        return None
    if kind in ("faq", "place") or (kind == "item" and not scene.flow):
        return faq.open_one(scene.talk, kind, name, text)
    door = None if scene.flow else AREAS.get(meant.door or name)
    return door(scene.talk, postback.Press("menu", name, rest={"said": text})) if door else None


def _on_button(scene: Scene, incoming: Incoming) -> Turn:
    press = postback.read(incoming.text)
    if press is None:
        return opening.old_button(scene)
    if press.is_door:
        door = door_for(press)
        return turns.open_up(scene, door(scene.talk, press)) if door else opening.old_button(scene)
    if not _is_current(scene, press):
        return opening.old_button(scene, press.flow)
    if press.act in (bubbles.ACT_BACK, bubbles.ACT_STOP):
        return leave(scene, BACK if press.act == bubbles.ACT_BACK else STOP)
    if press.act == bubbles.ACT_HUMAN:
        return with_staff.human(scene)
    _, question = turns.asked_now(scene)
    choice = next((each for each in question.choices if each.id == press.act), None)
    if choice is None:
        return opening.old_button(scene, press.flow)
    picked = incoming.params.get("date") or incoming.params.get("time") or ""
    if choice.kind in ("date", "time") and not picked:
        return turns.settle(scene, Again(choice.hint), scene.flow)
    return _chosen(scene, choice, picked)


def _on_follow(scene: Scene) -> Turn:
    """A welcome; a counter's question that came first (events may swap places) stays open below it."""
    if scene.flow and since(scene.state.at, scene.facts.now) < BREAK:
        # Its first line alone: the question is there to be read as well.
        hello = scene.talk.say("welcome.hello", town=scene.facts.town.name).partition("\n")[0]
        return turns.repeat(scene, hello)
    return turns.rest(replace(scene, state=at_rest(scene.state)), welcome.greeting(scene.talk))


def _on_location(scene: Scene, incoming: Incoming) -> Turn:
    """A place: the answer where the open question asks for one, else what is near; a form is put aside for it.

    From the tab for emergencies, and from a disaster's menu, it means shelters. Where that tab was opened after the
    question, or long ago, it comes from the tab's area and not from the question's button: who looks for a shelter must
    not be asked about furniture first.
    """
    is_safe = at_safe_tab(scene.state) or scene.facts.in_disaster
    door = nearby_places.shelters_at if is_safe else nearby_places.at_place
    is_fresh = is_new_tab(scene.state, scene.facts.now) or _was_away(scene)
    if scene.flow is None or (is_safe and is_fresh):
        return turns.open_up(scene, door(scene.talk, incoming.position))
    if _was_away(scene):
        return turns.pend(scene, RESUME)
    asks = scene.state.data.get("asks")
    outcome = Unclear() if asks else turns.take(scene, Answer(position=incoming.position))
    if not isinstance(outcome, Unclear) or _asks_for_a_place(scene):
        return turns.settle(scene, outcome, scene.flow)
    if asks and not is_safe:
        return turns.repeat(scene, scene.talk.say("way.letters_please"))
    return turns.open_up(scene, door(scene.talk, incoming.position))


def _asks_for_a_place(scene: Scene) -> bool:
    """Whether the open question has the button that sends one: a place it cannot use is still meant for it."""
    return any(choice.kind == "location" for choice in turns.asked_now(scene)[1].choices)


def _on_other(scene: Scene, incoming: Incoming) -> Turn:
    if scene.flow is None:
        return turns.rest(scene, menu.unreadable(scene.talk, incoming.kind, incoming.message_id))
    if _was_away(scene):
        return turns.pend(scene, RESUME)
    return turns.repeat(scene, scene.talk.say("way.letters_please"))


# ---- answers to the open question ---------------------------------------------------------------------------


def _answered(scene: Scene, text: str, *, means_else: bool) -> Turn | None:
    """The turn when the text answers the open question or picks a numbered door, else None."""
    if scene.flow is None:
        return opening.numbered_door(scene, text)
    if _was_away(scene):
        return _offered_again(scene, text) if not means_else else None
    _, question = turns.asked_now(scene)
    choice = choice_in(question, text)
    if choice is not None:
        if choice.hint and choice.kind in ("date", "time", "location", "camera", "album"):
            return turns.settle(scene, Again(choice.hint), scene.flow)
        return _chosen(scene, choice)
    if scene.state.data.get("asks") or not text:
        return None
    outcome = turns.take(scene, Answer(numbers=numbers(text), text=text, means_else=means_else))
    if not isinstance(outcome, Unclear):
        return turns.typed(scene, text, outcome)
    begun = None if means_else else choice_by_start(question, text)
    return _chosen(scene, begun) if begun else None


def _offered_again(scene: Scene, text: str) -> Turn | None:
    """After a break: the offer to go on, when the words would have answered the question; else None."""
    _, question = turns.asked_now(scene)
    given = Answer(numbers=numbers(text), text=text)
    is_answer = bool(text) and (
        choice_in(question, text) or not isinstance(turns.take(scene, given), Unclear)
    )
    return turns.pend(scene, RESUME) if is_answer else None


def _names_a_choice(scene: Scene, text: str) -> bool:
    """Whether the text is an answer that the open question offers word for word, whatever else it could mean."""
    if scene.flow is None or scene.state.data.get("asks") or _was_away(scene):
        return False
    return not numbers(text) and choice_in(turns.asked_now(scene)[1], text) is not None


def _own_choice(scene: Scene, text: str) -> Choice | None:
    """The choice that a way out names at this very question: 「取消」 where an order is to be cancelled."""
    if scene.flow is None or scene.state.data.get("asks") or _was_away(scene):
        return None
    _, question = turns.asked_now(scene)
    said = fold(text).rstrip("。.!！")
    return next((choice for choice in question.choices if said in map(fold, choice.own)), None)


def _chosen(scene: Scene, choice: Choice, picked: str = "") -> Turn:
    match scene.state.data.get("asks"):
        case "afresh":
            return afresh(scene) if choice.id == "yes" else ask_again(scene)
        case "resume":
            following = {"afresh": AFRESH, "stop": STOP}.get(choice.id)
            if following is None:
                return ask_again(scene)
            return turns.pend(scene, AFRESH) if following == AFRESH else leave(scene, STOP)
    return turns.chosen(scene, choice, picked)


def _is_current(scene: Scene, press: postback.Press) -> bool:
    flow = scene.flow
    here = (scene.state.flow, scene.state.step, scene.state.nonce)
    return (
        flow is not None and here == (press.flow, press.step, press.nonce) and press.version == flow.version
    )


def _was_away(scene: Scene) -> bool:
    """Back after more than half an hour with a form still open and not yet asked about it.

    A button of the open question counts however late it is pressed: whoever presses it has the question before them.
    """
    flow = scene.flow
    if flow is None or not flow.keeps_draft or scene.state.data.get("asks"):
        return False
    return since(scene.state.at, scene.facts.now) > BREAK


# ---- not understood ------------------------------------------------------------------------------------------------


def _unclear(scene: Scene, text: str) -> Turn:
    """A question is open and the text is nothing we know: the ladder of three."""
    if _was_away(scene):
        return turns.pend(scene, RESUME)
    given = numbers(text)
    _, question = turns.asked_now(scene)
    part = choice_by_part(question, text)
    if part is not None:
        return _chosen(scene, part)
    if len(given) == 1 and question.choices and scene.state.misses == 0:
        said = scene.talk.say("way.number_range", last=len(question.choices))
        return turns.settle(scene, Unclear(said), scene.flow)
    if scene.state.data.get("asks"):
        return turns.settle(scene, Unclear(), scene.flow)
    outcome = turns.take(scene, Answer(numbers=given, text=text, means_else=False))
    if isinstance(outcome, Unclear) and (elsewhere := opening.elsewhere(scene, text)):
        return turns.open_up(scene, elsewhere)
    return turns.typed(scene, text, outcome)
