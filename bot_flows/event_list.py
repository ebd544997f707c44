"""Lists of events as an answer: five of a search with what else there is to choose from, or those near a position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot_flows import event_card, facility_card, guide
from bot_flows.event_search import A_PAGE, Place, Search, distance_to, find, near, span
from bot_flows.guide import LONGEST_ALT, cut, door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.place_names import district_said, ward_said
from bot_flows.town_facts import TownEvent
from bot_flows.types import Child
from bot_flows.windows import months_between

MOST_NEAR = 9
"""Of those near a position nothing is kept to turn a page with, so they come at once; one choice stays for others."""


@dataclass(frozen=True, slots=True)
class Here:
    """From where distances are told, and what residents call it."""

    place: Place
    name: str


def own_place(talk: Talk) -> Here | None:
    """The middle of the district the resident saved."""
    town, code = talk.facts.town, talk.facts.resident.district
    place, district = (town.position_of(code), town.district(code)) if code else (None, None)
    return Here(place, district_said(talk, district)) if place and district else None


def listed(talk: Talk, search: Search) -> Reply:
    """Five events of a search, what else there is to choose from, and the next five."""
    today, here = talk.facts.now.date(), own_place(talk)
    ward, place = talk.facts.resident.ward, here.place if here else None
    found = find(talk.facts.town.events, search, today, ward, place)
    what = _what(talk, search)
    first = search.page * A_PAGE if search.page * A_PAGE < len(found) else 0
    shown = found[first : first + A_PAGE]
    if not shown:
        empty = talk.say("events.empty") if search.what == "next" else talk.say("events.none", what=what)
        return Reply(empty, (*_filters(talk, search), guide.pages_door(talk.say("events.pages"), "events")))
    order = _page(talk, first, len(shown)) if first else _soonest(talk, found[0])
    head = talk.say("events.found", what=what, count=str(len(found)), order=order)
    more = (
        [door(talk.say("events.more"), "events", "list", **search.next_page().door())]
        if first + A_PAGE < len(found)
        else []
    )
    return _told(talk, (what, head), shown, here, (*more, *_filters(talk, search)))


def called(talk: Talk, words: str, found: Sequence[TownEvent]) -> Reply:
    """Events of one name, or of names that end alike; the first nine by their day."""
    here = own_place(talk)
    shown = find(found, Search(), talk.facts.now.date(), here=here.place if here else None)[:MOST_NEAR]
    what = talk.say("events.what_named", name=words)
    head = talk.say("events.found", what=what, count=str(len(found)), order=_soonest(talk, shown[0]))
    others = [door(talk.say("events.choose"), "events", "choose")]
    return _told(talk, (what, head), shown, here, others)


def around(talk: Talk, position: Place) -> Reply:
    """What comes near a position that was sent: the nearest, by their day. The position is used for this answer and
    dropped, so what is farther can only be had by another choice."""
    found = near(talk.facts.town.events, position, talk.facts.now.date())
    what, otherwise = talk.say("events.what_near"), door(talk.say("events.choose"), "events", "choose")
    if not found:
        back = door(talk.say("events.back_to_list"), "menu", "events")
        return Reply(talk.say("events.none", what=what), (back, otherwise))
    nearest = found[:MOST_NEAR]
    far = facility_card.distance(distance_to(found[0], position) or 0)
    order = talk.say("events.nearest", name=found[0].name, distance=far)
    head = talk.say("events.found", what=what, count=str(len(found)), order=order)
    others = [otherwise]
    if len(found) > len(nearest):
        head = f"{head}\n{talk.say('events.nearest_ones', count=str(len(nearest)))}"
        others.insert(0, door(talk.say("events.all"), "events", "list", **Search().door()))
    shown = find(nearest, Search(), talk.facts.now.date(), here=position)
    return _told(talk, (what, head), shown, Here(position, talk.say("nearby.from_here")), others)


def _told(
    talk: Talk, said: tuple[str, str], shown: Sequence[TownEvent], here: Here | None, others: Sequence[Choice]
) -> Reply:
    """The list itself; ``said`` is what it is of and its first line. Distances only where something has one."""
    what, head = said
    far = [distance_to(each, here.place if here else None) for each in shown]
    lines = [_line(talk, each, metres) for each, metres in zip(shown, far, strict=True)]
    measured = (
        [talk.say("events.measured", where=here.name)]
        if here and any(each is not None for each in far)
        else []
    )
    doors = [door(cut(each.name), "events", "show", id=each.id) for each in shown]
    alt = cut(talk.say("events.alt", what=what, first=lines[0]), LONGEST_ALT)
    card = event_card.carousel(talk, alt, list(zip(shown, far, strict=True)), doors)
    text = "\n".join([head, *lines, *measured, talk.say("events.hint")])
    return Reply(text, (*doors, *others), cards=(card,), on_cards=len(doors))


def _page(talk: Talk, first: int, count: int) -> str:
    return talk.say("events.page", first=str(first + 1), last=str(first + count))


def _soonest(talk: Talk, event: TownEvent) -> str:
    return talk.say("events.soonest", when=_day(talk, event), name=event.name)


def _day(talk: Talk, event: TownEvent) -> str:
    """The day of an event in a list; of one that is going on, its last."""
    today = talk.facts.now.date()
    if event.first < today:
        return talk.say("events.since", last=talk.written(event.last))
    return event_card.when(talk, event)


def _line(talk: Talk, event: TownEvent, metres: int | None) -> str:
    place, when = event.notice.get("会場").split("\n")[0], _day(talk, event)
    far = "" if metres is None else facility_card.distance(metres)
    if not place:
        plain = talk.say("events.line_plain", when=when, name=event.name)
        return f"{plain} {talk.say('events.far', distance=far)}" if far else plain
    if not far:
        return talk.say("events.line", when=when, name=event.name, place=place)
    return talk.say("events.line_far", when=when, name=event.name, place=place, distance=far)


def _what(talk: Talk, search: Search) -> str:
    """「2026年12月のイベント」; of several wishes at once the others in brackets."""
    first, *others = search.parts() or [search]
    if not others:
        return _one_what(talk, first)
    return talk.say(
        "events.what_also",
        what=_one_what(talk, first),
        also=talk.listed(_one_what(talk, each) for each in others),
    )


def _one_what(talk: Talk, search: Search) -> str:
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
        case "week" | "day" if search.day:
            return talk.say("events.what_when", when=_when(talk, search))
        case "week":
            return talk.say("events.what_week")
        case "weekend":
            return talk.say("events.what_weekend")
        case "free":
            return talk.say("events.what_free")
    return talk.say("events.what_next")


def _when(talk: Talk, search: Search) -> str:
    first, last = span(search, talk.facts.now.date()) or (talk.facts.now.date(),) * 2
    return talk.called(last) if search.what == "day" else f"{talk.written(first)}〜{talk.written(last)}"


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
        *((Search("age", age=months_of(talk, child)), child_label(talk, child)) for child in born[:1]),
        (Search("free"), talk.say("events.free")),
    ]
    told = {(each.what, each.ward, each.day) for each in search.parts()}
    choices = [
        door(label, "events", "list", **each.door())
        for each, label in offered
        if (each.what, each.ward, each.day) not in told
    ]
    # Who registered no child is asked for an age.
    by_age = [] if born else [door(talk.say("events.by_age"), "events", "age")]
    return [*choices, *by_age, door(talk.say("events.choose"), "events", "choose")]


def months_of(talk: Talk, child: Child) -> int:
    return max(0, months_between(child.birth_month, talk.facts.now.date()))


def child_label(talk: Talk, child: Child) -> str:
    return talk.say("events.child", number=str(child.number), age=_age_said(talk, months_of(talk, child)))
