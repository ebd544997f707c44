"""Every flow and every door, one line each. A new flow is added here and nowhere else in the engine."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot_flows import (
    bulky,
    bulky_fee,
    bulky_order_card,
    bulky_orders,
    child_marks,
    childcare,
    counter,
    damage,
    damage_doors,
    damage_news,
    event_full,
    event_list,
    event_search,
    events,
    faq,
    garbage,
    guide,
    languages,
    latest,
    menu,
    mydata,
    nearby,
    one_left_out,
    payment,
    person,
    settings,
    setup,
    sorting,
    stop,
    undoing,
    welcome,
)
from bot_flows.distress import EMERGENCY
from bot_flows.outcomes import Flow, Outcome, Talk
from bot_flows.postback import Press

FLOWS: Mapping[str, Flow] = {
    flow.name: flow
    for flow in (
        setup.FLOW,
        settings.FLOW,
        garbage.FLOW,
        sorting.FLOW,
        payment.FLOW,
        counter.FLOW,
        welcome.FLOW,
        nearby.FLOW,
        childcare.FLOW,
        events.FLOW,
        damage.FLOW,
        bulky.FLOW,
        bulky_fee.FLOW,
        bulky_orders.FLOW,
        person.FLOW,
        stop.FLOW,
        mydata.FLOW,
    )
}

Door = Callable[[Talk, Press], Outcome]


def _subject(name: str) -> Door:
    return lambda talk, press: guide.subject(talk, name)


def _change(part: str) -> Door:
    return lambda talk, press: settings.change(talk, part)


def _candidate(kind: str) -> Door:
    return lambda talk, press: faq.open_one(talk, kind, press.rest.get("id", ""))


AREAS: Mapping[str, Door] = {
    "garbage": lambda talk, press: garbage.door_here(talk),
    "month": lambda talk, press: garbage.month_door(talk),
    "sorting": lambda talk, press: sorting.door_here(talk),
    "settings": lambda talk, press: settings.card(talk),
    "setup": lambda talk, press: setup.door_here(talk),
    "topics": _change("topics"),
    "area": _change("area"),
    "reminder": _change("reminder"),
    "home": lambda talk, press: menu.home(talk),
    **{name: _subject(name) for name in guide.SUBJECTS},
    "news": lambda talk, press: latest.door_here(talk, "news"),
    "safety": lambda talk, press: latest.door_here(talk, "safety"),
    "pay": lambda talk, press: payment.door_here(talk, press.rest.get("said", "")),
    "map": lambda talk, press: nearby.chooser(talk),
    "toilet": lambda talk, press: nearby.of_kind(talk, "toilet"),
    "aed": lambda talk, press: nearby.of_kind(talk, "aed"),
    "nursing": lambda talk, press: nearby.of_kind(talk, "nursing"),
    "shelter": lambda talk, press: nearby.of_kind(talk, "shelter"),
    "children": lambda talk, press: childcare.door_here(talk, "children"),
    "vaccination": lambda talk, press: childcare.door_here(talk, "vaccination"),
    "events": lambda talk, press: events.door_here(talk),
    "report": lambda talk, press: damage.door_here(talk),
    "bulky": lambda talk, press: bulky.door_here(talk),
    "contact": lambda talk, press: person.door_here(talk),
    "emergency": lambda talk, press: guide.cry(talk, EMERGENCY),
    "stop": lambda talk, press: stop.door_here(talk),
    "restart": lambda talk, press: stop.restart(talk),
    "language": lambda talk, press: languages.door_here(talk),
    "data": lambda talk, press: mydata.door_here(talk),
    "delete": lambda talk, press: mydata.delete_door(talk),
}
"""What a rich-menu area or a word of the lexicon opens: ``f=menu&a=<area>``."""

MENU_AREAS: tuple[str, ...] = tuple(name for name in AREAS if name != "restart")
"""Names a rich menu may use; each has an answer and changes nothing by being opened."""

DOORS: Mapping[str, Mapping[str, Door]] = {
    "menu": AREAS,
    "settings": {
        "topics": _change("topics"),
        "area": _change("area"),
        "reminder": _change("reminder"),
        "children": _change("children"),
        "undo": lambda talk, press: undoing.undo(talk),
        "rest": lambda talk, press: one_left_out.rest(talk),
        "unrest": lambda talk, press: one_left_out.unrest(talk),
        "topic": lambda talk, press: settings.one_topic(talk, press.rest.get("id", "")),
    },
    "faq": {
        **{kind: _candidate(kind) for kind in ("item", "place", "faq")},
        "good": lambda talk, press: faq.good(talk),
        "wrong": lambda talk, press: faq.wrong(talk, press.rest.get("id", "")),
        "none": lambda talk, press: faq.none_of_these(talk),
    },
    "garbage": {
        "keep": lambda talk, press: garbage.keep(talk, press.rest.get("id", "")),
        "other": lambda talk, press: garbage.other(talk),
    },
    "guide": {
        "pages": lambda talk, press: guide.subject(talk, guide.subject_named(press.rest.get("id", ""))),
    },
    "language": {"set": lambda talk, press: languages.chosen(talk, press.rest.get("id", ""))},
    "nearby": {
        "show": lambda talk, press: nearby.show(talk, press.rest.get("id", "")),
        "kind": lambda talk, press: nearby.of_kind(talk, press.rest.get("id", "")),
        "go": lambda talk, press: nearby.go(talk, press.rest.get("id", "")),
    },
    "childcare": {
        "child": lambda talk, press: childcare.child_door(talk, press.rest),
        "all": lambda talk, press: childcare.child_door(talk, press.rest, whole=True),
        "consult": lambda talk, press: childcare.consult(press.rest.get("about", "")),
        "done": lambda talk, press: child_marks.asked(talk, press.rest),
        "did": lambda talk, press: child_marks.mark(talk, press.rest),
        "later": lambda talk, press: child_marks.later(talk, press.rest),
        "wrong": lambda talk, press: child_marks.unmark(talk, press.rest),
        "book": lambda talk, press: child_marks.bookings(talk, press.rest),
        "still": lambda talk, press: child_marks.stop(talk, press.rest),
        "resume": lambda talk, press: child_marks.resume(talk, press.rest),
    },
    "events": {
        "list": lambda talk, press: event_list.listed(talk, event_search.asked(press.rest)),
        "show": lambda talk, press: events.about(talk, press.rest.get("id", "")),
        "wait": lambda talk, press: events.about(talk, press.rest.get("id", ""), events.waiting),
        "days": lambda talk, press: events.about(
            talk, press.rest.get("id", ""), event_full.days_from(press.rest.get("p", ""))
        ),
        "choose": lambda talk, press: events.chooser(talk),
        "age": lambda talk, press: events.by_age(talk),
    },
    "damage": {
        "photo": lambda talk, press: damage_doors.with_photo(press.rest.get("id", "")),
        "quiet": lambda talk, press: damage_news.quiet(talk, press.rest.get("id", "")),
    },
    "bulky": {"item": lambda talk, press: bulky.door_with(talk, press.rest.get("id", ""))},
    "bulky_fee": {"ask": lambda talk, press: bulky_fee.door_here(talk)},
    "bulky_order": {"show": lambda talk, press: bulky_order_card.show(talk, press.rest.get("id", ""))},
    "person": {"care": lambda talk, press: person.door_at("care")},
    "stop": {"why": lambda talk, press: stop.reason(talk, press.rest.get("id", ""))},
    "mydata": {
        "show": lambda talk, press: mydata.show(talk),
        "download": lambda talk, press: mydata.download(talk),
    },
    "welcome": {
        "later": lambda talk, press: welcome.later(talk),
        "keep": lambda talk, press: welcome.keep(talk),
        "anew": lambda talk, press: welcome.anew(talk),
        "forget": lambda talk, press: welcome.forget(talk),
    },
}
"""Buttons that open something at any time, by flow and act of their postback data."""


def door_for(press: Press) -> Door | None:
    """What a door's button opens, None when nothing has that name."""
    return DOORS.get(press.flow, {}).get(press.act)
