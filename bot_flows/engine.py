"""One step of a conversation: what a resident did, and what follows. Pure, no clock, no database.

What free text means, first match wins: ways out, words of distress, the input the open question expects, words of
the menu, a counter's code, the sorting dictionary, and at last an honest 「わかりませんでした」.
"""

from __future__ import annotations

from bot_flows import (
    answering,
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
from bot_flows.distress import cry_for_help
from bot_flows.insults import is_insult
from bot_flows.memory import (
    BREAK,
    after,
    at_rest,
    at_safe_tab,
    is_doubled,
    is_new_tab,
    since,
    with_press,
    with_tab,
)
from bot_flows.open_question import RESUME
from bot_flows.outcomes import Again, Answer, Outcome, Unclear
from bot_flows.scene import Scene
from bot_flows.table import AREAS, door_for
from bot_flows.town_spoken import as_read
from bot_flows.types import Facts, Incoming, State, Turn
from bot_flows.understanding import NOTHING, Understanding, understand
from bot_flows.values import replace
from bot_flows.ways import leave
from bot_flows.words import BACK, STOP, numbers, way_out

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
    return Turn(after(turn.state, incoming, facts.now), turn.messages, turn.effects)


def _turn(scene: Scene, incoming: Incoming) -> Turn:
    match incoming.kind:
        case "text":
            # ✓ stands before what is chosen already; whoever copies a label copies it, too.
            return _on_text(scene, incoming.text.strip().removeprefix("✓")[:LONGEST_READ])
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
        own = answering.own_choice(scene, text)
        return answering.chosen(scene, own) if own else leave(scene, out)
    cry = cry_for_help(text)
    if cry and not answering.names_a_choice(scene, text):
        scene = written_in.in_need(scene, text)
        return turns.in_need(scene, guide.cry(scene.talk, cry))
    if is_insult(text):
        return opening.insulted(scene)
    scene = written_in.with_note(scene, text)
    door = opening.door_of(scene, text)
    understood = answering.answered(scene, text, means_else=door is not None)
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
    return answering.unclear(scene, text) if scene.flow else opening.lost(scene, text, meant)


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
    choice = next((each for each in scene.question.choices if each.id == press.act), None)
    if choice is None:
        return opening.old_button(scene, press.flow)
    picked = incoming.params.get("date") or incoming.params.get("time") or ""
    if choice.kind in ("date", "time") and not picked:
        return turns.settle(scene, Again(choice.hint), scene.flow)
    return answering.chosen(scene, choice, picked)


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
    is_fresh = is_new_tab(scene.state, scene.facts.now) or answering.was_away(scene)
    if scene.flow is None or (is_safe and is_fresh):
        return turns.open_up(scene, door(scene.talk, incoming.position))
    if answering.was_away(scene):
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
    return any(choice.kind == "location" for choice in scene.question.choices)


def _on_other(scene: Scene, incoming: Incoming) -> Turn:
    if scene.flow is None:
        return turns.rest(scene, menu.unreadable(scene.talk, incoming.kind, incoming.message_id))
    if answering.was_away(scene):
        return turns.pend(scene, RESUME)
    return turns.repeat(scene, scene.talk.say("way.letters_please"))


def _is_current(scene: Scene, press: postback.Press) -> bool:
    flow = scene.flow
    here = (scene.state.flow, scene.state.step, scene.state.nonce)
    return (
        flow is not None and here == (press.flow, press.step, press.nonce) and press.version == flow.version
    )
