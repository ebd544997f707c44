"""Times of day in a sentence: 24 hours, 「午前9時から午後5時まで」 is 「9:00-17:00」."""

from __future__ import annotations

import re

from content.fields.hours import MOMENT, TO, stretch, write_hours, write_time
from content.fields.reading import Doubt, Finding
from content.normalise.spots import Search, Spot

_START = re.compile(
    r"[午正0-9AaPp](?<![0-9][0-9])(?<![0-9][.:-][0-9])(?=[0-9]? ?時|[0-9]?:[0-9]|(?<=午)[前後] ?[0-9]|(?<=正)午|\.?[Mm]\.? ?[0-9])"
)
_COUNTED = re.compile(r"(?:第|約|最大|計|延べ) ?$")
_NIGHT = re.compile(r"(?:夜|夕方?|晩|昼|未明|明け方)の? ?$")
"""With these, 7時 is not 7:00."""


def hours_in(folded: str) -> Search:
    """Times of the text; ``folded`` has holes where links and dates stand."""
    search = Search()
    position = 0
    while start := _START.search(folded, position):
        match = MOMENT.match(folded, start.start())
        if (
            match is None
            or match["next"]
            or _COUNTED.search(folded[max(0, start.start() - 3) : start.start()])
        ):
            position = start.end()
            continue
        if _NIGHT.search(folded[max(0, start.start() - 4) : start.start()]) and not _is_24(match):
            position = _reach(folded, match)
            search.doubts.append(Finding("time-half", match.start(), _NO_HALF.format(match[0].strip())))
            search.left.append((match.start(), position))
            continue
        try:
            hours, position = stretch(folded, match)
        except Doubt as doubt:
            position = _reach(folded, match)
            search.doubts.append(Finding(doubt.rule, match.start(), doubt.sentence))
            search.left.append((match.start(), position))
            continue
        written = write_hours(hours) if hours.end is not None else write_time(hours.start)
        search.spots.append(Spot(match.start(), position, written, "time", (written,)))
    return search


_NO_HALF = "「{0}」は24時間の時刻ではないようです。24時間で書いてください。例：19:00"


def _is_24(match: re.Match[str]) -> bool:
    """Whether the hour can only be one of 24."""
    return int(match["hour"] or match["sign_hour"] or 0) > 12


def _reach(folded: str, match: re.Match[str]) -> int:
    """Where a stretch in doubt ends, so that its end is not taken for a time of its own."""
    between = TO.match(folded, match.end())
    if between is None:
        return match.end()
    end = MOMENT.match(folded, between.end())
    if end is not None:
        return end.end()
    digits = re.compile(r"\d*").match(folded, between.end())
    return digits.end() if digits else between.end()
