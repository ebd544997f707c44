"""The words of reminders and of what follows a change: fixed in ``content``, filled with days and areas. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from app.garbage import overrides
from app.reminders.rules import Text
from bot_flows.days import written
from bot_flows.pack_facts import Section, Town
from content.sentences import FIRST_LANGUAGE, say

REMINDER, CHANGE = "garbage_reminder", "garbage_change"
MOST_AREAS = 12
"""Areas named one by one; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Wording:
    """A notice's type, title, fields and the text people read in the chat."""

    type: str
    title: str
    fields: Mapping[str, str]
    text: str

    def json(self) -> dict[str, Any]:
        return asdict(self)


def of_reminder(text: Text, day: date, town: Town, districts: Iterable[str]) -> Wording:
    """What an hour's notice says; a called-off day is a notice of change."""
    if text.stopped:
        areas = dict.fromkeys(found.garbage_area for code in districts if (found := town.district(code)))
        fields = _change_fields(text.line, text.categories, day, list(areas), town.section("garbage"))
        return Wording(CHANGE, text.line.removesuffix("。"), fields, text.whole)
    fields = {"ごみの種類": text.categories, "収集日": _with_year(day)}
    more = {"備考": "\n".join(text.notes)} if text.notes else {}
    return Wording(REMINDER, text.line.removesuffix("。"), fields | more, text.whole)


def of_change(
    change: overrides.Override, what: str, areas: Sequence[str], who: Section, language: str = FIRST_LANGUAGE
) -> Wording:
    """What people read who had been told of the day before it changed."""
    line = overrides.told(change, what, language)
    if change.new_day is None:
        do, more = say("override.do_stopped", language), {}
    else:
        do = say("override.do_moved", language, day=written(change.day, language))
        more = {"新しい収集日": _with_year(change.new_day)}
    fields = _change_fields(line, what, change.day, areas, who) | more | {"とるべき行動": do}
    return Wording(CHANGE, line.removesuffix("。"), fields, _text(line, do, who, language))


def of_undone(day: date, what: str, who: Section, language: str = FIRST_LANGUAGE) -> Wording:
    """What people read who had been told of a change that was taken back."""
    line = say("override.kept", language, day=written(day, language), what=what)
    do = say("override.do_kept", language)
    fields = {"ごみの種類": what, "収集日": _with_year(day), "備考": line}
    return Wording(REMINDER, line.partition("。")[0], fields, _text(line, do, who, language))


def _text(line: str, do: str, who: Section, language: str) -> str:
    sorry, contact = say("override.sorry", language), f"{who.name} {who.phone}"
    return "\n".join([line, do, sorry, contact, say("reminder.stop_hint", language)])


def _change_fields(line: str, what: str, day: date, areas: Sequence[str], who: Section) -> dict[str, str]:
    return {
        "ごみの種類": what,
        "対象地区": _named(areas),
        "変更の内容": line,
        "元の収集日": _with_year(day),
        "問合先": who.name,
        "連絡先": who.phone,
    }


def _named(areas: Sequence[str]) -> str:
    left = len(areas) - MOST_AREAS
    return "、".join(areas[:MOST_AREAS]) + (f"、ほか{left}地区" if left > 0 else "")


def _with_year(day: date) -> str:
    return f"{day.year}年{written(day)}"
