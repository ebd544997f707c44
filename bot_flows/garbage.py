"""Flow E, garbage day: the answer in the first line; the area is asked only when it is not known."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from datetime import date, timedelta

from bot_flows import area
from bot_flows.collection import (
    AHEAD,
    Plan,
    category_in,
    day_line,
    is_over,
    list_line,
    next_dates,
    next_line,
    next_of,
    notes_on,
    plan,
    said,
)
from bot_flows.days import NEW_YEAR, Days, nearby
from bot_flows.guide import LONGEST_ALT, cut, door, section
from bot_flows.outcomes import Card, Choice, Flow, Outcome, Part, Reply, Start, Talk
from bot_flows.pack_facts import District
from bot_flows.place_names import district_said, name_said
from bot_flows.types import NoteUnknownWord, SetArea
from bot_flows.waste_kinds import undo_of
from bot_flows.words import fold
from content.sentences import FIRST_LANGUAGE, say

NOT_YET = timedelta(days=14)
"""No collection within two weeks of a day means: the calendar does not reach that far."""
MOST_LINES = 12
"""The longest list by days; what is longer is told by category."""


def door_here(talk: Talk, words: str = "") -> Outcome:
    """「ごみの日」, 「明日のごみ」, 「来週」: answer, or ask for the area and answer then."""
    district = known_district(talk)
    if district is None:
        form = {"words": words, "use": "garbage"}
        return Start("garbage", "area", form, talk.say("garbage.ask_area"))
    return told(talk, district, words)


_BEFORE = re.compile(r"[のはで、\s]+")
_ALL_OF_IT = re.compile(r"ごみ(?:の日|の収集|収集|出し|かれんだー)*(?:は?いつ)?(?:ですか|は|を教えて)?[。?]*")


def of_district(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """「桜台のごみ」, 「東区 桜台のあしたのごみ」: somebody else's area, named before what is asked; nothing saved changes."""
    said = fold(text)
    if "ごみ" not in said:
        return None
    for found in _BEFORE.finditer(said):
        name, words = _BEFORE.sub("", said[: found.start()]), said[found.end() :]
        named = area.of_name(talk, name) if len(name) > 1 and "ごみ" in words else ()
        if len(named) == 1 and (_ALL_OF_IT.fullmatch(words) or answers(talk, words)):
            return functools.partial(told, talk, named[0], words)
    return None


def answers(talk: Talk, words: str) -> bool:
    return bool(category_in(talk, words)) or nearby(words, talk.facts.now.date()) is not None


def known_district(talk: Talk) -> District | None:
    """The district the resident saved, else the one they named earlier today."""
    code = talk.facts.resident.district or talk.kept.get("district", {}).get("code", "")
    return talk.facts.town.district(code) if code else None


def told(talk: Talk, district: District, words: str, lead: str = "") -> Reply:
    """The answer for a district, with next dates on the card."""
    here = plan(talk, district)
    if not here.coming:
        return no_plan(talk, district)
    text = answer_text(here, words)
    first = text.split("\n", 1)[0]
    card = Card(
        title=talk.say("garbage.card", district=name_said(talk, district)),
        alt=_alt(talk, first.rstrip("。."), district),
        rows=next_dates(here),
    )
    kept = {"district": {"code": district.code, "at": talk.facts.now.isoformat()}}
    return Reply("\n".join(part for part in (text, lead) if part), _choices(talk, district), card, kept=kept)


def _alt(talk: Talk, line: str, district: District) -> str:
    """What the list of talks shows; where the place's reading makes it too long (C01), the place as on the sign."""
    places = (district_said(talk, district), district.ward + district.name)
    said = (talk.say("garbage.alt", line=line, district=place) for place in places)
    return next((each for each in said if len(each) <= LONGEST_ALT), cut(line, LONGEST_ALT))


def _choices(talk: Talk, district: District) -> tuple[Choice, ...]:
    saved = talk.facts.resident.district
    last = (
        door(talk.say("garbage.to_reminder"), "settings", "reminder")
        if saved == district.code
        else door(talk.say("garbage.to_keep"), "garbage", "keep", id=district.code)
    )
    return (
        door(talk.say("garbage.to_sorting"), "menu", "sorting"),
        door(talk.say("garbage.to_month"), "menu", "month"),
        door(talk.say("garbage.to_other"), "garbage", "other"),
        last,
    )


