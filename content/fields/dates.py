"""Days and times of day: read what staff type, write one form.

Written form after the seed paper's figure 9: ``2026年12月5日（土）``, ``10:00-12:00、13:00-17:00``.
Era starts: Meiji 1868, Taisho 1912-07-30, Showa 1926-12-25, Heisei 1989-01-08, Reiwa 2019-05-01.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, time

from content.fields.reading import Reading, fold, in_doubt, read_as
from content.fields.values import Days, Hours

WEEKDAYS = "月火水木金土日"
_ERAS = {
    "明治": 1868,
    "大正": 1912,
    "昭和": 1926,
    "平成": 1989,
    "令和": 2019,
    "M": 1868,
    "T": 1912,
    "S": 1926,
    "H": 1989,
    "R": 2019,
}
_STARTS = {
    1868: date(1868, 1, 25), 1912: date(1912, 7, 30), 1926: date(1926, 12, 25),
    1989: date(1989, 1, 8), 2019: date(2019, 5, 1),
}  # fmt: skip
_WEEKDAY = r"(?:\s*[(\[]?([月火水木金土日])(?:曜日?)?(?:・?[祝休])?[)\]]?)?"
_DAY = re.compile(
    r"(?:(\d{4})\s*[年/.\-]\s*|(明治|大正|昭和|平成|令和|[MTSHR])\s*\.?\s*(\d{1,2}|元)\s*[年/.\-]\s*)?"
    r"(\d{1,2})\s*(?:月|[/.\-])\s*(\d{1,2})日?" + _WEEKDAY
)
_BETWEEN = re.compile(r"\s*(?:から|~|-|より)\s*")
_LIST = re.compile(r"\s*[、,・および及び]\s*")
_LAST_WORD = re.compile(r"\s*まで$")


def write_day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


class _Doubt(Exception):
    """Why a writing is not read; the message is for staff."""


def read_date(text: str, *, today: date) -> Reading:
    """One civil day."""
    try:
        match = _DAY.fullmatch(fold(text))
        if match is None:
            raise _Doubt("日付として読めません。例：2026年12月5日")
        day = _day(match, None)
    except _Doubt as doubt:
        return in_doubt(text, "date", str(doubt))
    return read_as(text, day, write_day(day), "date")


def _day(match: re.Match[str], near: date | None) -> date:
    """The day a match says; a year that is not written is only taken from the day before it in the same field."""
    year, era, era_year, month, day, weekday = match.groups()
    number = _year(year, era, era_year)
    if number is None:
        if near is None:
            raise _Doubt("年がありません。「2026年」のように西暦の年を書いてください。")
        number = near.year + (1 if int(month) < near.month else 0)
    try:
        found = date(number, int(month), int(day))
    except ValueError:
        raise _Doubt("ありえない日付です。月と日を確認してください。") from None
    if era and found < _STARTS[_ERAS[era]]:
        raise _Doubt("この元号の年はまだ始まっていません。西暦で書いてください。")
    if weekday and WEEKDAYS[found.weekday()] != weekday:
        right = WEEKDAYS[found.weekday()]
        raise _Doubt(f"{found.month}月{found.day}日は{right}曜日です。日付か曜日を確認してください。")
    return found


def _year(year: str | None, era: str | None, era_year: str | None) -> int | None:
    if year:
        return int(year)
    if era and era_year:
        return _ERAS[era] + (1 if era_year == "元" else int(era_year)) - 1
    return None


def read_dates(text: str, *, today: date) -> Reading:
    """Several days or periods; the value is a tuple of Days in the order written."""
    folded = fold(text)
    try:
        spans = _spans(folded)
    except _Doubt as doubt:
        return in_doubt(text, "date", str(doubt))
    return read_as(text, spans, write_dates(spans), "date")


def _spans(folded: str) -> tuple[Days, ...]:
    spans: list[Days] = []
    near: date | None = None
    position = 0
    while position < len(folded):
        match = _DAY.match(folded, position)
        if match is None:
            raise _Doubt("日付として読めません。例：2026年12月5日、2026年12月6日")
        first = last = near = _day(match, near)
        position = match.end()
        between = _BETWEEN.match(folded, position)
        if between and (end := _DAY.match(folded, between.end())):
            last = near = _day(end, first)
            position = end.end()
            if closing := re.compile(r"\s*まで").match(folded, position):
                position = closing.end()
        if last < first:
            raise _Doubt("終わりの日が始まりの日より前です。順番を確認してください。")
        spans.append(Days(first, last))
        gap = _LIST.match(folded, position)
        if gap is None and position < len(folded):
            raise _Doubt("日付のほかの文字があります。日付だけを書き、ほかは備考に書いてください。")
        position = gap.end() if gap else position
    return tuple(spans)


def write_dates(spans: Sequence[Days]) -> str:
    return "、".join(
        write_day(s.first) if s.first == s.last else f"{write_day(s.first)}から{write_day(s.last)}まで"
        for s in spans
    )


_TIME = re.compile(r"(午前|午後|夜|朝|AM|PM|am|pm)?\s*(正午|\d{1,2})(?:\s*(?::|時)\s*(半|\d{1,2})?\s*分?)?")
_TIME_UNTIL = re.compile(r"\s*(?:から|~|-|より)\s*")


def write_time(at: time) -> str:
    return f"{at:%H:%M}"


def read_time(text: str, *, today: date) -> Reading:
    """One time of day, 24 hours."""
    folded = fold(text)
    match = _TIME.fullmatch(folded)
    try:
        at = _time(match)
    except _Doubt as doubt:
        return in_doubt(text, "time", str(doubt))
    return read_as(text, at, write_time(at), "time")


def _time(match: re.Match[str] | None) -> time:
    if match is None or (match[2].isdigit() and not re.search(r"[:時]", match[0])):
        raise _Doubt("時刻として読めません。例：10:00")
    half, hour_text, minute_text = match.groups()
    hour = 12 if hour_text == "正午" else int(hour_text)
    minute = 30 if minute_text == "半" else int(minute_text or 0)
    if half in ("夜", "朝"):
        raise _Doubt("「朝」「夜」は使わず、24時間で書いてください。例：19:00")
    if half in ("午後", "PM", "pm"):
        if hour > 12:
            raise _Doubt("「午後」と24時間の時刻がまざっています。例：15:00")
        hour = hour + 12 if hour < 12 else 12
    if half in ("午前", "AM", "am") and hour > 11:
        raise _Doubt("「午前12時」は正午か夜中か分かりません。12:00 か 0:00 と書いてください。")
    if half == "午後" and hour_text == "12":
        raise _Doubt("「午後12時」は正午か夜中か分かりません。12:00 か 0:00 と書いてください。")
    if hour > 23 or minute > 59:
        raise _Doubt("ありえない時刻です。0:00から23:59までで書いてください。")
    return time(hour, minute)


def read_times(text: str, *, today: date) -> Reading:
    """Times of day and ranges; the value is a tuple of Hours in the order written."""
    folded = fold(text)
    try:
        hours = _hours(folded)
    except _Doubt as doubt:
        return in_doubt(text, "time", str(doubt))
    return read_as(text, hours, write_times(hours), "time")


def _hours(folded: str) -> tuple[Hours, ...]:
    found: list[Hours] = []
    position = 0
    while position < len(folded):
        match = _TIME.match(folded, position)
        start = _time(match)
        position = match.end() if match else len(folded)
        end, position = _until(folded, position, match[1] if match else None, start)
        found.append(Hours(start, end))
        gap = _LIST.match(folded, position)
        if gap is None and position < len(folded):
            raise _Doubt(
                "時刻のほかの文字があります。時刻だけを書き、ほかは備考に書いてください。例：10:00-12:00"
            )
        position = gap.end() if gap else position
    return tuple(found)


def _until(folded: str, position: int, half: str | None, start: time) -> tuple[time | None, int]:
    between = _TIME_UNTIL.match(folded, position)
    if between is None:
        return None, position
    match = _TIME.match(folded, between.end())
    if match is None:
        return None, between.end()
    end = _time(match)
    if half in ("午後", "PM", "pm") and match[1] is None and end < start and end.hour < 12:
        end = end.replace(hour=end.hour + 12)
    if end <= start:
        raise _Doubt("終わりの時刻が始まりより前です。24時間で書いてください。例：13:00-17:00")
    position = match.end()
    closing = re.compile(r"\s*まで").match(folded, position)
    return end, closing.end() if closing else position


def write_times(hours: Sequence[Hours]) -> str:
    return "、".join(
        f"{write_time(h.start)}-{write_time(h.end)}" if h.end else f"{write_time(h.start)}から" for h in hours
    )
