"""A public place asked for by name: where it is first, then hours, phone and page."""

from __future__ import annotations

import re

from bot_flows.asked import PublicPlace
from bot_flows.guide import door
from bot_flows.outcomes import Card, Choice, Reply, Talk


def answer(talk: Talk, place: PublicPlace) -> Reply:
    """Address, hours and phone as text; the list's remarks on the card."""
    if place.address:
        first = talk.say("place.address", name=place.name, address=place.address)
    else:
        first = talk.say("place.named", name=place.name, kind=talk.quoted(place.kind))
    lines = [first]
    lines += [talk.say("place.hours", hours=talk.quoted(place.hours))] if place.hours else []
    lines += [talk.say("place.phone", phone=place.phone)] if place.phone else []
    card = (
        Card(place.name, first, ((talk.say("place.row_note"), talk.quoted(place.note)),))
        if place.note
        else None
    )
    return Reply("\n".join(lines), _choices(talk, place), card)


def _choices(talk: Talk, place: PublicPlace) -> tuple[Choice, ...]:
    choices = []
    if place.phone:
        ring = "tel:" + re.sub(r"[^0-9+]", "", place.phone)
        choices.append(Choice("call", talk.say("place.call_label"), "page", opens=ring))
    if place.url.startswith("https://"):
        choices.append(Choice("page", talk.say("place.page_label"), "page", opens=place.url))
    return (*choices, door(talk.say("place.map_label"), "menu", "map"))
