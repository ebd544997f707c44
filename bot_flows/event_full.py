"""A full event: who keeps its waiting list, and other days.

The town's list says that an event is full and nothing about its places, and it is loaded from a file somebody wrote by
hand. So nobody here can know when a place becomes free: what can be offered is the organiser, who does, and other days.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date

from bot_flows import guide
from bot_flows.event_search import other_days
from bot_flows.guide import cut, door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.town_facts import TownEvent
from content.fields.kinds import read

MOST = 8
"""Days on one page."""
_ANY_DAY = date(2000, 1, 1)
_PHONE = re.compile(r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}")


def choices(talk: Talk, event: TownEvent) -> tuple[Choice, ...]:
    """What a full event offers before everything else."""
    return (
        door(talk.say("events.wait"), "events", "wait", id=event.id),
        door(talk.say("events.other_days"), "events", "days", id=event.id),
    )


def closed(talk: Talk, event: TownEvent) -> str:
    """Why nobody can apply any more; "" while they can."""
    if event.is_full:
        return talk.say("events.full", name=event.name)
    until = read("date", event.notice.get("申込期限"), today=_ANY_DAY).value
    if isinstance(until, date) and until < talk.facts.now.date():
        return talk.say("events.closed", when=talk.written(until))
    return ""


def wait(talk: Talk, event: TownEvent) -> Reply:
    """Who knows whether a waiting list is kept at all; nothing is said that this account cannot see."""
    who, phone = _organiser(talk, event)
    asks = (
        talk.say("events.wait_ask", who=who, phone=phone)
        if who
        else talk.say("events.wait_call", phone=phone)
    )
    text = "\n".join([talk.say("events.wait_who", name=event.name), talk.say("events.wait_honest"), asks])
    ring = Choice("call", talk.say("guide.call"), "page", opens=f"tel:{phone.replace('-', '')}")
    days = door(talk.say("events.other_days"), "events", "days", id=event.id)
    return Reply(text, (ring, days, _back(talk, event)))


def _organiser(talk: Talk, event: TownEvent) -> tuple[str, str]:
    """Name and number of the list's own contact, the name "" where it has none; without a number, the town's section
    for events."""
    found = _PHONE.search(event.notice.get("連絡先"))
    if found is None:
        section = guide.section(talk, "events")
        return section.name, section.phone
    name = event.notice.get("問合先") or event.notice.get("主催者")
    return talk.quoted(name.split("\n")[0]) if name else "", found[0]


def days_from(page: str) -> Callable[[Talk, TownEvent], Reply]:
    """A page of the other days; a damaged number is the first."""
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 4 else 0
    return lambda talk, event: _days(talk, event, number)


def _days(talk: Talk, event: TownEvent, page: int) -> Reply:
    """The same event on other days it can still be applied for."""
    coming = other_days(talk.facts.town.events, event, talk.facts.now.date())
    found = [each for each in coming if not closed(talk, each)]
    if not found:
        all_ = door(talk.say("events.back_to_list"), "menu", "events")
        return Reply(talk.say("events.days_none", name=event.name), (all_, _back(talk, event)))
    first = page * MOST if page * MOST < len(found) else 0
    shown = found[first : first + MOST]
    doors = [
        door(cut(f"{talk.day_label(each.first)} {each.name}"), "events", "show", id=each.id) for each in shown
    ]
    head = [talk.say("events.days_found", name=event.name, count=str(len(found)))]
    if len(shown) < len(found):
        head.append(talk.say("events.page", first=str(first + 1), last=str(first + len(shown))))
    if first + MOST < len(found):
        doors.append(door(talk.say("events.more"), "events", "days", id=event.id, p=str(first // MOST + 1)))
    return Reply("\n".join([*head, talk.say("events.hint")]), (*doors, _back(talk, event)))


def _back(talk: Talk, event: TownEvent) -> Choice:
    return door(talk.say("events.to_event"), "events", "show", id=event.id)
