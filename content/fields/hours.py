"""Times of day: 24 hours, ``10:00-12:00、13:00-17:00`` (seed paper, figure 9); 午前 and 午後 are read, never guessed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import time

from content.fields.folding import fold
from content.fields.reading import Doubt, Reading, in_doubt, read_as
from content.fields.values import Hours

_MOMENT = (
    r"(?a) ?(?P<next>翌日?の?)? ?(?P<half>午前|午後|[AaPp]\.?[Mm]\.?)? ?(?:"
    r"(?P<noon>正午)"
    r"|(?<!\d)(?P<hour>\d{1,2}) ?時(?![間限点代給期刻台々]|\d{1,2}(?! ?分|\d)| ?\d{1,2} ?分(?:間|前|後))"
    r"(?: ?(?P<minute>\d{1,2}) ?分|(?P<thirty>半)(?!分|[一-龠]))?"
    r"|(?<!\d)(?<!\d[:.])(?P<sign_hour>\d{1,2}):(?P<sign_minute>\d{2})(?![\d:])"
    r")(?: ?(?P<suffix>[AaPp]\.?[Mm])\.?(?![A-Za-z]))?"
)
MOMENT = re.compile(_MOMENT)
TO = re.compile(r" ?(?:から|より|~|-) ?")
_UNTIL = re.compile(r" ?まで")
_FROM = re.compile(r"(?a) ?(?:から|より|~)(?! ?\d)")
_NOTE = re.compile(r" ?[（(]([^（）()\n]{1,60})[）)]")
_NEXT = re.compile(r"\s*(?:[、,，・\n/]|及び|および|と| )\s*")
_EXAMPLE = "例：10:00-12:00"


def write_time(at: time) -> str:
    """「9:00」."""
    return f"{at.hour}:{at.minute:02}"


def moment(match: re.Match[str]) -> time:
    """The time of a match of MOMENT; 24:00 is ``time(0)``. Raises Doubt."""
    return _clock(match, after=None)


def is_next_day(match: re.Match[str]) -> bool:
    """Whether a match names a time of the day after: 翌2:00, or 24:00 as an end."""
    return bool(match["next"]) or (match["hour"] or match["sign_hour"]) == "24"


def end_moment(match: re.Match[str], start: re.Match[str], begins: time) -> time:
    """The time that ends a stretch: 「午後2時から4時」 ends at 16:00. Raises Doubt when both halves are possible."""
    return _clock(match, after=(start, begins))


def _clock(match: re.Match[str], after: tuple[re.Match[str], time] | None) -> time:
    if match["noon"]:
        return time(12)
    hour = int(match["hour"] or match["sign_hour"])
    minute = 30 if match["thirty"] else int(match["minute"] or match["sign_minute"] or 0)
    half = _half(match)
    if half:
        hour = _of_half(half == "午後", hour, minute, after)
    elif match["hour"] and after is not None and not match["next"]:
        hour = _of_start(hour, minute, *after)
    elif match["hour"] and 1 <= hour <= 6 and not match["next"]:
        raise Doubt(
            "time-half",
            f"「{match[0].strip()}」は午前か午後か分かりません。24時間で書いてください。例：{hour + 12}:00",
        )
    if hour == 24 and minute == 0:
        hour = 0
    if hour > 23 or minute > 59:
        raise Doubt(
            "time", f"「{match[0].strip()}」という時刻はありません。0:00から24:00までで書いてください。"
        )
    return time(hour, minute)


def _half(match: re.Match[str]) -> str:
    """午前, 午後 or nothing, however it is written: PM1:30, 1:30 p.m."""
    written = (match["half"] or match["suffix"] or "").upper().replace(".", "")
    return {"AM": "午前", "PM": "午後"}.get(written, written)


def _of_half(afternoon: bool, hour: int, minute: int, after: tuple[re.Match[str], time] | None) -> int:
    if hour > 12:
        raise Doubt(
            "time-half", "午前・午後と24時間の書き方がまざっています。24時間で書いてください。例：15:00"
        )
    if hour < 12:
        return hour + 12 if afternoon else hour
    if not afternoon and after and after[1] < time(12) and minute == 0:
        return 12  # 「午前10時から午前12時まで」: only noon comes after
    raise Doubt(
        "time-half",
        "「12時」に午前・午後が付くと、昼か夜中か分かりません。「12:00」か「0:00」と書いてください。",
    )


def _of_start(hour: int, minute: int, start: re.Match[str], begins: time) -> int:
    """The hour of an end without 午前/午後, in the half of its start when only that comes later."""
    later_as_written = (hour, minute) > (begins.hour, begins.minute)
    if later_as_written:
        return hour
    if (
        _half(start)
        and hour < 12
        and begins.hour >= 12
        and (hour + 12, minute) > (begins.hour, begins.minute)
    ):
        return hour + 12
    raise Doubt(
        "time-half",
        f"終わりの「{hour}時」が午前か午後か分かりません。24時間で書いてください。例：13:00-17:00",
    )


def read_time(text: str) -> Reading:
    """One time of day."""
    match = MOMENT.fullmatch(fold(text).strip())
    try:
        if match is None or match["next"]:
            raise Doubt("time", "時刻として読めません。24時間で書いてください。例：13:30")
        at = moment(match)
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    if is_next_day(match):
        return in_doubt(text, "time", "24:00は、次の日の0:00と書いてください。")
    return read_as(text, at, write_time(at), "time")


def read_times(text: str) -> Reading:
    """Times and stretches of one day; the value is a tuple of Hours in the order written."""
    try:
        spans = _spans(text.strip())
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, spans, write_times(spans), "time")


def _spans(plain: str) -> tuple[Hours, ...]:
    folded = fold(plain)
    found: list[Hours] = []
    position = 0
    while True:
        match = MOMENT.match(folded, position)
        if match is None or match["next"]:
            raise Doubt(
                "time", f"時刻として読めません。時刻だけを書き、ほかのことは備考に書いてください。{_EXAMPLE}"
            )
        span, position = stretch(folded, match)
        opening = _FROM.match(folded, position) if span.end is None else None
        position = opening.end() if opening else position
        note = _NOTE.match(folded, position)
        position = note.end() if note else position
        words = plain[slice(*note.span(1))].strip() if note else ""
        found.append(Hours(span.start, span.end, span.next_day, words))
        if position == len(folded):
            return tuple(found)
        gap = _NEXT.match(folded, position)
        if gap is None:
            raise Doubt(
                "time",
                f"時刻のほかの文字「{folded[position:][:20]}」があります。ほかのことは備考に書いてください。{_EXAMPLE}",
            )
        position = gap.end()


def stretch(folded: str, match: re.Match[str]) -> tuple[Hours, int]:
    """The stretch that begins with ``match``, and where it ends in the text. Raises Doubt."""
    between = TO.match(folded, match.end())
    end = MOMENT.match(folded, between.end()) if between else None
    if end is None:
        if between and between[0].strip() in "~-" and folded[between.end() : between.end() + 1].isdigit():
            raise Doubt(
                "time", f"終わりの時刻が読めません。「17:00」のように分まで書いてください。{_EXAMPLE}"
            )
        return Hours(_opening(match)), match.end()
    begins = _before(match, end)
    ends = end_moment(end, match, begins)
    next_day = is_next_day(end)
    if not next_day and ends <= begins:
        raise Doubt(
            "time-order",
            f"終わりの時刻が始まりより前です。次の日なら「翌{write_time(ends)}」と書いてください。{_EXAMPLE}",
        )
    until = _UNTIL.match(folded, end.end())
    return Hours(begins, ends, next_day), until.end() if until else end.end()


def _opening(match: re.Match[str]) -> time:
    if is_next_day(match):
        raise Doubt("time", "24:00や翌日の時刻は、終わりの時刻にだけ書けます。")
    return moment(match)


def _before(match: re.Match[str], end: re.Match[str]) -> time:
    """The start of a stretch; 「午後12時半から午後2時」 has only one reading that ends after it begins."""
    half, end_half = _half(match), _half(end)
    hour = int(match["hour"] or match["sign_hour"] or 12)
    minute = 30 if match["thirty"] else int(match["minute"] or match["sign_minute"] or 0)
    end_hour = int(end["hour"] or end["sign_hour"] or 12)
    if hour == 12 and half == end_half == "午後" and end_hour != 12:
        return time(12, minute)
    if not match["noon"] and not half and end_half and hour <= 12 and hour % 12 <= end_hour % 12:
        raise Doubt(
            "time-half", f"始まりの「{hour}時」が午前か午後か分かりません。24時間で書いてください。{_EXAMPLE}"
        )
    if match["hour"] and not half and 1 <= hour <= 6 and end_hour > 12:
        return time(hour, minute)
    return _opening(match)


def write_times(spans: Sequence[Hours]) -> str:
    """「10:00-12:00、13:00-17:00（受付は16:30まで）」; a start alone is 「10:00から」."""
    return "、".join(write_hours(each) for each in spans)


def write_hours(each: Hours) -> str:
    """「10:00-12:00」, 「10:00から」, 「22:00-翌5:00」, 「18:00-24:00」."""
    note = f"（{each.note}）" if each.note else ""
    if each.end is None:
        return f"{write_time(each.start)}から{note}"
    end = write_time(each.end)
    if each.next_day:
        end = "24:00" if each.end == time(0) else f"翌{end}"
    return f"{write_time(each.start)}-{end}{note}"
