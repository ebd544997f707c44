"""Steps 2 and 3 of a bulky order: the district, the kind of building, and a day with space."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot_flows import area
from bot_flows.bulky_basket import book_of, lines, points
from bot_flows.bulky_days import coming, left_on, with_space
from bot_flows.bulky_facts import HOUSES, CollectionArea
from bot_flows.bulky_words import phone_of
from bot_flows.dates_abroad import day_first
from bot_flows.days import nearby, written
from bot_flows.garbage import known_district
from bot_flows.guide import cut
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Part, Question, Reply, Step, Talk, Unclear
from bot_flows.place_names import district_said

A_PAGE = 8
_WEEKDAY = re.compile("[（(].[)）]")


def chosen(talk: Talk) -> CollectionArea | None:
    """The collection area of the form."""
    return book_of(talk).area(str(talk.form.get("zone", "")))


def day_of(form: Mapping[str, Any]) -> date | None:
    try:
        return date.fromisoformat(str(form.get("day", "")))
    except ValueError:
        return None


def _own_points(talk: Talk, zone: str, day: date) -> int:
    """What the resident's own hold takes of a day: a new order takes its place."""
    mine = (o for o in talk.facts.bulky.orders if o.state == "held" and o.payment == "due")
    return sum(order.points for order in mine if (order.area, order.day) == (zone, day))


def fits(talk: Talk, day: date | None) -> bool:
    """Whether the day can still be had by this order."""
    zone, known, book = chosen(talk), talk.facts.bulky, book_of(talk)
    if zone is None or day is None or day not in coming(book, zone, talk.facts.now.date(), known.holidays):
        return False
    return left_on(zone, day, known) + _own_points(talk, zone.id, day) >= points(lines(talk))


def full_lead(talk: Talk) -> str:
    """「12月3日（木）はいっぱいになりました。」"""
    day = day_of(talk.form)
    return talk.say("bulky.day_full", day=talk.written(day)) if day else ""


# ---- where ---------------------------------------------------------------------------------------------


def _ask_where(talk: Talk) -> Question:
    known = known_district(talk)
    name = district_said(talk, known) if known else talk.say("bulky.title")
    here = Choice("here", cut(name), words=("登録した地区", "ここ", "はい"))
    other = Choice("other", talk.say("bulky.other_area"), words=("ほか", "ちがう", "いいえ"))
    return Question(talk.say("bulky.ask_where"), (here, other))


def _take_where(talk: Talk, given: Answer) -> Outcome:
    known = known_district(talk)
    if given.choice == "here" and known:
        return area_chosen(talk, known.ward, known.code, talk.form)
    if given.choice in ("here", "other"):
        return Go("area", {**talk.form, "use": "bulky"})
    return area.by_text(talk, given)


def to_where(talk: Talk, form: Mapping[str, Any]) -> Go:
    """The question about the place: the district the resident saved is offered first."""
    if known_district(talk):
        return Go("where", form)
    return Go("area", {**form, "use": "bulky"})


def area_chosen(talk: Talk, ward: str, district: str, form: Mapping[str, Any]) -> Outcome:
    zone = book_of(talk).area_of(ward, district)
    if zone is None:
        who = phone_of(talk)
        return Reply(talk.say("bulky.no_area", section=who.name, phone=who.phone, hours=who.hours))
    where = {"ward": ward, "district": district, "outside": False}
    return Go("house", {**form, "area": where, "zone": zone.id})


def where_shown(talk: Talk) -> str:
    """「東区青葉1丁目」."""
    return area.shown(talk)


# ---- the building ---------------------------------------------------------------------------------------


def _ask_house(talk: Talk) -> Question:
    choices = (
        Choice("house", talk.say("bulky.house"), words=("一戸建", "戸建て", "家", "一軒家")),
        Choice("flat", talk.say("bulky.flat"), words=("マンション", "アパート", "団地", "集合")),
    )
    return Question(talk.say("bulky.ask_house"), choices)


