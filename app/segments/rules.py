"""The little language of segments: topics, places, a child's age, language, joined by and, or, not. Pure.

``matches`` *means* a rule; ``queries.where`` *finds* the same people in SQL, and a generated test holds the
two together. An empty rule means nobody, also inside another rule, so that a forgotten condition can never
reach everyone.

JSON: ``{"all": [...]}`` · ``{"any": [...]}`` · ``{"not": {...}}`` · ``{"topic": "garbage"}`` ·
``{"ward": "東区"}`` · ``{"district": "101"}`` · ``{"child_months": {"from": 6, "to": 12}}`` (completed months,
both ends included) · ``{"language": "en"}`` · ``{"everyone": true}`` (must be said, never implied) ·
``{"received": 12}`` (whose copy of notice 12 LINE accepted: for corrections) · ``{"reminder": "-1 18:00"}`` (who
wants to hear of garbage at that hour of the day before, or of the day with ``0``) · ``{"districts": ["101", ...]}``
(any of many districts, for what is sent by itself) · ``{"listed": 12}`` (who is on the list of personal words of
notice 12) · ``{"digest": 12}`` (whom digest 12 gathers for) · ``{"awaits": {"day": "2026-12-02", "kinds": [...]}}``
(who wants to be reminded of one of these kinds of garbage on that day) · ``{"among": [3, 5]}`` (these people, by number,
for what is made for a few by itself)
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Refused
from app.segments.words import (
    All,
    Among,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    Gathered,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Listed,
    Nobody,
    Not,
    Received,
    Rule,
    Speaks,
    WantsReminder,
)

DEEPEST = 6
MOST_PARTS = 200
OLDEST_MONTHS = 12 * 19


@dataclass(frozen=True, slots=True)
class Person:
    """What the language can ask of a resident."""

    topics: frozenset[str] = frozenset()
    ward: str = ""
    district: str = ""
    language: str = "ja"
    birth_months: tuple[date, ...] = ()
    """First days of the months of birth of born children; expected ones are left out."""
    reminder: str = ""
    unwanted: frozenset[str] = frozenset()
    """Kinds of garbage not to be reminded of."""
    rests_until: date | None = None
    received: frozenset[int] = frozenset()
    """Ids of the notices LINE accepted for them."""
    gathered: frozenset[int] = frozenset()
    """Ids of the digests made for them."""
    listed: frozenset[int] = frozenset()
    """Ids of the notices on whose list of personal words they are."""
    id: int = 0


def birth_range(rule: ChildMonths, today: date) -> tuple[date, date]:
    """The birth months (first days, both included) whose children are of that age today."""
    return _months_before(today, rule.last), _months_before(today, rule.first)


def _months_before(today: date, months: int) -> date:
    index = today.year * 12 + today.month - 1 - months
    return date(index // 12, index % 12 + 1, 1)


def matches(rule: Rule, person: Person, today: date) -> bool:
    """Whether a rule means this person. ``not`` of an empty rule is still nobody's."""
    match rule:
        case Nobody():
            return False
        case Everyone():
            return True
        case HasTopic(topic):
            return topic in person.topics
        case InWard(ward):
            return person.ward == ward
        case InDistrict(district):
            return person.district == district
        case InDistricts(districts):
            return person.district in districts
        case Speaks(language):
            return person.language == language
        case WantsReminder(slot):
            return person.reminder == slot
        case Awaits():
            return awaits(rule, person.unwanted, person.rests_until)
        case Received(notice_id):
            return notice_id in person.received
        case Gathered(notice_id):
            return notice_id in person.gathered
        case Listed(notice_id):
            return notice_id in person.listed
        case Among(ids):
            return person.id in ids
        case ChildMonths():
            first, last = birth_range(rule, today)
            return any(first <= month <= last for month in person.birth_months)
        case All(parts):
            return bool(parts) and all(matches(part, person, today) for part in parts)
        case AnyOf(parts):
            return any(matches(part, person, today) for part in parts)
        case Not(part):
            return not has_hole(part) and not matches(part, person, today)


def awaits(rule: Awaits, unwanted: Iterable[str], rests_until: date | None) -> bool:
    """Whether somebody who leaves these kinds out, and rests until then, wants to hear of that day."""
    return not set(rule.kinds) <= set(unwanted) and (rests_until is None or rests_until < rule.day)


def is_empty(rule: Rule) -> bool:
    """Whether a rule asks nothing at all; such a rule means nobody wherever it stands."""
    match rule:
        case Nobody():
            return True
        case All(parts) | AnyOf(parts):
            return all(is_empty(part) for part in parts)
        case Not(part):
            return is_empty(part)
        case _:
            return False


