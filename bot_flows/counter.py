"""Flow B: a place's QR code opened the chat with 「登録 KODOMO-3」; one agreement and it is done."""

from __future__ import annotations

import re

from bot_flows import children, setup
from bot_flows import topics as topics_part
from bot_flows.guide import door
from bot_flows.menu import home
from bot_flows.outcomes import (
    Answer,
    Card,
    Choice,
    Flow,
    Form,
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
from bot_flows.pack_facts import Counter
from bot_flows.private_numbers import said_back
from bot_flows.types import FinishSetup, SetTopics
from bot_flows.words import fold

_CODE = re.compile(r"(?:登録\s*)([a-z0-9][a-z0-9_\-]{1,39})|([a-z]{2,20}-[0-9]{1,4})")
_PERSONAL = fold("登録コード")


def code_in(text: str) -> str:
    """The counter code a text names, in capitals, else an empty string.

    Reads the prepared text 「登録 KODOMO-3」 and the bare code 「kodomo-3」 printed below the QR code. A personal
    code (「登録コード 7H4K-92PX」) is something else and gives nothing.
    """
    folded = fold(text)
    found = _CODE.fullmatch(folded)
    return (found[1] or found[2]).upper() if found and not is_personal(text) else ""


def is_personal(text: str) -> bool:
    """A code that links one person at the counter: not a place's."""
    return fold(text).startswith(_PERSONAL)


def door_here(talk: Talk, text: str) -> Outcome:
    """What a code opens: agreement, 「終わりました」, or 「見つかりません」."""
    counter = talk.facts.counter
    start = (door(talk.say("counter.start"), "menu", "setup"), door(talk.say("menu.label"), "menu", "home"))
    if counter is None:
        return Reply(talk.say("counter.unknown", code=code_in(text) or said_back(text)[:20]), start)
    if not counter.active:
        return Reply(talk.say("counter.over"), start)
    return Start("counter", "agree", _form(talk, counter))


def _form(talk: Talk, counter: Counter) -> dict[str, object]:
    known = {topic.id for topic in talk.facts.town.topics}
    offered = [topic for topic in counter.topics if topic in known]
    return {**setup.form_of(talk), "offered": offered, "place": counter.place, "source": counter.code}


def _ask_agree(talk: Talk) -> Question:
    offered = talk.form.get("offered", ())
    names = [topic.name for topic in talk.facts.town.topics if topic.id in offered]
    lines = [talk.say("counter.line", topic=name) for name in [*names, talk.say("counter.emergency")]]
    place = str(talk.form.get("place", ""))
    agree = Choice("agree", talk.say("counter.agree"), words=("ok", "はい", "同意する", "同意", "登録"))
    change = Choice("change", talk.say("counter.change"), words=("変更", "いいえ"))
    alt = talk.say("counter.alt", place=place, topics=talk.listed(names) or talk.say("counter.emergency"))
    card = Card(talk.say("counter.card"), alt, tuple(("", line) for line in lines))
    return Question("\n".join([talk.say("counter.ask", place=place), *lines]), (agree, change), card)


def _take_agree(talk: Talk, given: Answer) -> Outcome:
    wanted = sorted({*talk.facts.resident.topics, *talk.form.get("offered", ())})
    form = {**talk.form, "topics": wanted}
    if given.choice == "change":
        return Start("setup", form=_for_setup(form))
    if given.choice != "agree":
        return Unclear(talk.say("counter.unclear"))
    effects = (SetTopics(frozenset(wanted)), FinishSetup(str(talk.form.get("source", ""))))
    said = talk.say("counter.done")
    if _wants_child(form) or _wants_area(form):
        return Start("counter", "more", form, said, effects)
    return Reply(said + talk.say("setup.done_later"), home(talk).choices, effects=effects)


def _for_setup(form: Form) -> dict[str, object]:
    return {name: value for name, value in form.items() if name not in ("offered", "place")}


def _wants_child(form: Form) -> bool:
    return topics_part.CHILDCARE in form.get("topics", ()) and "children" not in form


def _wants_area(form: Form) -> bool:
    return topics_part.GARBAGE in form.get("topics", ()) and "area" not in form


def _ask_more(talk: Talk) -> Question:
    """The one thing that makes what was chosen fit: the child's month, else the district."""
    text = talk.say("counter.ask_child" if _wants_child(talk.form) else "counter.ask_area")
    child = Choice("child", talk.say("counter.add_child"), words=("入れる", "はい"))
    area = Choice("area", talk.say("counter.add_area"), words=("地区",))
    later = Choice("later", talk.say("counter.later"), words=("いいえ", "いらない"))
    wanted = ((child, _wants_child(talk.form)), (area, _wants_area(talk.form)), (later, True))
    return Question(text, tuple(choice for choice, is_wanted in wanted if is_wanted))


def _take_more(talk: Talk, given: Answer) -> Outcome:
    form = _for_setup(talk.form)
    if given.choice == "later":
        return Reply(talk.say("counter.later_said"), home(talk).choices)
    if given.choice == "child":
        return Start("setup", children.first_step(Talk(talk.facts, form)), form)
    return Start("setup", "area", form) if given.choice == "area" else Unclear()


def _after(talk: Talk, _: Part) -> Outcome:
    return Go("agree", talk.form)


def _afresh(talk: Talk) -> Outcome:
    return Start("counter", form=talk.form)


STEPS = {"agree": Step("agree", _ask_agree, _take_agree), "more": Step("more", _ask_more, _take_more)}


FLOW = Flow("counter", "counter.title", "agree", STEPS, _after, _afresh)