def put_out(talk: Talk) -> str:
    """Where the things stand on the morning: 「門か玄関の前の、道路に近い所」."""
    rules = book_of(talk).rules
    return talk.of_pack(rules.put_flat if talk.form.get("house") == "flat" else rules.put_house)


def _take_house(talk: Talk, given: Answer) -> Outcome:
    if given.choice not in HOUSES:
        return Unclear(talk.say("bulky.house_unclear"))
    after = Talk(talk.facts, {**talk.form, "house": given.choice}, talk.kept)
    return Part("place", after.form, talk.say("bulky.put_at", place=put_out(after)))


# ---- the day ----------------------------------------------------------------------------------------------


def day_words(day: date) -> tuple[str, ...]:
    return (f"{day.month}/{day.day}", f"{day.month}月{day.day}日", written(day))


def day_choices(talk: Talk, days: Sequence[date]) -> tuple[Choice, ...]:
    """Eight days of a page and 「もっと先」, round and round."""
    first = int(talk.form.get("page", 0)) * A_PAGE
    first = first if first < len(days) else 0
    here = days[first : first + A_PAGE]
    marked = str(talk.form.get("day", ""))
    choices = [
        Choice(d.isoformat(), talk.day_label(d), words=day_words(d), marked=d.isoformat() == marked)
        for d in here
    ]
    if len(days) > A_PAGE:
        choices.append(Choice("later", talk.say("bulky.later"), words=("先", "ほか", "つぎ")))
    return tuple(choices)


def _days(talk: Talk) -> list[date]:
    zone = chosen(talk)
    if zone is None:
        return []
    today = talk.facts.now.date()
    return with_space(book_of(talk), zone, today, points(lines(talk)), talk.facts.bulky)


def _ask_day(talk: Talk) -> Question:
    days = _days(talk)
    if not days:
        who = phone_of(talk)
        return Question(talk.say("bulky.no_day", phone=who.phone, hours=who.hours))
    return Question(talk.say("bulky.ask_day"), day_choices(talk, days))


def _take_day(talk: Talk, given: Answer) -> Outcome:
    days = _days(talk)
    if given.choice == "later":
        return Go("day", {**talk.form, "page": int(talk.form.get("page", 0)) + 1})
    if (stretch := in_stretch(talk, given, days, "day")) is not None:
        return stretch
    picked = typed_day(talk, given)
    if picked in days:
        form = {name: value for name, value in talk.form.items() if name != "page"}
        return Part("day", {**form, "day": picked.isoformat()})
    if picked is not None and given.choice:
        return Go("day", {**talk.form, "page": 0}, talk.say("bulky.day_full", day=talk.written(picked)))
    if picked is not None:
        return Again(talk.say("bulky.day_not_offered", day=talk.written(picked)))
    return Unclear(talk.say("bulky.day_unclear"))


def in_stretch(talk: Talk, given: Answer, days: Sequence[date], step: str) -> Outcome | None:
    """「来週」 for a day: which days of it are free, on the page that shows them; None for anything else."""
    found = nearby(given.text, talk.facts.now.date()) if given.text and not given.choice else None
    if found is None or found.is_one:
        return None
    name = talk.stretch(found.name)
    free = [day for day in days if found.first <= day <= found.last]
    if not free:
        return Again(talk.say("bulky.day_not_offered", day=name))
    said = talk.say("bulky.days_in", name=name, days=talk.listed(map(talk.day_label, free)))
    return Go(step, {**talk.form, "page": days.index(free[0]) // A_PAGE}, said)


def typed_day(talk: Talk, given: Answer) -> date | None:
    """The day chosen or written."""
    if given.choice:
        return day_of({"day": given.choice})
    text = day_first(_WEEKDAY.sub("", given.text), talk.facts.resident.language)
    found = nearby(text, talk.facts.now.date()) if text else None
    return found.first if found and found.is_one else None


STEPS = {
    "where": Step("place", _ask_where, _take_where),
    **area.STEPS,
    "house": Step("place", _ask_house, _take_house),
    "day": Step("day", _ask_day, _take_day),
}
