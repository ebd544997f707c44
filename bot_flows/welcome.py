"""Flow A: what a new friend reads, and what somebody who comes back reads."""

from __future__ import annotations

from bot_flows import setup
from bot_flows.guide import door, links, page
from bot_flows.menu import home
from bot_flows.outcomes import (
    Answer,
    Card,
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
from bot_flows.types import ForgetSettings


def greeting(talk: Talk) -> Reply:
    """Useful without a tap, set up with one; nothing about the person is asked."""
    if not talk.facts.resident.is_new:
        return _back_again(talk)
    card = Card(
        talk.say("welcome.card"),
        talk.say("welcome.alt"),
        (
            (talk.say("welcome.card_what"), talk.say("welcome.card_what_value")),
            (talk.say("welcome.card_promise"), talk.say("welcome.card_promise_value")),
            (talk.say("welcome.card_change"), talk.say("welcome.card_change_value")),
        ),
    )
    choices = [
        door(talk.say("welcome.start"), "menu", "setup"),
        door(talk.say("welcome.later"), "welcome", "later"),
        door(talk.say("welcome.languages"), "menu", "language"),
    ]
    privacy = [page(link) for link in links(talk, "privacy")[:1]]
    return Reply(talk.say("welcome.hello", town=talk.facts.town.name), (*choices, *privacy), card)


def _back_again(talk: Talk) -> Reply:
    choices = (
        door(talk.say("welcome.keep"), "welcome", "keep"),
        door(talk.say("welcome.anew"), "welcome", "anew"),
        door(talk.say("welcome.forget"), "welcome", "forget"),
    )
    return Reply(talk.say("welcome.back"), choices)


def later(talk: Talk) -> Reply:
    """Not now: everything in the menu works all the same."""
    return Reply(talk.say("welcome.later_said"), home(talk).choices)


def keep(talk: Talk) -> Reply:
    """Back again, everything as it was."""
    return Reply(talk.say("welcome.kept"), home(talk).choices)


def anew(talk: Talk) -> Start:
    """Back again, asked everything once more."""
    return Start("setup", form=setup.form_of(talk))


def forget(_: Talk) -> Start:
    """Back again, without what was known."""
    return Start("welcome", "forget")


def _ask_forget(talk: Talk) -> Question:
    yes = Choice("yes", talk.say("welcome.forget_yes"), words=("はい", "けす"))
    no = Choice("no", talk.say("welcome.forget_no"), words=("いいえ", "けさない"))
    return Question(talk.say("welcome.ask_forget"), (yes, no))


def _take_forget(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "yes":
        again = (
            door(talk.say("welcome.start"), "menu", "setup"),
            door(talk.say("menu.label"), "menu", "home"),
        )
        return Reply(
            talk.say("welcome.forgotten"),
            again,
            effects=(ForgetSettings(),),
            kept={"undo": None, "district": None},
        )
    return keep(talk) if given.choice == "no" else Unclear()


def _after(talk: Talk, _: Part) -> Outcome:
    return Go("forget", talk.form)


STEPS = {"forget": Step("forget", _ask_forget, _take_forget)}
FLOW = Flow("welcome", "welcome.title", "forget", STEPS, _after, lambda talk: home(talk))
