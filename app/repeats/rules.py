"""When a repeated notice goes out: daily, weekly, monthly, n-th weekday or picked dates, in Japan's civil time. Pure.

Choices made here: the 29th to 31st of a shorter month is its last day; a fifth weekday that a month does not have is
left out; a weekday is Monday to Friday without public holidays; a day that moves onto another counts once; first and
last day bound the days that are meant, and one that a holiday moves past them is sent all the same.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from app.clock import JST
from app.errors import Refused

Kind = Literal["daily", "weekly", "monthly", "nth", "dates"]
Holidays = Literal["send", "skip", "before", "after"]
IsHoliday = Callable[[date], bool]
KINDS: dict[str, Kind] = {
    "daily": "daily",
    "weekly": "weekly",
    "monthly": "monthly",
    "nth": "nth",
    "dates": "dates",
}
HOLIDAYS: dict[str, Holidays] = {"send": "send", "skip": "skip", "before": "before", "after": "after"}
LONGEST = timedelta(days=366)
MOST_DATES = 100
WEEKDAYS = "月火水木金土日"
LAST = -1
EARLIEST, LATEST = time(7), time(20, 59)
"""A repeated notice never rings at night: nobody is there to give a reason each time."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """``weekdays`` are 0 for Monday to 6; ``nth`` is 1 to 5, or -1 for the last; both ends of the time included."""

    kind: Kind
    at: time
    first: date
    until: date
    weekdays: tuple[int, ...] = ()
    day: int = 1
    nth: int = 1
    dates: tuple[date, ...] = ()
    excluded: tuple[date, ...] = ()
    holidays: Holidays = "send"


def instants(pattern: Pattern, is_holiday: IsHoliday) -> list[datetime]:
    """Every instant of a pattern in UTC, ascending, each once."""
    days = {
        moved
        for day in _days(pattern)
        if (moved := _moved(day, pattern.holidays, is_holiday)) is not None
        and moved not in pattern.excluded
        and day not in pattern.excluded
    }
    return [datetime.combine(day, pattern.at, JST).astimezone(UTC) for day in sorted(days)]


def _days(pattern: Pattern) -> Iterator[date]:
    day = pattern.first
    while day <= pattern.until:
        if _is_meant(pattern, day):
            yield day
        day += timedelta(days=1)


def _is_meant(pattern: Pattern, day: date) -> bool:
    match pattern.kind:
        case "daily":
            return True
        case "weekly":
            return day.weekday() in pattern.weekdays
        case "monthly":
            return day.day == min(pattern.day, _month_length(day))
        case "nth":
            return day.weekday() in pattern.weekdays and _is_nth(day, pattern.nth)
        case "dates":
            return day in pattern.dates


def _month_length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _is_nth(day: date, nth: int) -> bool:
    return day.day + 7 > _month_length(day) if nth == LAST else (day.day + 6) // 7 == nth


def _moved(day: date, holidays: Holidays, is_holiday: IsHoliday) -> date | None:
    """The day itself unless it is a public holiday and something else was chosen for those."""
    if holidays == "send" or not is_holiday(day):
        return day
    if holidays == "skip":
        return None
    step = timedelta(days=-1 if holidays == "before" else 1)
    while is_holiday(day) or day.weekday() > 4:
        day += step
    return day


def check(pattern: Pattern) -> Pattern:
    """Refuse what cannot be meant, with the way out."""
    if not EARLIEST <= pattern.at <= LATEST:
        raise Refused("くり返しの時刻は、7時から21時までの間にしてください。")
    if pattern.until < pattern.first:
        raise Refused("終わりの日が、始まりの日より前です。日付を確認してください。")
    if pattern.until - pattern.first > LONGEST:
        raise Refused("くり返しは1年までです。終わりの日を早くしてください。")
    if pattern.kind in ("weekly", "nth") and not pattern.weekdays:
        raise Refused("曜日を1つ以上選んでください。")
    if pattern.kind == "monthly" and not 1 <= pattern.day <= 31:
        raise Refused("日は1から31までで入力してください。")
    if pattern.kind == "nth" and pattern.nth not in (1, 2, 3, 4, 5, LAST):
        raise Refused("第1から第5、または最後を選んでください。")
    if pattern.kind == "dates" and not 0 < len(pattern.dates) <= MOST_DATES:
        raise Refused(f"日付を1つから{MOST_DATES}まで入力してください。")
    outside = [day for day in pattern.dates if not pattern.first <= day <= pattern.until]
    if pattern.kind == "dates" and outside:
        day = min(outside)
        raise Refused(
            f"選んだ{day.month}月{day.day}日が、始まりの日から終わりの日までの間にありません。日付を確認してください。"
        )
    if pattern.kind == "dates":
        return replace(pattern, dates=tuple(sorted(set(pattern.dates))))
    return pattern


def to_json(pattern: Pattern) -> dict[str, Any]:
    """The stored form; the inverse of ``from_json``."""
    return {
        "kind": pattern.kind,
        "at": f"{pattern.at:%H:%M}",
        "first": pattern.first.isoformat(),
        "until": pattern.until.isoformat(),
        "weekdays": list(pattern.weekdays),
        "day": pattern.day,
        "nth": pattern.nth,
        "dates": [each.isoformat() for each in pattern.dates],
        "excluded": [each.isoformat() for each in pattern.excluded],
        "holidays": pattern.holidays,
    }


def from_json(value: Mapping[str, Any]) -> Pattern:
    """Read a stored or posted pattern; Refused when it is none, or cannot be meant."""
    return check(read(value))


def read(value: Mapping[str, Any]) -> Pattern:
    """Only read it: what was stored before a rule changed is still shown."""
    try:
        return Pattern(
            kind=KINDS[value["kind"]],
            at=time.fromisoformat(value["at"]),
            first=date.fromisoformat(value["first"]),
            until=date.fromisoformat(value["until"]),
            weekdays=tuple(sorted({int(each) % 7 for each in value.get("weekdays", ())})),
            day=int(value.get("day", 1)),
            nth=int(value.get("nth", 1)),
            dates=tuple(date.fromisoformat(each) for each in value.get("dates", ())),
            excluded=tuple(date.fromisoformat(each) for each in value.get("excluded", ())),
            holidays=HOLIDAYS[value.get("holidays", "send")],
        )
    except (KeyError, ValueError, TypeError):
        raise Refused("くり返しの条件が読めません。日付と時刻を確認してください。") from None


def sentence(pattern: Pattern) -> str:
    """「毎週火・金曜日の18:00」, as staff say it."""
    days = "・".join(WEEKDAYS[each] for each in pattern.weekdays)
    nth = "最後の" if pattern.nth == LAST else f"第{pattern.nth}"
    when = {
        "daily": "毎日",
        "weekly": f"毎週{days}曜日",
        "monthly": f"毎月{pattern.day}日",
        "nth": f"毎月{nth}{days}曜日",
        "dates": f"選んだ{len(pattern.dates)}日",
    }[pattern.kind]
    rest = {
        "send": "",
        "skip": "。祝日は送りません",
        "before": "。祝日は前の平日",
        "after": "。祝日は次の平日",
    }
    return f"{when}の{pattern.at.hour}:{pattern.at:%M}{rest[pattern.holidays]}"
