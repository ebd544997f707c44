"""What typed words, numbers and old buttons open while no question takes them, down to an honest 「わかりません」."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial

from bot_flows import (
    bulky_orders,
    by_itself,
    child_typed,
    dictionary,
    event_named,
    event_words,
    events,
    faq,
    garbage,
    languages,
    menu,
    nearby_there,
    person,
    postback,
    sorting,
    stop_said,
    turns,
)
from bot_flows.collection import category_in, sign_of
from bot_flows.dates_abroad import day_first
from bot_flows.days import nearby
from bot_flows.outcomes import Outcome, Reply, Talk
from bot_flows.scene import Scene
from bot_flows.table import AREAS, door_for
from bot_flows.types import Turn
from bot_flows.understanding import NOTHING, Candidate, Understanding, understand
from bot_flows.values import replace
from bot_flows.words import day_word, door_word, fold, masked, means_nothing, numbers, plain


def door_of(scene: Scene, text: str) -> Callable[[], Outcome] | None:
    """What a text opens at any time: small talk, a day, a category of garbage, a word of the menu."""
    talk, said = scene.talk, by_itself.read(text)
    if below := _pushed(scene, said, text):
        return below
    word = "code" if said.is_code else _on_the_menu(scene, said.folded) or said.word
    if word in ("thanks", "hello"):
        return partial(menu.small_talk, talk, word)
    if said.language:
        return partial(languages.chosen, talk, said.language)
    if own_area := garbage.of_district(talk, text):
        return own_area
    if said.wants_somebody and scene.flow and scene.flow.name != "person":
        return partial(person.door_at, scene.flow.helper(talk))
    day = _as_day(text, scene.facts.resident.language)
    if nearby(day, scene.facts.now.date()) is not None:
        return partial(garbage.door_here, talk, day)
    if word:
        return partial(AREAS[word], talk, postback.Press("menu", word))
    if search := event_words.asked_for(talk, text):
        return partial(events.searched, talk, search)
    if less := stop_said.door_of(talk, text):
        return less
    if not scene.flow and (event := event_named.door_of(talk, text)):
        return event
    return _of_garbage(talk, text)


@lru_cache(maxsize=4096)
def _as_day(text: str, language: str) -> str:
    return day_first(day_word(text), language)


def _on_the_menu(scene: Scene, folded: str) -> str:
    """The area whose picture bears these words in the reader's language: they mean what a tap on it means."""
    words = scene.facts.town.menu_words.get(scene.facts.resident.language)
    return words.get(folded, "") if words else ""


def _pushed(scene: Scene, said: by_itself.Said, text: str) -> Callable[[], Outcome] | None:
    """What the words printed below a push open."""
    talk = scene.talk
    if said.pushed:
        return partial(said.pushed, talk)
    if said.is_paid and bulky_orders.waits_for_money(talk):
        return partial(bulky_orders.mine, talk)
    if said.is_order and not scene.flow and talk.facts.bulky.orders:
        return partial(bulky_orders.mine, talk)
    return child_typed.door_of(talk, text)


