"""The day notation of the 5374.jp calendars: one cell into days. Pure.

Tokens are separated by spaces of any kind: 月 · 水2 (second Wednesday) · 20150105 · 隔水20150114 (every 14 days from
then) · e4w20180425 (every 4 weeks) · *1 (a remark). A colon after them limits all of them to the months that
follow. Source: LOCALIZE.md of the 5374 template and the variations municipalities made of it. What is not
understood is told, never guessed.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = "月火水木金土日"
_NTH = re.compile(r"([月火水木金土日])([1-5])")
_EVERY_OTHER = re.compile(r"隔([月火水木金土日])(\d{8})")
_EVERY_N = re.compile(r"e(\d{1,2})w(\d{8})")


@dataclass(frozen=True, slots=True)
class Weekly:
    weekday: int
    """0 is Monday."""


@dataclass(frozen=True, slots=True)
class Nth:
    weekday: int
    n: int
    """Counts occurrences of that weekday in the month, not calendar weeks."""


@dataclass(frozen=True, slots=True)
class Once:
    day: date


@dataclass(frozen=True, slots=True)
class Every:
    weeks: int
    first: date


Days = Weekly | Nth | Once | Every


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell, read. ``odd`` holds (token, why it was not understood)."""

    days: tuple[Days, ...] = ()
    months: frozenset[int] = frozenset()
    """Empty: the whole year."""
    remarks: tuple[str, ...] = ()
    odd: tuple[tuple[str, str], ...] = ()

    def falls_on(self, day: date) -> bool:
        return (not self.months or day.month in self.months) and any(_is(rule, day) for rule in self.days)


def _is(rule: Days, day: date) -> bool:
    match rule:
        case Weekly(weekday):
            return day.weekday() == weekday
        case Nth(weekday, n):
            return day.weekday() == weekday and (day.day + 6) // 7 == n
        case Once(once):
            return day == once
        case Every(weeks, first):
            return day >= first and (day - first).days % (7 * weeks) == 0


def read_cell(text: str) -> Cell:
    """Read one cell; every token either becomes days, a remark or an entry of ``odd``."""
    head, colon, tail = unicodedata.normalize("NFKC", text).partition(":")
    days: list[Days] = []
    remarks: list[str] = []
    odd: list[tuple[str, str]] = []
    for token in head.split():
        if token.startswith("*") and len(token) > 1:
            remarks.append(token[1:])
            continue
        read = _read_token(token)
        if isinstance(read, str):
            odd.append((token, read))
        else:
            days.append(read)
    months = frozenset(_months(tail, odd)) if colon else frozenset()
    if colon and not months:
        odd.append((text, "「:」のあとに月がありません"))
        days = []
    return Cell(tuple(days), months, tuple(remarks), tuple(odd))


def _months(tail: str, odd: list[tuple[str, str]]) -> Iterator[int]:
    for token in tail.split():
        if token.isascii() and token.isdigit() and 1 <= int(token) <= 12:
            yield int(token)
        else:
            odd.append((token, "月（1から12）として読めません"))


def _read_token(token: str) -> Days | str:
    if token in WEEKDAYS and len(token) == 1:
        return Weekly(WEEKDAYS.index(token))
    if nth := _NTH.fullmatch(token):
        return Nth(WEEKDAYS.index(nth[1]), int(nth[2]))
    if token.isascii() and token.isdigit():
        day = read_day(token)
        return Once(day) if day else f"「{token}」という日付はありません"
    if other := _EVERY_OTHER.fullmatch(token):
        return _every_other(other[1], other[2])
    if every := _EVERY_N.fullmatch(token):
        first, weeks = read_day(every[2]), int(every[1])
        return Every(weeks, first) if first and weeks else f"「{every[2]}」という日付はありません"
    return "収集日の書き方として読めません"


def _every_other(weekday: str, digits: str) -> Days | str:
    first = read_day(digits)
    if first is None:
        return f"「{digits}」という日付はありません"
    if first.weekday() != WEEKDAYS.index(weekday):
        return f"{first:%Y-%m-%d}は{weekday}曜日ではなく{WEEKDAYS[first.weekday()]}曜日です"
    return Every(2, first)


def read_day(text: str) -> date | None:
    """YYYYMMDD, YYYY/M/D or YYYY-M-D; None for anything that is no day."""
    parts = re.split(r"[/-]", text)
    if len(parts) == 1 and len(text) == 8:
        parts = [text[:4], text[4:6], text[6:]]
    if len(parts) != 3 or not all(p.isascii() and p.isdigit() for p in parts):
        return None
    if len(parts[0]) != 4 or len(parts[1]) > 2 or len(parts[2]) > 2:
        return None
    try:
        return date(*(int(p) for p in parts))
    except ValueError:
        return None


def each_day(first: date, last: date) -> Iterator[date]:
    """Every day from first to last, both included."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def each_month(first: date, last: date) -> Iterator[date]:
    """The first day of every month from that of ``first`` to that of ``last``."""
    for number in range(12 * first.year + first.month - 1, 12 * last.year + last.month):
        yield date(number // 12, number % 12 + 1, 1)
