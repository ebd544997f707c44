"""Which reminders are due now, and who reads which text. Pure.

People are grouped by the text they will read, not by district: districts with the same categories share one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from app.clock import JST, in_japan
from app.segments.rules import awaits
from app.segments.words import Awaits
from bot_flows import town_spoken
from bot_flows.days import written
from bot_flows.pack_facts import Town
from content.languages import languages
from content.sentences import FIRST_LANGUAGE, say, spoken

AHEAD = timedelta(seconds=20)
"""How long before their hour reminders are made, so that all of them are counted, frozen and planned when it comes."""
LATE = timedelta(minutes=15)
"""A reminder that was missed by more is not sent: the evening it was meant for is over."""
TURN = timedelta(minutes=1)
"""Between the instant somebody chose an hour at and the moment everybody can read it: more than a turn takes."""
JOINING = TURN + timedelta(seconds=15)
"""So long after an hour that was made ahead the clock looks for those who came to want it in its last seconds."""
LIFETIME = timedelta(hours=2)
TOPIC = "garbage"


@dataclass(frozen=True, slots=True)
class Due:
    """One chosen hour that has come: its name, its instant, and the day whose garbage it tells of."""

    slot: str
    at: datetime
    day: date


def soon(now: datetime) -> list[str]:
    """Every hour there could be that is at hand, or has come and is not late."""
    minutes = range(int((AHEAD + LATE).total_seconds()) // 60 + 2)
    hours = {(in_japan(now + AHEAD) - timedelta(minutes=back)).strftime("%H:%M") for back in minutes}
    return [f"{day} {hour}" for day in ("-1", "0") for hour in sorted(hours)]


def due(slots: Iterable[str], now: datetime) -> list[Due]:
    """Which of these hours (``-1 18:00`` the day before, ``0 06:00`` on the day) are at hand, or have come and are not
    late; the day may change between now and then."""
    nights = sorted({in_japan(now - LATE).date(), in_japan(now + AHEAD).date()})
    found = (
        hour(slot, today + timedelta(days=1) if slot.startswith("-1") else today)
        for slot in sorted(set(slots))
        for today in nights
    )
    return [told for told in found if told.at - AHEAD <= now <= told.at + LATE]


def hour(slot: str, day: date) -> Due:
    """The instant at which this hour's people are told of a day."""
    before, _, clock = slot.partition(" ")
    today = day - timedelta(days=1) if before == "-1" else day
    return Due(slot, datetime.combine(today, time.fromisoformat(clock), JST), day)


@dataclass(frozen=True, slots=True)
class Text:
    """What a group reads, and what it is about."""

    categories: str
    line: str
    notes: tuple[str, ...] = ()
    stopped: bool = False
    """The line tells that these are not collected, or on another day."""
    language: str = FIRST_LANGUAGE
    """What the line is written in; ``categories`` are the pack's own names all the same."""
    kinds: tuple[str, ...] = ()
    """The same names one by one."""

    @property
    def whole(self) -> str:
        return "\n".join([self.line, *self.notes, say("reminder.stop_hint", self.language)])


def readers(everybody: Mapping[str, int], others: Mapping[str, Mapping[str, int]]) -> dict[str, Readers]:
    """Who reads which language: those of a language that is not whole (any more) read Japanese."""
    left = Counter(everybody)
    found: dict[str, Readers] = {}
    for code, people in others.items():
        if spoken(code) == code:
            left.subtract(people)
            found[code] = Readers(dict(people), who_read(code))
    rest = {district: count for district, count in left.items() if count > 0}
    return {FIRST_LANGUAGE: Readers(rest, who_read(FIRST_LANGUAGE)), **found}


def who_read(language: str) -> Mapping[str, Any]:
    """The part of a rule that means them; Japanese is read by all who read no other language that is whole, now or by
    the time it goes out."""
    if language != FIRST_LANGUAGE:
        return {"language": language}
    others = [{"language": code} for code in languages() if code != FIRST_LANGUAGE and spoken(code) == code]
    if not others:
        return {}
    # Most say so themselves: whoever does is asked nothing more.
    return {"any": [{"language": FIRST_LANGUAGE}, {"not": {"any": others}}]}


@dataclass(frozen=True, slots=True)
class Readers:
    """People of one language by district, and the part of a rule that means them."""

    people: Mapping[str, int]
    rule: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Choosy:
    """So many people of a language and district leave these kinds out, or every reminder up to a day."""

    language: str
    district: str
    unwanted: frozenset[str]
    rests_until: date | None
    people: int


def not_awaiting(few: Iterable[Choosy], text: Text, rule: Awaits, districts: Iterable[str]) -> int:
    """How many of those who would read this text do not want to hear of this day."""
    here = set(districts)
    return sum(
        each.people
        for each in few
        if each.district in here
        and spoken(each.language) == text.language
        and not awaits(rule, each.unwanted, each.rests_until)
    )


def texts(
    town: Town, districts: Iterable[str], told: Due, language: str = FIRST_LANGUAGE
) -> Mapping[Text, list[str]]:
    """District codes by the text their people read; districts without a collection that day are left out.

    Who would have had a collection that was called off is told so at the same hour instead.
    """
    groups: dict[Text, list[str]] = {}
    of_area: dict[str, Text | None] = {}
    for code in sorted(set(districts)):
        district = town.district(code)
        if district is None:
            continue
        area = district.garbage_area
        if area not in of_area:
            of_area[area] = _text(town, area, told, language)
        if (text := of_area[area]) is not None:
            groups.setdefault(text, []).append(code)
    return groups


def _text(town: Town, area: str, told: Due, language: str) -> Text | None:
    read = town_spoken.of(town, language)
    days = (area, told.day, told.day)
    for own, one in zip(town.collections(*days), read.collections(*days), strict=True):
        if one.categories:
            key = "reminder.tomorrow" if told.slot.startswith("-1") else "reminder.today"
            line = say(
                key, language, date=written(told.day, language), categories=_joined(one.categories, language)
            )
            kinds = tuple(own.categories)
            return Text(_joined(kinds), line, tuple(one.notes), language=language, kinds=kinds)
        if one.stopped:
            kinds = tuple(own.stopped)
            notes = tuple(one.notes[1:])
            return Text("、".join(kinds), one.notes[0], notes, stopped=True, language=language, kinds=kinds)
    return None


def _joined(names: Sequence[str], language: str = FIRST_LANGUAGE) -> str:
    """「燃えるごみと紙・布」."""
    return ("と" if language == FIRST_LANGUAGE else languages()[language].comma).join(names)


def names_read(town: Town, what: str, language: str) -> str:
    """Categories named as ``Text.categories`` has them, in another language; as they are when one is not known."""
    said = [town.named(each, language) for each in re.split("[と、]", what)]
    return _joined(said, language) if all(said) else what
