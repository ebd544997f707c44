"""A month of birth or an age written while nothing is asked: 「2024年5月生まれ」, 「生後6か月」, 「1歳半の健診」."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache, partial

from bot_flows import childcare
from bot_flows.children import bounds
from bot_flows.dates_abroad import in_japanese
from bot_flows.days import add_months, birth_date
from bot_flows.outcomes import Outcome, Start, Talk
from bot_flows.words import fold, in_digits

YEARS = ("歳", "才", "さい", "years", "year", "岁", "歲", "살", "세", "tuổi", "वर्ष")
MONTHS = (
    "か月", "ヶ月", "ケ月", "ヵ月", "カ月", "かげつ", "months", "month", "个月", "個月", "개월", "tháng", "महिना",
)  # fmt: skip
OLDEST = 227
_CARE = ("予防接種", "健診", "検診", "乳児健診", "ワクチン", "注射", "checkup", "vaccination", "vaccinations")
_CHILD = ("お子さん", "子ども", "子供", "こども", "子", "赤ちゃん", "娘", "息子")


def _any(words: tuple[str, ...]) -> str:
    return "|".join(sorted({re.escape(fold(word)) for word in words}, key=len, reverse=True))


_TAIL = (
    rf"\s*(?:児|old)?\s*(?:の?\s*(?:{_any(_CHILD)}))?\s*(?:の|が受ける|が受けられる)?\s*(?P<care>{_any(_CARE)})?"
    r"\s*(?:は|です|がいます|になりました)?"
)
_AGE = re.compile(
    rf"(?:生後|満|うちは|うちの子は)?\s*(?:(?P<years>\d{{1,2}})\s*(?:{_any(YEARS)})\s*(?P<half>半|はん)?)?"
    rf"\s*(?:と|and)?\s*(?:(?P<months>\d{{1,3}})\s*(?:{_any(MONTHS)}))?{_TAIL}"
)
_BORN = re.compile(
    rf"(?:予定日は|出産予定は?|誕生日は)?(?P<day>\S+?)(?:に?生まれ|に?うまれ|に?出産予定|予定)*{_TAIL}"
)
_DIGIT = re.compile("[0-9]")
_COMING = re.compile("予定|生まれ|うまれ|出産")
_WITHOUT_YEAR = re.compile(r"\d{1,2}月(?:\d{1,2}日)?(?:に?生まれ|に?うまれ)(?:です)?")


@dataclass(frozen=True, slots=True)
class Told:
    """What was understood: the first day of the month of birth, None when it has to be asked for."""

    month: date | None
    about: str


@lru_cache(maxsize=4096)
def _with_digits(text: str) -> str:
    """The text as ages and months are compared; empty without a number in it, which is nearly every text."""
    said = in_digits(fold(in_japanese(text))).rstrip("。.!！?？")
    return said if _DIGIT.search(said) else ""


def told(text: str, today: date) -> Told | None:
    """What a whole text says of a child's age; None when it says something else.

    Whole years alone leave twelve months open, and a birthday without its year leaves the year: then the month is
    asked for, because what can be had now depends on it.
    """
    said = _with_digits(text)
    if not said:
        return None
    age = _AGE.fullmatch(said)
    if age and (age["years"] or age["months"]):
        about = "vaccination" if age["care"] else "children"
        months = int(age["years"] or 0) * 12 + (6 if age["half"] else int(age["months"] or 0))
        if months > OLDEST:
            return None
        exact = bool(age["months"] or age["half"])
        return Told(add_months(today.replace(day=1), -months) if exact else None, about)
    if _WITHOUT_YEAR.fullmatch(said):
        return Told(None, "children")
    born = _BORN.fullmatch(said)
    day = birth_date(born["day"], today) if born else None
    if born is None or day is None:
        return None
    if day > today and not _COMING.search(said):
        # A month to come is the calendar's or an event's, unless a birth is named.
        return None
    first, last = bounds(today)
    about = "vaccination" if born["care"] else "children"
    return Told(day.replace(day=1), about) if first.replace(day=1) <= day <= last else None


def door_of(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """The timeline of that age, or the question for the month; a registered child of that month is that child."""
    found = told(text, talk.facts.now.date())
    if found is None or not talk.facts.town.windows:
        return None
    if found.month is None:
        return partial(Start, "childcare", "birth", {"about": found.about})
    known = next((c for c in talk.facts.resident.children if c.birth_month == found.month), None)
    if known is not None:
        return partial(childcare.of_child, talk, known.number, found.about)
    return partial(childcare.of_month, talk, found.month, found.about)
