"""Who of an hour reads which text, and the notice of each."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from app.notices.models import Notice
from app.reminders import making, queries, rules, wording
from app.reminders.models import Reminded
from app.segments.rules import awaits as does_await
from app.segments.rules import to_json
from app.segments.words import Among, Awaits
from bot_flows.pack_facts import Town
from content.sentences import spoken

Within = Callable[[str, str], bool]
"""Of a language and a district, whether its people are asked for."""


@dataclass(frozen=True, slots=True)
class Group:
    """People of one language who read the same text."""

    text: rules.Text
    language: Mapping[str, Any]
    """The part of a rule that means its readers."""
    districts: Sequence[str]
    awaits: Awaits
    people: int
    among: Sequence[int] = ()
    """Only these, when they are told one by one."""


def everybody(_language: str, _district: str) -> bool:
    return True


def groups(
    session: Session, town: Town, told: rules.Due, now: datetime, within: Within = everybody
) -> Iterator[Group]:
    """Everybody of this hour by what they will read; nobody wants it, no group. Asked as of the hour itself: who pauses
    until then hears again."""
    at = max(now, told.at)
    found = queries.by_district(session, told.slot, at)
    few = queries.choosy(session, told.slot, at)
    for language, each in rules.readers(found, queries.by_language(session, told.slot, at)).items():
        here = [code for code in each.people if within(language, code)]
        for text, districts in rules.texts(town, here, told, language).items():
            awaits = Awaits(text.kinds, told.day)
            people = sum(each.people[code] for code in districts)
            people -= rules.not_awaiting(few, text, awaits, districts)
            if people > 0:
                yield Group(text, each.rule, districts, awaits, people)


def groups_of(session: Session, town: Town, told: rules.Due, ids: Sequence[int]) -> Iterator[Group]:
    """The same of single people."""
    readers: dict[str, list[queries.Reader]] = {}
    for each in queries.readers(session, ids):
        readers.setdefault(spoken(each.language), []).append(each)
    for language, people in sorted(readers.items()):
        for text, districts in rules.texts(town, {each.district for each in people}, told, language).items():
            awaits = Awaits(text.kinds, told.day)
            among = [
                each.id
                for each in people
                if each.district in districts and does_await(awaits, each.unwanted, each.rests_until)
            ]
            if among:
                yield Group(text, rules.who_read(language), districts, awaits, len(among), among)


def make(session: Session, town: Town, told: rules.Due, group: Group, now: datetime) -> Notice:
    """The notice of one group, and what it told whom."""
    text, districts = group.text, list(group.districts)
    parts = [{"topic": rules.TOPIC}, {"reminder": told.slot}, {"districts": districts}]
    own = [group.language] if group.language else []
    few = [to_json(Among(tuple(group.among)))] if group.among else []
    sending = making.Sending(
        rule={"all": [*parts, *own, to_json(group.awaits), *few]},
        people=group.people,
        at=told.at,
        can_rest=True,
        expires=told.at + rules.LIFETIME,
        language=text.language,
    )
    words = wording.of_reminder(text, told.day, town, districts)
    notice = making.make(session, words, sending, act="reminder.make", now=now)
    row = Reminded(
        notice_id=notice.id,
        day=told.day,
        what=text.categories[:200],
        stopped=text.stopped,
        districts=districts,
        language=text.language,
    )
    session.add(row)
    return notice
