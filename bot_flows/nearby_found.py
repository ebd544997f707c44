"""The answer of flow I: the nearest of a kind around a place, or where to look when the place is not here."""

from __future__ import annotations

from collections.abc import Sequence

from bot_flows import facility_card, guide
from bot_flows.guide import cut, door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.town_facts import Near, open_state

MOST = 5
LOOKED_AT = 40
"""How many of the nearest are looked at to put open ones first; at night few of them are."""
TOO_FAR = 100_000
_RANK = {"holiday": 1, "closed": 2}
"""What may be closed comes after what is open or says nothing of its hours, however near it is."""


def nearest(talk: Talk, kind: str, position: tuple[float, float], name: str = "") -> Reply:
    """The nearest, those in their opening hours first; a place outside the town is said to be outside."""
    town = talk.facts.town
    what = facility_card.called(talk, kind)
    near = town.nearest(kind, *position, LOOKED_AT)
    if not near:
        who = guide.section(talk, "general")
        return Reply(talk.say("nearby.nothing", what=what, section=who.name, phone=who.phone))
    is_outside = not name and town.nearest_district(*position) is None
    if is_outside and near[0].metres > TOO_FAR:
        again = door(cut(talk.say("nearby.other_place")), "nearby", "kind", id=kind)
        return Reply(talk.say("nearby.too_far", town=town.name, what=what), (again,))
    lead, other = _of_other_town(talk, position) if is_outside else ("", ())
    where = name or talk.say("nearby.from_here")
    return facility_card.several(talk, where, _open_first(talk, near), lead, other)


def _of_other_town(talk: Talk, position: tuple[float, float]) -> tuple[str, tuple[Choice, ...]]:
    """That the place is not here, and the page of the town it is in, where the pack knows that one."""
    other = talk.facts.town.neighbour(*position)
    if other is None:
        return talk.say("nearby.outside", town=talk.facts.town.name), ()
    label = cut(talk.say("nearby.other_town", other=other.name))
    said = talk.say("nearby.outside_in", town=talk.facts.town.name, other=other.name)
    return said, (Choice("other", label, "page", opens=other.url),)


def _open_first(talk: Talk, near: Sequence[Near]) -> list[Near]:
    def rank(each: Near) -> tuple[int, int]:
        state = open_state(each.facility, talk.facts.now, is_holiday=talk.facts.is_holiday)
        return _RANK.get(state, 0), each.metres

    return sorted(near, key=rank)[:MOST]
