"""Fields of kind date, dates and period."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from content.fields.days import FULL_DAY, PARTIAL_DAY, full_day, later_day, write_day
from content.fields.folding import fold
from content.fields.hours import MOMENT, moment, write_time
from content.fields.reading import Doubt, Reading, in_doubt, read_as
from content.fields.values import Days, Period

_RANGE = re.compile(r" ?(?:から|より|~|-) ?")
_UNTIL = re.compile(r" ?まで")
_NOTE = re.compile(r" ?[（(]([^（）()\n]{1,60})[）)]")
_NEXT = re.compile(r"\s*(?:[、,，・\n]|及び|および|と| )\s*")
_COMPACT = re.compile(r"(?a)(\d{4})(\d\d)(\d\d)")
_CLOSED = re.compile(r" ?(?:から|より|~)$")
_EXAMPLE = "例：2026年12月5日"


def read_date(text: str, today: date) -> Reading:
    """One civil day; also 20261205, since a field of dates holds nothing else."""
    folded = fold(text).strip()
    if compact := _COMPACT.fullmatch(folded):
        folded = "/".join(compact.groups())
    try:
        match = FULL_DAY.fullmatch(folded)
        if match is None:
            raise _not_a_day(folded, today)
        day = full_day(match)
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, day, write_day(day), "date")


def _not_a_day(folded: str, today: date) -> Doubt:
    partial = PARTIAL_DAY.match(folded)
    if partial and partial["month"]:
        return Doubt(
            "date-year",
            f"年がありません。「{today.year}年{partial['month']}月{partial['day']}日」のように年から書いてください。",
        )
    return Doubt(
        "date", f"日付として読めません。日付だけを年から書き、ほかのことは備考に書いてください。{_EXAMPLE}"
    )


def read_days(text: str, today: date) -> Reading:
    """Several days and stretches; the value is a tuple of Days in the order written."""
    try:
        spans = _spans(text.strip(), today)
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, spans, write_days(spans), "date")


def _spans(plain: str, today: date) -> tuple[Days, ...]:
    folded = fold(plain)
    spans: list[Days] = []
    near: date | None = None
    position = 0
    while True:
        first, position = _day_at(folded, position, near, today)
        last, position = _end_at(folded, position, first)
        note = _NOTE.match(folded, position)
        spans.append(Days(first, last, plain[slice(*note.span(1))].strip() if note else ""))
        position = note.end() if note else position
        if position == len(folded):
            return tuple(spans)
        gap = _NEXT.match(folded, position)
        if gap is None:
            raise Doubt(
                "date",
                f"日付のほかの文字「{folded[position:][:20]}」があります。日付だけを書き、ほかのことは備考に書いてください。",
            )
        position, near = gap.end(), last


def _day_at(folded: str, position: int, near: date | None, today: date) -> tuple[date, int]:
    if match := FULL_DAY.match(folded, position):
        return full_day(match), match.end()
    if near and (match := PARTIAL_DAY.match(folded, position)):
        return later_day(match, near), match.end()
    raise _not_a_day(folded[position:], today)


def _end_at(folded: str, position: int, first: date) -> tuple[date, int]:
    """The last day of a stretch, or ``first`` when only one day is written."""
    between = _RANGE.match(folded, position)
    if between is None:
        return first, position
    last, position = _day_at(folded, between.end(), first, first)
    if last < first:
        raise Doubt("date-order", "終わりの日が始まりの日より前です。順番を確認してください。")
    until = _UNTIL.match(folded, position)
    return last, until.end() if until else position


def write_days(spans: Sequence[Days]) -> str:
    """「2026年12月5日（土）、2026年12月12日（土）から2026年12月13日（日）まで（雨天中止）」."""
    return "、".join(_span(each) + (f"（{each.note}）" if each.note else "") for each in spans)


def _span(each: Days) -> str:
    first, last = write_day(each.first), write_day(each.last)
    return first if each.first == each.last else f"{first}から{last}まで"


def read_period(text: str, today: date) -> Reading:
    """From and until, each with a time if stated: 申込期間, 工事期間, 期限."""
    try:
        period = _period(fold(text).strip(), today)
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, period, write_period(period), "period")


def _period(folded: str, today: date) -> Period:
    if opening := _CLOSED.search(folded):
        day, at, position = _instant(folded, 0, None, today)
        _nothing_after(folded[: opening.start()], position)
        return Period(day, None, at)
    first, first_time, position = _instant(folded, 0, None, today)
    between = _RANGE.match(folded, position)
    if between is None:
        until = _UNTIL.match(folded, position)
        if until is None:
            raise Doubt(
                "period",
                "「から」か「まで」がありません。始まりに「から」、終わりに「まで」を付けてください。",
            )
        _nothing_after(folded, until.end())
        return Period(None, first, None, first_time)
    last, last_time, position = _instant(folded, between.end(), first, today)
    until = _UNTIL.match(folded, position)
    _nothing_after(folded, until.end() if until else position)
    if (last, last_time or time.max) < (first, first_time or time.min):
        raise Doubt("date-order", "終わりが始まりより前です。順番を確認してください。")
    return Period(first, last, first_time, last_time)


def _instant(folded: str, position: int, near: date | None, today: date) -> tuple[date, time | None, int]:
    day, position = _day_at(folded, position, near, today)
    match = MOMENT.match(folded, position)
    if match is None:
        return day, None, position
    return day, moment(match), match.end()


def _nothing_after(folded: str, position: int) -> None:
    if position != len(folded):
        raise Doubt(
            "period",
            f"期間のほかの文字「{folded[position:][:20]}」があります。ほかのことは備考に書いてください。",
        )


def write_period(period: Period) -> str:
    """「2026年12月1日（火）9:00から2026年12月18日（金）17:00まで」; one side may be open."""
    first = f"{_stamp(period.first, period.first_time)}から" if period.first else ""
    last = f"{_stamp(period.last, period.last_time)}まで" if period.last else ""
    return first + last


def _stamp(day: date, at: time | None) -> str:
    return write_day(day) + (write_time(at) if at else "")