def has_hole(rule: Rule) -> bool:
    """Whether any part of a rule is empty; excluding such a rule excludes nobody knows whom, so it means nobody."""
    match rule:
        case All(parts) | AnyOf(parts):
            return not parts or any(has_hole(part) for part in parts)
        case Not(part):
            return has_hole(part)
        case _:
            return isinstance(rule, Nobody)


def from_json(value: Any, *, depth: int = 0) -> Rule:
    """Read a stored or posted rule; Refused names what is not understood."""
    if depth > DEEPEST:
        raise Refused("条件の入れ子が深すぎます。条件を減らしてください。")
    if not isinstance(value, Mapping) or len(value) > 1:
        raise Refused("宛先の条件が読めません。条件を選び直してください。")
    if not value:
        return Nobody()
    [(key, inner)] = value.items()
    if key in ("all", "any"):
        return _from_list(key, inner, depth)
    if key == "not":
        return Not(from_json(inner, depth=depth + 1))
    if key == "child_months":
        return _child_months(inner)
    if key == "awaits":
        return _awaits(inner)
    if key == "everyone" and inner is True:
        return Everyone()
    if key == "districts" and isinstance(inner, list) and inner and all(_is_code(each) for each in inner):
        return InDistricts(tuple(inner))
    if key == "among" and isinstance(inner, list) and inner and all(map(_is_number, inner)):
        return Among(tuple(inner))
    if key in _NUMBERED and isinstance(inner, int) and inner > 0:
        return _NUMBERED[key](inner)
    leaf = _LEAVES.get(str(key))
    if leaf is None or not isinstance(inner, str) or not 0 < len(inner) <= 40:
        raise Refused(f"宛先の条件「{str(key)[:20]}」が読めません。条件を選び直してください。")
    return leaf(inner)


def _is_code(value: Any) -> bool:
    return isinstance(value, str) and 0 < len(value) <= 40


def _is_number(value: Any) -> bool:
    return isinstance(value, int) and 0 < value < 2**31


def _is_name(value: Any) -> bool:
    """A category as the town's garbage pack calls it: of any length, since nobody else chose it."""
    return isinstance(value, str) and bool(value)


_NUMBERED: dict[str, type[Received | Listed | Gathered]] = {
    "received": Received, "listed": Listed, "digest": Gathered,
}  # fmt: skip
_LEAVES: dict[str, type[HasTopic | InWard | InDistrict | Speaks | WantsReminder]] = {
    "topic": HasTopic,
    "ward": InWard,
    "district": InDistrict,
    "language": Speaks,
    "reminder": WantsReminder,
}


def _from_list(key: str, inner: Any, depth: int) -> Rule:
    if not isinstance(inner, list) or len(inner) > MOST_PARTS:
        raise Refused("宛先の条件が多すぎるか、読めません。条件を選び直してください。")
    parts = tuple(from_json(part, depth=depth + 1) for part in inner)
    return All(parts) if key == "all" else AnyOf(parts)


def _child_months(inner: Any) -> ChildMonths:
    match inner:
        case {"from": int(first), "to": int(last)} if not isinstance(first, bool):
            if 0 <= first <= last <= OLDEST_MONTHS:
                return ChildMonths(first, last)
    raise Refused("お子さんの年齢は、0か月から228か月までの間で、小さい方から指定してください。")


def _awaits(inner: Any) -> Awaits:
    match inner:
        case {"day": str(day), "kinds": [str(), *_] as kinds} if all(map(_is_name, kinds)):
            with suppress(ValueError):
                return Awaits(tuple(kinds), date.fromisoformat(day))
    raise Refused("ごみのお知らせの条件が読めません。条件を選び直してください。")


def to_json(rule: Rule) -> dict[str, Any]:
    """The inverse of ``from_json``."""
    match rule:
        case Nobody():
            return {}
        case Everyone():
            return {"everyone": True}
        case HasTopic(topic):
            return {"topic": topic}
        case InWard(ward):
            return {"ward": ward}
        case InDistrict(district):
            return {"district": district}
        case InDistricts(districts):
            return {"districts": list(districts)}
        case Speaks(language):
            return {"language": language}
        case WantsReminder(slot):
            return {"reminder": slot}
        case Awaits(kinds, day):
            return {"awaits": {"day": day.isoformat(), "kinds": list(kinds)}}
        case Received(notice_id):
            return {"received": notice_id}
        case Gathered(notice_id):
            return {"digest": notice_id}
        case Listed(notice_id):
            return {"listed": notice_id}
        case Among(ids):
            return {"among": list(ids)}
        case ChildMonths(first, last):
            return {"child_months": {"from": first, "to": last}}
        case All(parts):
            return {"all": [to_json(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [to_json(part) for part in parts]}
        case Not(part):
            return {"not": to_json(part)}
