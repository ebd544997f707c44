"""Flow L: the town's events. Lists are answers with numbers; only a month, a ward or an age is ever asked."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from bot_flows import area, event_card, event_full, guide
from bot_flows.dates_abroad import in_japanese
from bot_flows.event_list import around, child_label, listed, months_of
from bot_flows.event_search import ASKED, Search, asked, months_with_events
from bot_flows.event_words import age_asked, month_asked
from bot_flows.guide import cut, door
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
from bot_flows.place_names import ward_said
from bot_flows.town_facts import TownEvent
from bot_flows.values import replace
from bot_flows.words import fold

MOST_CHILDREN = 2
"""Named one by one, so that no more than ten choices stand under the question; others by their age."""
_MONTH = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月?")


def door_here(talk: Talk) -> Outcome:
    """「イベント」: what comes next, at once; a pack without events has the town's pages."""
    if not talk.facts.town.events:
        return guide.subject(talk, "events")
    return listed(talk, Search())


def about(talk: Talk, event_id: str, tell: Callable[[Talk, TownEvent], Reply] = event_card.one) -> Outcome:
    """One event of an earlier list: the whole of it, or what ``tell`` says of it."""
    event = next((each for each in talk.facts.town.events if each.id == event_id), None)
    if event is None:
        back = door(talk.say("events.back_to_list"), "menu", "events")
        return Reply(talk.say("events.gone"), (back,))
    return tell(talk, event)


def waiting(talk: Talk, event: TownEvent) -> Reply:
    """「キャンセル待ち」 of an earlier message; what is over, cancelled or has room again says so instead."""
    if event.is_cancelled or event.last < talk.facts.now.date() or not event.is_full:
        return event_card.one(talk, event)
    return event_full.wait(talk, event)


def searched(talk: Talk, search: Search) -> Outcome:
    """What somebody asked for in words; a child's age that was not said is asked for."""
    if search.age != ASKED:
        return listed(talk, search)
    return Start("events", "age", {"also": dict(replace(search, age=-1).door())})


def chooser(talk: Talk) -> Outcome:
    return Start("events", "by")


def by_age(talk: Talk) -> Outcome:
    """「子どもの年齢」 below a list."""
    return Start("events", "age")


# ---- what to look for --------------------------------------------------------------------------------------


def _ask_by(talk: Talk) -> Question:
    resident = talk.facts.resident
    choices = [Choice("this_month", talk.say("events.this_month"))]
    choices.append(Choice("month", talk.say("events.pick_month"), words=("月",)))
    if resident.ward:
        choices.append(Choice("mine", talk.say("events.mine"), words=(resident.ward,)))
    if len(talk.facts.town.wards) > 1:
        choices.append(Choice("ward", talk.say("events.by_ward"), words=("区",)))
    choices.append(Choice("near", talk.say("events.near"), "location", hint=talk.say("events.position_hint")))
    born = [child for child in resident.children if not child.expected][:MOST_CHILDREN]
    choices += [Choice(f"child{child.number}", child_label(talk, child)) for child in born]
    choices.append(Choice("age", talk.say("events.by_age"), words=("年齢", "子ども")))
    choices.append(Choice("all", talk.say("events.all"), words=("全部",)))
    choices.append(Choice("pages", talk.say("events.pages")))
    return Question(talk.say("events.ask"), tuple(choices))


def _take_by(talk: Talk, given: Answer) -> Outcome:
    if given.position is not None:
        return around(talk, given.position)
    match given.choice:
        case "month" | "ward" | "age":
            return Go(given.choice, talk.form)
        case "this_month":
            return listed(talk, Search("month"))
        case "mine":
            return listed(talk, Search("area", ward=talk.facts.resident.ward))
        case "all":
            return listed(talk, Search())
        case "pages":
            return guide.subject(talk, "events")
    for child in talk.facts.resident.children:
        if given.choice == f"child{child.number}":
            return listed(talk, Search("age", age=months_of(talk, child)))
    return Unclear()


def _ask_month(talk: Talk) -> Question:
    months = months_with_events(talk.facts.town.events, talk.facts.now.date())
    choices = [Choice(f"{month:%Y-%m}", talk.month(month), words=(f"{month.month}月",)) for month in months]
    return Question(talk.say("events.ask_month"), tuple(choices))


def _take_month(talk: Talk, given: Answer) -> Outcome:
    if given.choice:
        return listed(talk, Search("month", month=given.choice))
    found = _MONTH.fullmatch(fold(in_japanese(given.text)))
    search = month_asked(talk, found[1] or "", int(found[2])) if found else None
    return listed(talk, search) if search else Unclear(talk.say("events.month_unclear"))


def _ask_ward(talk: Talk) -> Question:
    wards: Sequence[str] = talk.facts.town.wards
    return Question(
        talk.say("events.ask_ward"),
        tuple(Choice(ward, cut(ward_said(talk, ward)), words=(ward,)) for ward in wards),
    )


def _take_ward(talk: Talk, given: Answer) -> Outcome:
    if given.choice in talk.facts.town.wards:
        return listed(talk, Search("area", ward=given.choice))
    found = area.by_words(talk, given.text) if given.text and not given.means_else else ()
    return listed(talk, Search("area", ward=found[0].ward)) if found else Unclear()


def _ask_age(talk: Talk) -> Question:
    return Question(talk.say("events.ask_age"))


def _take_age(talk: Talk, given: Answer) -> Outcome:
    months = age_asked(given.text)
    if months is None:
        return Unclear(talk.say("events.age_unclear"))
    also = talk.form.get("also")
    search = Search("age", age=months)
    return listed(talk, asked(also).with_also(search) if also else search)


def _after(talk: Talk, part: Part) -> Outcome:
    return listed(talk, Search())


def _afresh(talk: Talk) -> Outcome:
    return Start("events", "by")


FLOW = Flow(
    "events",
    "events.title",
    "by",
    {
        "by": Step("by", _ask_by, _take_by),
        "month": Step("month", _ask_month, _take_month),
        "ward": Step("ward", _ask_ward, _take_ward),
        "age": Step("age", _ask_age, _take_age),
    },
    _after,
    _afresh,
    section="events",
)
