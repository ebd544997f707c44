"""A full event: who keeps its waiting list, and other days.

The town's list says that an event is full and nothing about its places, and it is loaded from a file somebody wrote by
hand. So nobody here can know when a place becomes free: what can be offered is the organiser, who does, and other days.
"""

from __future__ import annotations

import re

from bot_flows import guide
from bot_flows.event_search import other_days
from bot_flows.guide import cut, door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.town_facts import TownEvent

MOST = 8
_PHONE = re.compile(r"0[0-9]{1,4}-[0-9]{1,4}-[0-9]{3,4}")


def choices(talk: Talk, event: TownEvent) -> tuple[Choice, ...]:
    """What a full event offers before everything else."""
    return (
        door(talk.say("events.wait"), "events", "wait", id=event.id),
        door(talk.say("events.other_days"), "events", "days", id=event.id),
    )


def wait(talk: Talk, event: TownEvent) -> Reply:
    """Who takes names for a place that becomes free; nothing is promised that this account cannot see."""
    who, phone = _organiser(talk, event)
    text = "\n".join(
        [
            talk.say("events.wait_who"),
            talk.say("events.wait_honest"),
            talk.say("events.wait_ask", who=who, phone=phone),
        ]
    )
    ring = Choice("call", talk.say("guide.call"), "page", opens=f"tel:{phone.replace('-', '')}")
    days = door(talk.say("events.other_days"), "events", "days", id=event.id)
    return Reply(text, (ring, days, _back(talk, event)))


def _organiser(talk: Talk, event: TownEvent) -> tuple[str, str]:
    """Name and number of the list's own contact; without a number, the town's section for events."""
    found = _PHONE.search(event.notice.get("連絡先"))
    if found is None:
        section = guide.section(talk, "events")
        return section.name, section.phone
    name = event.notice.get("問合先") or event.notice.get("主催者") or event.name
    return talk.quoted(name.split("\n")[0]), found[0]


def days(talk: Talk, event: TownEvent) -> Reply:
    """The same event on other days that have room."""
    found = other_days(talk.facts.town.events, event, talk.facts.now.date())[:MOST]
    if not found:
        all_ = door(talk.say("events.back_to_list"), "menu", "events")
        return Reply(talk.say("events.days_none", name=event.name), (all_, _back(talk, event)))
    doors = [
        door(cut(f"{talk.day_label(each.first)} {each.name}"), "events", "show", id=each.id) for each in found
    ]
    head = talk.say("events.days_found", name=event.name, count=str(len(found)))
    return Reply("\n".join([head, talk.say("events.hint")]), (*doors, _back(talk, event)))


def _back(talk: Talk, event: TownEvent) -> Choice:
    return door(talk.say("events.to_event"), "events", "show", id=event.id)
