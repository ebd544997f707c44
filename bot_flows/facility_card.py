"""Facilities as residents read them: distances, hours, disasters a shelter is for, and the answer of flow I."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import quote

from bot_flows.guide import cut, door, opener, pages_door
from bot_flows.outcomes import Choice, Reply, Talk
from bot_flows.town_facts import WEEKDAYS, Facility, Near, OpenState, open_state
from content import messages as line
from content.fields.values import Position
from content.links import first_url, map_url, route_url, tel_uri

NAMES_MOST = 20
MOST_BUTTONS = 4
LONGEST_LINE = 160
"""Open data have whole leaflets in a cell."""
WALKABLE = 4_000
"""Metres; beyond, nobody is told how long to walk."""
_KNOWN_KINDS = {
    "shelter": "nearby.called_shelter",
    "toilet": "nearby.called_toilet",
    "aed": "nearby.called_aed",
    "childcare": "nearby.called_childcare",
    "nursing": "nearby.called_nursing",
    "public": "nearby.called_public",
    "medical": "nearby.called_medical",
    "wifi": "nearby.called_wifi",
}

_HAZARDS = {
    "洪水": "nearby.hazard_flood",
    "土砂災害": "nearby.hazard_landslide",
    "高潮": "nearby.hazard_surge",
    "地震": "nearby.hazard_quake",
    "津波": "nearby.hazard_tsunami",
    "大きな火事": "nearby.hazard_fire",
    "内水氾濫": "nearby.hazard_inland",
    "火山の噴火": "nearby.hazard_volcano",
}


def called(talk: Talk, kind: str) -> str:
    """A kind as a sentence names it: 「指定緊急避難場所」."""
    return talk.say(_KNOWN_KINDS.get(kind, "nearby.called_public"))


def distance(metres: int) -> str:
    """「350m」 in tens, 「1.2km」 from a kilometre on, 「12km」 from ten."""
    if metres < 1_000:
        return f"{max(10, round(metres, -1))}m" if metres < 995 else "1.0km"
    return f"{metres / 1_000:.1f}km" if metres < 9_950 else f"{round(metres / 1_000)}km"


def hours_lines(talk: Talk, facility: Facility) -> list[str]:
    """Whether it is open now, when it is, and what the list adds to that; a shelter's opening is announced."""
    if facility.hazards:
        return [talk.say("nearby.shelter_honest", town=talk.facts.town.name)]
    state = _state(talk, facility)
    if state == "unknown":
        return [*_of_list(talk, facility.hours_note), talk.say("nearby.is_unknown")]
    said = {"holiday": "nearby.is_holiday", "closed": "nearby.is_closed"}.get(state, "")
    lines = [talk.say(said) if said else _open_line(talk, facility)]
    if facility.opens and facility.closes and not _is_all_day(facility):
        hours = f"{_clock(facility, 'opens')}〜{_clock(facility, 'closes')}"
        lines.append(talk.say("nearby.hours_line", days=_days(talk, facility), hours=hours))
    lines += _of_list(talk, facility.hours_note)
    if not _is_all_day(facility) and state != "holiday":
        lines.append(talk.say("nearby.hours_doubt"))
    return lines


def _state(talk: Talk, facility: Facility) -> OpenState:
    return open_state(facility, talk.facts.now, is_holiday=talk.facts.is_holiday)


def _days(talk: Talk, facility: Facility) -> str:
    is_daily = not facility.weekdays or set(WEEKDAYS) <= set(facility.weekdays)
    return talk.say("nearby.daily") if is_daily else talk.weekdays(facility.weekdays)


def _of_list(talk: Talk, *texts: str) -> list[str]:
    """What the list says in its own words."""
    return [talk.quoted(cut(text, LONGEST_LINE - 2)) for text in texts if text]


def _open_line(talk: Talk, facility: Facility) -> str:
    if _is_all_day(facility):
        return talk.say("nearby.is_open_all_day")
    return talk.say("nearby.is_open", until=_clock(facility, "closes"))


def _is_all_day(facility: Facility) -> bool:
    opens, closes = facility.opens, facility.closes
    return bool(opens and closes and (opens.hour, closes.hour, closes.minute) == (0, 23, 59)) or (
        opens is not None and opens == closes
    )


def _clock(facility: Facility, which: str) -> str:
    at = facility.opens if which == "opens" else facility.closes
    return f"{at.hour}:{at.minute:02}" if at else ""


def hazard_lines(talk: Talk, facility: Facility) -> list[str]:
    """Which disasters a shelter is for and, as loudly, for which it is not."""
    if not facility.hazards:
        return []
    good = talk.listed(_hazard(talk, word) for word, fits in facility.hazards.items() if fits)
    bad = talk.listed(_hazard(talk, word) for word, fits in facility.hazards.items() if not fits)
    if not good:
        return [talk.say("nearby.usable_none")]
    lines = [talk.say("nearby.usable", hazards=good)]
    return [*lines, talk.say("nearby.not_usable", hazards=bad)] if bad else lines


def _hazard(talk: Talk, word: str) -> str:
    return talk.say(_HAZARDS[word]) if word in _HAZARDS else talk.quoted(word)


def about(talk: Talk, facility: Facility) -> list[str]:
    """Everything the list says, a fact on a line."""
    stays = [talk.say("nearby.stays")] if facility.is_asked_shelter else []
    lines = [*hazard_lines(talk, facility), *stays, *hours_lines(talk, facility)]
    lines += _of_list(talk, *facility.details, facility.note)
    if facility.address:
        lines.append(talk.say("nearby.address", address=facility.address))
    if facility.phone:
        lines.append(talk.say("nearby.phone", phone=facility.phone))
    return [cut(each, LONGEST_LINE) for each in dict.fromkeys(lines)]


