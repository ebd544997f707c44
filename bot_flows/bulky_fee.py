"""「料金だけ調べる」: one word in, the fees of that thing out; nothing is kept."""

from __future__ import annotations

from bot_flows import dictionary
from bot_flows.bulky_basket import book_of
from bot_flows.bulky_items import REFUSED, find, is_sure, not_taken, offered
from bot_flows.bulky_words import phone_of, yen
from bot_flows.guide import door, subject
from bot_flows.outcomes import (
    Answer,
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


def _ask(talk: Talk) -> Question:
    return Question(talk.say("bulky.ask_fee"))


def _take(talk: Talk, given: Answer) -> Outcome:
    if given.means_else or not given.text or len(given.text) > dictionary.LONGEST_WORD:
        return Unclear(talk.say("bulky.item_hint"))
    found = find(talk, given.text)
    if is_sure(talk, given.text, found):
        return told(talk, found[0])
    if found:
        return Go("which", {"among": found})
    return Unclear(talk.say("bulky.item_unknown"), talk.say("bulky.item_phone", phone=phone_of(talk).phone))


def told(talk: Talk, found: str) -> Reply:
    """The fees of a thing, a line for each kind, or why it is not taken."""
    choices = (
        door(talk.say("bulky.to_order"), "menu", "bulky"),
        door(talk.say("bulky.other_fee"), "bulky_fee", "ask"),
    )
    if found.startswith(REFUSED):
        return Reply(not_taken(talk, found), choices[1:])
    language, item = talk.facts.resident.language, book_of(talk).items[found]
    said = [
        talk.say("bulky.fee_line", item=kind.whole, fee=yen(kind.fee, language), size=talk.of_pack(kind.size))
        for kind in item.kinds
    ]
    return Reply("\n".join(said), choices)


def _ask_which(talk: Talk) -> Question:
    choices = offered(talk, talk.form.get("among", ()))
    none = Choice("none", talk.say("bulky.none_of"), words=("ない", "ちがう", "違う"))
    return Question(talk.say("bulky.ask_which"), (*choices, none))


def _take_which(talk: Talk, given: Answer) -> Outcome:
    among = talk.form.get("among", ())
    if given.choice == "none":
        return Go("word", {}, talk.say("bulky.item_phone", phone=phone_of(talk).phone))
    if given.choice.isdigit() and int(given.choice) < len(among):
        return told(talk, among[int(given.choice)])
    return _take(talk, given)


def door_here(talk: Talk) -> Outcome:
    if talk.facts.town.bulky is None:
        return subject(talk, "bulky")
    return Start("bulky_fee")


def _after(talk: Talk, _: Part) -> Outcome:
    return Go("word", talk.form)


STEPS = {"word": Step("word", _ask, _take), "which": Step("word", _ask_which, _take_which)}
FLOW = Flow("bulky_fee", "bulky.fee_only", "word", STEPS, _after, door_here, section="bulky")
