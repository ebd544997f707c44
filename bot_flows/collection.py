"""What is collected when, as sentences: the answers of flow E without any dialogue."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot_flows.outcomes import Talk
from bot_flows.pack_facts import CategoryGuide, Collection, District
from bot_flows.words import fold

AHEAD = timedelta(days=60)
"""How far the next date of each category is looked for."""
_HOUR = re.compile(r"(\d{1,2})\s*(?:時|:)\s*(?:(\d{1,2})分?|(半))?")

_NOT_TAKEN = re.compile("収集しな|収集でき|出せな|出せません|取り扱わ|市では")
_ASKED = re.compile(r"(?:の|は|いつ|次|つぎ|日|収集|ですか|\?|。|\s)*")
"""What may stand around a category's name in a question for its day."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The collections of one district from today on."""

    talk: Talk
    district: District
    today: date
    coming: Sequence[Collection]

    def on(self, day: date) -> Collection | None:
        return next((one for one in self.coming if one.day == day), None)

    def after(self, day: date) -> Collection | None:
        """The next day with something to put out, after ``day``."""
        return next((one for one in self.coming if one.day > day and one.categories), None)


def plan(talk: Talk, district: District) -> Plan:
    """Look ``AHEAD`` from today; ``coming`` is empty when the pack has no calendar for the district."""
    today = talk.facts.now.date()
    coming = talk.facts.town.collections(district.garbage_area, today, today + AHEAD)
    return Plan(talk, district, today, coming)


def guide_of(talk: Talk, category: str) -> CategoryGuide | None:
    """How to put out a category, None when the pack does not describe it."""
    return next((guide for guide in talk.facts.town.categories if guide.name == category), None)


def sign_of(talk: Talk, category: str) -> str:
    """A category's name in Japanese, whatever language it is said in."""
    guide = guide_of(talk, category)
    return (guide.sign or guide.name) if guide else category


def is_collected(talk: Talk, category: str) -> bool:
    """Whether the town takes what belongs to a category; 「市で収集しないもの」 is one too."""
    return not _NOT_TAKEN.search(sign_of(talk, category))


def category_in(talk: Talk, text: str) -> str:
    """The category a text names (「もえるごみはいつ」, 「燃えるごみ」), else an empty string."""
    said = _spoken(text)
    for name, found in _names(tuple([(guide.name, guide.sign) for guide in talk.facts.town.categories])):
        if name in said and _ASKED.fullmatch(said.replace(name, "", 1)):
            return found
    return ""


@lru_cache(maxsize=64)
def _names(signed: tuple[tuple[str, str], ...]) -> Sequence[tuple[str, str]]:
    """Every name of a category as it is compared and as it is, the longest first."""
    names = [(_spoken(each), name) for name, sign in signed for each in (name, sign) if _spoken(each)]
    return sorted(names, key=lambda pair: -len(pair[0]))


@lru_cache(maxsize=512)
def _spoken(text: str) -> str:
    return fold(text).replace("燃", "も").replace("・", "")


def said(plan: Plan, key: str, when: str, categories: Sequence[str], **more: str) -> str:
    """A sentence with the hour at its end when all categories share one, else with an hour behind each."""
    guides = [guide_of(plan.talk, name) for name in categories]
    hours = [guide.until if guide else "" for guide in guides]
    if len(set(hours)) == 1 and hours[0]:
        return plan.talk.say(
            f"garbage.{key}", when=when, what=plan.talk.listed(categories), until=hours[0], **more
        )
    named = [f"{name}（{hour}）" if hour else name for name, hour in zip(categories, hours, strict=True)]
    return plan.talk.say(f"garbage.{key}_plain", when=when, what=plan.talk.listed(named), **more)


def day_line(plan: Plan, day: date) -> str:
    """「あした 11月24日（火）は、もえるごみ です（朝8時30分まで）。」"""
    one = plan.on(day)
    when = plan.talk.called(day)
    if one is None or not one.categories:
        return plan.talk.say("garbage.none", when=when)
    return said(plan, "day", when, one.categories)


def next_line(plan: Plan, day: date) -> str:
    """The next day after ``day`` with a collection, or an empty string."""
    one = plan.after(day)
    return said(plan, "next", plan.talk.called(one.day), one.categories) if one else ""


def notes_on(plan: Plan, day: date) -> list[str]:
    """Sentences that belong to a day: a holiday stop, a warning about the data."""
    one = plan.on(day)
    return list(one.notes) if one else []


def is_over(plan: Plan, categories: Sequence[str]) -> bool:
    """Whether today's hour has passed for everything collected today; without an hour, noon counts."""
    now = plan.talk.facts.now
    ends = []
    for name in categories:
        guide = guide_of(plan.talk, name)
        found = _HOUR.findall(guide.hour or guide.until) if guide else []
        hour, minute, half = found[-1] if found else ("12", "", "")
        ends.append((int(hour), int(minute or (30 if half else 0))))
    return (now.hour, now.minute) > max(ends, default=(12, 0))


def next_of(plan: Plan, category: str) -> date | None:
    """The next date on which a category can still be put out, within ``AHEAD``."""
    days = (one.day for one in plan.coming if category in one.categories)
    return next((day for day in days if day > plan.today or not is_over(plan, (category,))), None)


def next_dates(plan: Plan) -> tuple[tuple[str, str], ...]:
    """Each category with its next date, in the town's order: rows for the card."""
    dates = ((guide.name, next_of(plan, guide.name)) for guide in plan.talk.facts.town.categories)
    return tuple((name, plan.talk.called(day)) for name, day in dates if day)


def list_line(plan: Plan, one: Collection) -> str:
    """「12月1日（火） もえるごみ」, for lists."""
    return f"{plan.talk.written(one.day)} {plan.talk.listed(one.categories)}"