def _of_garbage(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """When a category of garbage is collected that the text asks for."""
    category = category_in(talk, text)
    if category and "粗大" in sign_of(talk, category):
        # It is collected on the day somebody orders: the calendar knows none.
        return partial(AREAS["bulky"], talk, postback.Press("menu", "bulky"))
    return partial(garbage.door_here, talk, text) if category else None


_FAR = re.compile(r"\s+[0-9][0-9.,]*\s?k?m$")
"""How far away it is, behind the name on a button: 「大手門小学校 600m」."""


def numbered_door(scene: Scene, text: str) -> Turn | None:
    """A number or label of the last answer's choices, typed while nothing is asked."""
    doors = scene.state.data.get("doors") or []
    given = numbers(text)
    if len(given) == 1 and 1 <= given[0] <= len(doors):
        return _through(scene, *doors[given[0] - 1])
    said = fold(text)
    named = next((door for door in doors if said in _names(door[0])), None)
    return _through(scene, *named) if named else None


@lru_cache(maxsize=4096)
def _names(label: str) -> tuple[str, str]:
    """A button's label as it may be typed: with what is said of the distance, and without."""
    return fold(label), _FAR.sub("", fold(label))


def _through(scene: Scene, label: str, opens: str) -> Turn | None:
    press = postback.read(opens)
    door = door_for(press) if press else None
    if press and door:
        return turns.open_up(scene, door(scene.talk, press))
    return _handed_over(scene, label, opens) if ":" in opens else None


def _handed_over(scene: Scene, label: str, opens: str) -> Turn:
    """What a button would have opened, under its name; a number that stands in the name already is not said twice."""
    what = opens.removeprefix("tel:").removeprefix("copy:")
    return turns.rest(scene, Reply(label if what in re.sub("[^0-9]", "", label) else f"{label}\n{what}"))


def _by_its_end(scene: Scene, text: str) -> Turn | None:
    """The last answer's only choice that ends with these words: 「戻す」 for 「お知らせを戻す」."""
    said = fold(text)
    doors = scene.state.data.get("doors") or []
    fits = [(label, opens) for label, opens in doors if len(said) > 1 and fold(label).endswith(said)]
    return _through(scene, *fits[0]) if len(fits) == 1 else None


def old_button(scene: Scene, flow: str = "") -> Turn:
    """No harm done: say where the conversation stands."""
    if scene.flow is not None:
        return turns.repeat(scene, scene.talk.say("way.old_button"))
    return turns.rest(scene, menu.old_button(scene.talk, flow in scene.state.drafts))


def insulted(scene: Scene) -> Turn:
    """No quarrel and no list of words; an open question stays where it is."""
    if scene.flow is not None:
        return turns.repeat(scene, scene.talk.say("menu.insult"))
    return turns.rest(scene, menu.insulted(scene.talk))


def lost(scene: Scene, text: str, meant: Understanding) -> Turn:
    """Nothing is open: a few meanings to choose from, else the card with everything, then a person."""
    talk = scene.talk
    word = plain(text)
    if means_nothing(text):
        return turns.rest(scene, menu.home(talk))
    if turn := _by_its_end(scene, text):
        return turn
    if place := nearby_there.outcome_of(talk, text):
        return turns.settle(scene, place)
    if masked(word) and len(word) <= dictionary.LONGEST_WORD and _is_about_things(meant):
        hits = [hit for hit in dictionary.find(talk, text) if hit.score >= dictionary.CLOSE]
        if hits:
            return turns.settle(scene, sorting.near(talk, text, hits))
    if meant.candidates and meant.candidates[0][:2] == ("area", "language"):
        return turns.settle(scene, languages.door_here(talk))
    if meant.candidates:
        return turns.settle(scene, faq.several(talk, text, meant.candidates))
    misses = scene.state.misses + 1
    if misses >= 3:
        return turns.settle(scene, person.after_misses(talk, text))
    turn = turns.rest(scene, menu.not_understood(talk, text, misses))
    return replace(turn, state=replace(turn.state, misses=misses))


def _is_about_things(meant: Understanding) -> bool:
    return all(each.kind == "item" for each in meant.candidates)


SHORTEST_QUESTION, LIKELY, POSSIBLE = 4, 80.0, 60.0
"""Letters and scores from which words are taken for a question of their own."""
_TO_SEND = re.compile("「([^」]+)」と送")
_FLOWS = {
    "report": "damage",
    "pay": "payment",
    "contact": "person",
    "topics": "settings",
    "reminder": "settings",
}
"""Areas whose flow is called otherwise."""


def elsewhere(scene: Scene, text: str) -> Outcome | None:
    """A question of its own, written while another one is open: 「子どもが熱をだした」 where a date is asked for.

    What is likely is offered at once, what is possible when the open question has already been repeated in vain.
    """
    meant = understand(text, scene.facts.town) if not numbers(text) else NOTHING
    others = [each for each in meant.candidates if not is_of_the_form(scene, each)]
    if not others or len(text) < SHORTEST_QUESTION:
        return None
    kind, _, score = others[0]
    least = LIKELY if scene.state.misses == 0 else POSSIBLE
    return faq.several(scene.talk, text, others) if kind in ("faq", "area") and score >= least else None


def is_of_the_form(scene: Scene, candidate: Candidate) -> bool:
    """Whether a meaning only leads to where the resident already is: 「電柱」 in a report, 「粗大ごみを捨てたい」 in an order."""
    if scene.flow is None or candidate.kind not in ("area", "faq"):
        return False
    area = candidate.id if candidate.kind == "area" else _sent_by(scene, candidate.id)
    return _FLOWS.get(area, area) == scene.flow.name


def _sent_by(scene: Scene, faq_id: str) -> str:
    """The area whose word an answer tells to send, else an empty string."""
    entry = next((each for each in scene.facts.town.faq if each.id == faq_id), None)
    found = _TO_SEND.search(entry.answer) if entry else None
    return door_word(found[1]) if found else ""