def ways(talk: Talk, facility: Facility, *, everything: bool = True) -> tuple[Choice, ...]:
    """The way there, the map, for shelters word to the family, the telephone, the page: those there are."""
    here = Position(facility.latitude, facility.longitude)
    choices = [
        Choice("route", talk.say("nearby.route"), "page", opens=route_url(here, "walking")),
        Choice("map", talk.say("nearby.map"), "page", opens=map_url(here)),
    ]
    if facility.hazards:
        choices.append(Choice("share", talk.say("nearby.share"), "page", opens=_share(talk, facility, here)))
        choices.append(door(talk.say("nearby.go"), "nearby", "go", id=facility.id))
    if everything and (call := tel_uri(facility.phone)):
        choices.append(Choice("call", talk.say("nearby.call"), "page", opens=call))
    if everything and (url := first_url(facility.url)):
        choices.append(Choice("web", talk.say("nearby.web"), "page", opens=url))
    return tuple(choices)


def going(talk: Talk, facility: Facility) -> Reply:
    """Somebody sets out for a shelter: the way there, and word to the family. Nobody in the town hall hears of it."""
    here, town = Position(facility.latitude, facility.longitude), talk.facts.town.name
    text = "\n".join(
        [
            talk.say("nearby.going", name=facility.name),
            talk.say("nearby.address", address=facility.address or town),
            talk.say("nearby.shelter_honest", town=town),
            talk.say("nearby.going_told"),
        ]
    )
    clock = f"{talk.facts.now:%H:%M}"
    told = talk.say("nearby.going_share", name=facility.name, address=facility.address or town, time=clock)
    return Reply(
        text,
        (
            Choice("route", talk.say("nearby.route"), "page", opens=route_url(here, "walking")),
            Choice("share", talk.say("nearby.share"), "page", opens=_shared(told, here)),
            door(cut(talk.say("nearby.other_place")), "menu", "shelter"),
        ),
    )


def _share(talk: Talk, facility: Facility, here: Position) -> str:
    """LINE's share screen with the shelter's name and map; never where the resident is."""
    town = talk.facts.town.name
    what = called(talk, facility.kind)
    text = talk.say(
        "nearby.share_text", town=town, what=what, name=facility.name, address=facility.address or town
    )
    return _shared(text, here)


def _shared(text: str, here: Position) -> str:
    return f"https://line.me/R/share?text={quote(f'{text} {map_url(here)}', safe='')}"


def one(talk: Talk, facility: Facility) -> Reply:
    """One facility with all its facts."""
    lines = about(talk, facility)
    text = "\n".join([talk.say("nearby.one", name=facility.name), *lines])
    what = called(talk, facility.kind)
    where = facility.address or talk.facts.town.name
    alt = talk.say("nearby.alt_one", what=what, name=facility.name, address=where)
    choices = ways(talk, facility)
    card = line.card(alt, facility.name, lines[:6], [opener(each) for each in choices[:MOST_BUTTONS]])
    return Reply(text, choices, cards=(card,))


def several(
    talk: Talk, where: str, found: Sequence[Near], lead: str = "", first_of_all: tuple[Choice, ...] = ()
) -> Reply:
    """The nearest first with its facts and its way there, then the others as numbers to open. At most five."""
    first, *others = found
    best = first.facility
    what = called(talk, best.kind)
    text = [lead, _headline(talk, where, what, first), *about(talk, best)]
    if best.hazards:
        text.append(talk.say("nearby.shelter_high"))
    text.append(talk.say("nearby.straight"))
    direct = ways(talk, best, everything=False)
    doors = tuple(_opener(near) for near in others)
    again = door(talk.say("nearby.other_kind"), "menu", "map")
    pages = pages_door(talk.say("nearby.pages"), "shelter" if best.hazards else "map")
    alt = talk.say("nearby.alt", what=what, name=best.name, distance=distance(first.metres))
    buttons = [opener(each) for each in direct]
    rows = [(near.facility.name, _row(talk, near)) for near in found]
    card = line.card(alt, what, rows, buttons)
    return Reply("\n".join(filter(None, text)), (*first_of_all, *direct, *doors, again, pages), cards=(card,))


def _headline(talk: Talk, where: str, what: str, first: Near) -> str:
    said, name = distance(first.metres), first.facility.name
    if first.metres > WALKABLE:
        return talk.say("nearby.nearest_far", where=where, what=what, name=name, distance=said)
    return talk.say(
        "nearby.nearest", where=where, what=what, name=name, distance=said, minutes=str(first.minutes)
    )


def _opener(near: Near) -> Choice:
    """「本町中学校 800m」, cut so that the distance is never lost."""
    far = distance(near.metres)
    label = f"{cut(near.facility.name, NAMES_MOST - len(far) - 1)} {far}"
    return door(label, "nearby", "show", id=near.facility.id)


def _row(talk: Talk, near: Near) -> str:
    said = distance(near.metres)
    if near.metres <= WALKABLE:
        said = talk.say("nearby.row", distance=said, minutes=str(near.minutes))
    facility = near.facility
    if facility.hazards:
        return "\n".join([said, *hazard_lines(talk, facility)])
    keys = {"open": "nearby.row_open", "closed": "nearby.row_closed", "holiday": "nearby.row_holiday"}
    key = keys.get(_state(talk, facility))
    return f"{said}\n{talk.say(key)}" if key else said
