"""Of a topic only what names the own ward: offered, taken back, and gone with the ward. A part of flows D and R."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import topics
from bot_flows.guide import cut
from bot_flows.outcomes import Choice, Talk
from bot_flows.place_names import ward_said


def choices(talk: Talk) -> tuple[Choice, ...]:
    """「東区のものだけ」, or the whole town again; a town of one ward has nothing to narrow, nor has a garbage day."""
    ward, topic = talk.facts.resident.ward, talk.form.get("topic")
    if topic in talk.facts.resident.attention.near:
        return (topics.widening(talk, [str(topic)]),)
    if not ward or len(talk.facts.town.wards) < 2 or topic == topics.GARBAGE:
        return ()
    return (Choice("near", cut(talk.say("settings.own_ward", ward=ward_said(talk, ward))), words=(ward,)),)


def lost(talk: Talk, area_: Mapping[str, Any]) -> list[str]:
    """Topics narrowed to a ward that this area no longer has: all of them come again."""
    return [] if area_.get("ward") else sorted(talk.facts.resident.attention.near)