def answer_text(here: Plan, words: str) -> str:
    """The lines that answer what was asked; the first of them is the answer itself."""
    category = category_in(here.talk, words)
    if category:
        return _about_category(here, category)
    days = nearby(words, here.today)
    if days is None:
        return _soonest(here)
    if days.last > here.today + AHEAD:
        there = here.talk.facts.town.collections(here.district.garbage_area, days.first, days.last + NOT_YET)
        here = Plan(here.talk, here.district, here.today, there)
    return _about_day(here, days.first) if days.is_one else _about_days(here, days)


def _soonest(here: Plan) -> str:
    """Nothing asked but 「ごみの日」: what to put out next, today's first while its hour has not passed."""
    today, tomorrow = here.today, here.today + timedelta(days=1)
    now = here.on(today)
    if now and now.categories and not is_over(here, now.categories):
        lines = [day_line(here, today), *notes_on(here, today), next_line(here, today)]
    elif (soon := here.on(tomorrow)) and soon.categories:
        lines = [day_line(here, tomorrow), *notes_on(here, tomorrow), _today_line(here)]
    else:
        stops = [*notes_on(here, today), *notes_on(here, tomorrow)]
        lines = [next_line(here, tomorrow) or day_line(here, tomorrow), *stops, _today_line(here)]
    return "\n".join(line for line in lines if line)


def _today_line(here: Plan) -> str:
    now = here.on(here.today)
    if now and now.categories:
        return said(here, "over", "", now.categories) if is_over(here, now.categories) else ""
    return day_line(here, here.today)


def _about_day(here: Plan, day: date) -> str:
    if day < here.today:
        return f"{here.talk.say('garbage.past', when=here.talk.called(day))}\n{next_line(here, here.today)}".strip()
    if day > here.today + AHEAD:
        found = here.talk.facts.town.collections(here.district.garbage_area, day, day + NOT_YET)
        here = Plan(here.talk, here.district, here.today, found)
    if not any(day <= one.day <= day + NOT_YET for one in here.coming):
        return here.talk.say("garbage.not_yet", when=here.talk.called(day))
    one = here.on(day)
    lines = [day_line(here, day), *notes_on(here, day)]
    if one is None or not one.categories:
        lines.append(next_line(here, day))
    return "\n".join(line for line in lines if line)


def _about_days(here: Plan, days: Days) -> str:
    found = [one for one in here.coming if days.first <= one.day <= days.last and one.categories]
    within = [one for one in here.coming if days.first <= one.day <= days.last]
    stops = dict.fromkeys(note for one in within if not one.categories for note in one.notes)
    notes = dict.fromkeys(note for one in within for note in one.notes if note not in stops)
    if not found:
        first, last = here.talk.written(days.first), here.talk.written(days.last)
        lines = [
            here.talk.say("garbage.none_in", name=here.talk.stretch(days.name), first=first, last=last),
            next_line(here, days.last),
        ]
        return "\n".join(line for line in [*lines, *stops, *notes] if line)
    when, name = here.talk.called(found[0].day), here.talk.stretch(days.name)
    first_line = said(here, "first_of", when, found[0].categories, name=name)
    rest = (
        [list_line(here, one) for one in found[1:]]
        if len(found) <= MOST_LINES
        else by_category(here, days.first, days.last)
    )
    # Who asks for New Year asks when nobody comes.
    head = [*stops, first_line] if days.name == NEW_YEAR else [first_line, *stops]
    return "\n".join([*head, *rest, *notes])


def by_category(here: Plan, first: date, last: date) -> list[str]:
    """Each category with all its days from ``first`` to ``last``: a month by days would be cut."""
    lines = []
    for guide in here.talk.facts.town.categories:
        days = [
            each.day for each in here.coming if guide.name in each.categories and first <= each.day <= last
        ]
        if days:
            lines.append(here.talk.row(guide.name, here.talk.listed(map(here.talk.written, days))))
    return lines


