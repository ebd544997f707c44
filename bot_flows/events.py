"""Flow L: the town's events. Lists are answers with numbers; only a month, a ward or an age is ever asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from bot_flows import event_card, guide
from bot_flows.event_search import A_PAGE, Search, find, months_with_events
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
from bot_flows.types import Child
from bot_flows.windows import months_between
from bot_flows.words import fold

LONGEST_ALT = 60
_YEARS = ("歳", "才", "さい", "years", "year", "y", "岁", "歲", "살", "세", "tuổi", "वर्ष")
_MONTHS = (
    "か月",
    "ゖ月",
    "ゕ月",
    "け月",
    "かげつ",
    "months",
    "month",
    "m",
    "个月",
    "個月",
    "개월",
    "tháng",
    "महिना",
)
_AGE = re.compile(rf"(\d{{1,2}})\s*({'|'.join(map(fold, (*_YEARS, *_MONTHS)))})?(?:児| old)?")
_MONTH = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月?")


def door_here(talk: Talk) -> Outcome:
    """「イベント」: what comes next, at once; a pack without events has the town's pages."""
    if not talk.facts.town.events:
        return guide.subject(talk, "events")
    return listed(talk, Search())


def show(talk: Talk, event_id: str) -> Outcome:
    """One event of an earlier list."""
    event = next((each for each in talk.facts.town.events if each.id == event_id), None)
    if event is None:
        back = door(talk.say("events.back_to_list"), "menu", "events")
        return Reply(talk.say("events.gone"), (back,))
    return event_card.one(talk, event)


def chooser(talk: Talk) -> Outcome:
    return Start("events", "by")


# ---- lists -------------------------------------------------------------------------------------------------


def listed(talk: Talk, search: Search) -> Reply:
    """Five events of a search, what else there is to choose from, and the next five."""
    today = talk.facts.now.date()
    found = find(talk.facts.town.events, search, today, talk.facts.resident.ward)
    what = _what(talk, search)
    first = search.page * A_PAGE if search.page * A_PAGE < len(found) else 0
    here = found[first : first + A_PAGE]
    if not here:
        empty = talk.say("events.empty") if search.what == "next" else talk.say("events.none", what=what)
        return Reply(empty, (*_filters(talk, search), guide.pages_door(talk.say("events.pages"), "events")))
    order = (
        talk.say("events.page", first=str(first + 1), last=str(first + len(here)))
        if first
        else talk.say("events.soonest", when=_day(talk, found[0]), name=found[0].name)
    )
    head = talk.say("events.found", what=what, count=str(len(found)), order=order)
    lines = [_line(talk, each) for each in here]
    doors = [door(cut(each.name), "events", "show", id=each.id) for each in here]
    more = (
        [door(talk.say("events.more"), "events", "list", **search.next_page().door())]
        if first + A_PAGE < len(found)
        else []
    )
    alt = cut(talk.say("events.alt", what=what, first=lines[0]), LONGEST_ALT)
    card = event_card.carousel(talk, alt, here, doors)
    text = "\n".join([head, *lines, talk.say("events.hint")])
    return Reply(text, (*doors, *more, *_filters(talk, search)), cards=(card,))


def _day(talk: Talk, event: TownEvent) -> str:
    """The day of an event in a list; of one that is going on, its last."""
    today = talk.facts.now.date()
    if event.first < today:
        return talk.say("events.since", last=talk.written(event.last))
    return event_card.when(talk, event)


def _line(talk: Talk, event: TownEvent) -> str:
    place = event.notice.get("会場").split("\n")[0]
    if place:
        return talk.say("events.line", when=_day(talk, event), name=event.name, place=place)
    return talk.say("events.line_plain", when=_day(talk, event), name=event.name)


def _what(talk: Talk, search: Search) -> str:
    match search.what:
        case "month" if search.month:
            month = date.fromisoformat(f"{search.month}-01")
            return talk.say("events.what_month", month=talk.month(month))
        case "month":
            return talk.say("events.what_this_month")
        case "area" if search.ward:
            return talk.say("events.what_area", ward=ward_said(talk, search.ward))
        case "age" if search.age >= 0:
            return talk.say("events.what_age", age=_age_said(talk, search.age))
        case "week":
            return talk.say("events.what_week")
        case "weekend":
            return talk.say("events.what_weekend")
        case "free":
            return talk.say("events.what_free")
    return talk.say("events.what_next")