def _about_category(here: Plan, category: str) -> str:
    day = next_of(here, category)
    if day is None:
        return here.talk.say("garbage.category_none", what=category)
    return "\n".join([said(here, "category", here.talk.called(day), (category,)), *notes_on(here, day)])


def month(talk: Talk, district: District) -> Reply:
    """The coming month by category, in one text that also a PC and a screen reader show."""
    here = plan(talk, district)
    now = here.on(here.today)
    is_today = now is not None and bool(now.categories) and not is_over(here, now.categories)
    one = now if is_today else here.after(here.today)
    if one is None:
        return no_plan(talk, district)
    last = here.today + timedelta(days=31)
    lines = by_category(here, here.today if is_today else here.today + timedelta(days=1), last)
    notes = [note for each in here.coming if each.day <= last for note in each.notes]
    first = said(here, "month_first", talk.called(one.day), one.categories)
    back = (
        door(talk.say("garbage.title"), "menu", "garbage"),
        door(talk.say("garbage.to_sorting"), "menu", "sorting"),
    )
    return Reply("\n".join([first, *dict.fromkeys(notes), *lines]), back)


def no_plan(talk: Talk, district: District) -> Reply:
    """The pack has no calendar for this district: say who can help, and let the staff know."""
    who = section(talk, "garbage")
    name = f"{district.ward}{district.name}"
    text = talk.say(
        "garbage.no_plan",
        district=district_said(talk, district),
        section=who.name,
        phone=who.phone,
        hours=who.hours,
    )
    note = NoteUnknownWord("question", say("garbage.no_plan_note", FIRST_LANGUAGE, district=name))
    return Reply(text, (door(talk.say("garbage.to_sorting"), "menu", "sorting"),), effects=(note,))


def month_door(talk: Talk) -> Outcome:
    """The month's list for the known district, else the area first."""
    district = known_district(talk)
    if district is None:
        return Start("garbage", "area", {"words": "", "use": "month"}, talk.say("garbage.ask_area"))
    return month(talk, district)


def other(talk: Talk) -> Outcome:
    """Another district, once: for parents, for a friend."""
    return Start("garbage", "area", {"words": "", "use": "garbage"})


def at_place(talk: Talk, position: tuple[float, float] | None) -> Outcome:
    """A position sent while nothing is asked: the garbage of that place; only its district is kept in mind."""
    district = talk.facts.town.nearest_district(*position) if position else None
    if district is None:
        shelter = door(talk.say("guide.shelter_title"), "menu", "shelter")
        text = talk.say("area.far", town=talk.facts.town.name)
        return Reply(text, (door(talk.say("garbage.title"), "menu", "garbage"), shelter))
    return told(talk, district, "")


def keep(talk: Talk, code: str) -> Outcome:
    """Remember the district just asked about."""
    district = talk.facts.town.district(code)
    if district is None:
        return other(talk)
    choices = (
        door(talk.say("garbage.title"), "menu", "garbage"),
        door(talk.say("garbage.to_reminder"), "settings", "reminder"),
        door(talk.say("settings.undo"), "settings", "undo"),
    )
    effects = (SetArea(ward=district.ward, district=district.code),)
    said = talk.say("garbage.kept", district=district_said(talk, district))
    return Reply(said, choices, effects=effects, kept=undo_of(talk, "area", area.saved(talk)))


def _after(talk: Talk, part: Part) -> Outcome:
    chosen = part.form.get("area", {})
    district = talk.facts.town.district(chosen.get("district", ""))
    if district is None:
        return Start(
            "garbage", "area", {"words": part.form.get("words", ""), "use": part.form.get("use", "")}
        )
    if part.form.get("use") == "month":
        return month(talk, district)
    return told(talk, district, str(part.form.get("words", "")))


def _afresh(talk: Talk) -> Outcome:
    return Start("garbage", form={name: talk.form.get(name, "") for name in ("words", "use")})


FLOW = Flow("garbage", "garbage.title", "area", area.STEPS, _after, _afresh, section="garbage")