def _age_said(talk: Talk, months: int) -> str:
    years, rest = divmod(months, 12)
    if years:
        return talk.say("events.age_years", years=str(years))
    return talk.say("events.age_months", months=str(rest))


def _filters(talk: Talk, search: Search) -> list[Choice]:
    """This week, the weekend, one's own ward, the first child, free, and everything else by a question."""
    ward, born = talk.facts.resident.ward, [c for c in talk.facts.resident.children if not c.expected]
    offered = [
        (Search("week"), talk.say("events.week")),
        (Search("weekend"), talk.say("events.weekend")),
        *([(Search("area", ward=ward), talk.say("events.mine"))] if ward else []),
        *((Search("age", age=_months(talk, child)), _child_label(talk, child)) for child in born[:1]),
        (Search("free"), talk.say("events.free")),
    ]
    choices = [
        door(label, "events", "list", **each.door())
        for each, label in offered
        if (each.what, each.ward) != (search.what, search.ward)
    ]
    return [*choices, door(talk.say("events.choose"), "events", "choose")]


def _months(talk: Talk, child: Child) -> int:
    return max(0, months_between(child.birth_month, talk.facts.now.date()))


def _child_label(talk: Talk, child: Child) -> str:
    return talk.say("events.child", number=str(child.number), age=_age_said(talk, _months(talk, child)))


# ---- what to look for --------------------------------------------------------------------------------------


def _ask_by(talk: Talk) -> Question:
    resident = talk.facts.resident
    choices = [Choice("this_month", talk.say("events.this_month"))]
    choices.append(Choice("month", talk.say("events.pick_month"), words=("月",)))
    if resident.ward:
        choices.append(Choice("mine", talk.say("events.mine"), words=(resident.ward,)))
    if len(talk.facts.town.wards) > 1:
        choices.append(Choice("ward", talk.say("events.by_ward"), words=("区",)))
    born = [child for child in resident.children[:3] if not child.expected]
    choices += [Choice(f"child{child.number}", _child_label(talk, child)) for child in born]
    choices.append(Choice("age", talk.say("events.by_age"), words=("年齢", "子ども")))
    choices.append(Choice("all", talk.say("events.all"), words=("全部",)))
    choices.append(Choice("pages", talk.say("events.pages")))
    return Question(talk.say("events.ask"), tuple(choices))


def _take_by(talk: Talk, given: Answer) -> Outcome:
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
            return listed(talk, Search("age", age=_months(talk, child)))
    return Unclear()


def _ask_month(talk: Talk) -> Question:
    months = months_with_events(talk.facts.town.events, talk.facts.now.date())
    choices = [Choice(f"{month:%Y-%m}", talk.month(month), words=(f"{month.month}月",)) for month in months]
    return Question(talk.say("events.ask_month"), tuple(choices))


def _take_month(talk: Talk, given: Answer) -> Outcome:
    if given.choice:
        return listed(talk, Search("month", month=given.choice))
    found = _MONTH.fullmatch(fold(given.text))
    if found is None or not 1 <= int(found[2]) <= 12:
        return Unclear(talk.say("events.month_unclear"))
    today = talk.facts.now.date()
    year = int(found[1]) if found[1] else today.year + (int(found[2]) < today.month)
    return listed(talk, Search("month", month=f"{year}-{int(found[2]):02}"))


def _ask_ward(talk: Talk) -> Question:
    wards: Sequence[str] = talk.facts.town.wards
    return Question(
        talk.say("events.ask_ward"),
        tuple(Choice(ward, cut(ward_said(talk, ward)), words=(ward,)) for ward in wards),
    )


def _take_ward(talk: Talk, given: Answer) -> Outcome:
    if given.choice in talk.facts.town.wards:
        return listed(talk, Search("area", ward=given.choice))
    found = talk.facts.town.find_districts(given.text) if given.text and not given.means_else else ()
    return listed(talk, Search("area", ward=found[0].ward)) if found else Unclear()


def _ask_age(talk: Talk) -> Question:
    return Question(talk.say("events.ask_age"))


def _take_age(talk: Talk, given: Answer) -> Outcome:
    found = _AGE.fullmatch(fold(given.text))
    if found is None:
        return Unclear(talk.say("events.age_unclear"))
    is_years = found[2] is None or found[2] in map(fold, _YEARS)
    months = int(found[1]) * (12 if is_years else 1)
    return (
        listed(talk, Search("age", age=months)) if months <= 227 else Unclear(talk.say("events.age_unclear"))
    )


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
