"""Days in a sentence: full dates take the one written form; a date without its year is left and said."""

from __future__ import annotations

import re
from datetime import date

from content.fields.days import FULL_DAY, PARTIAL_DAY, full_day, later_day, write_day
from content.fields.reading import Doubt, Finding
from content.normalise.spots import Search, Spot

_START = re.compile(
    r"[0-9明大昭平令西㍾㍽㍼㍻㋿MTSHR](?<![0-9][0-9])(?=[0-9]{0,3} ?[年月/.-]|[治正和成暦元]|(?<=[㍾㍽㍼㍻㋿MTSHR])[0-9])"
)
"""Where a date may begin. Searches begin with a set of characters: that is what ``re`` skips fastest by."""
_ON = re.compile(r" ?(?:から|より|[~、,，・-]) ?")
_ENDS = re.compile(r" ?(?:まで|[)）、。,\n]|$)")


def days_in(text: str, folded: str) -> Search:
    """Dates of the text; ``folded`` has the same length and holes where links stand."""
    search = Search()
    position = 0
    while start := _START.search(folded, position):
        match = FULL_DAY.match(folded, start.start())
        if match is not None:
            position = _full(text, folded, match, search)
            continue
        partial = PARTIAL_DAY.match(folded, start.start()) if start[0].isdigit() else None
        if partial is None or not partial["month"]:
            position = start.end()
            continue
        position = partial.end()
        words = text[partial.start() : partial.end()].strip()
        sentence = f"「{words}」に年がありません。「2026年」のように年から書くと、カレンダーに入ります。"
        search.doubts.append(Finding("date-year", partial.start(), sentence))
        search.left.append(partial.span())
    return search


def _full(text: str, folded: str, match: re.Match[str], search: Search) -> int:
    """A full date and the days that lean on it; returns where to go on."""
    try:
        day = full_day(match)
    except Doubt as doubt:
        if doubt.rule == "date" and match["sign"]:
            return match.end()  # 1234-56-78 is a number of something else
        search.doubts.append(Finding(doubt.rule, match.start(), doubt.sentence))
        search.left.append(match.span())
        return match.end()
    search.spots.append(_spot(match, day))
    return _leaning(text, folded, match.end(), day, search)


def _leaning(text: str, folded: str, position: int, day: date, search: Search) -> int:
    while on := _ON.match(folded, position):
        match = PARTIAL_DAY.match(folded, on.end())
        if match is None or FULL_DAY.match(folded, on.end()):
            break
        sure = (
            match["weekday"]
            or match["bare_weekday"]
            or (match["month"] is None and _ENDS.match(folded, match.end()))
        )
        if not (sure or match["month"]):
            break
        try:
            day = later_day(match, day)
        except Doubt as doubt:
            search.doubts.append(Finding(doubt.rule, match.start(), doubt.sentence))
            search.left.append(match.span())
            return match.end()
        search.spots.append(_spot(match, day))
        position = match.end()
    return position


def _spot(match: re.Match[str], day: date) -> Spot:
    written = write_day(day)
    said = f"{written[:-1]}・祝）" if "祝" in (match["holiday"] or "") else written
    return Spot(match.start(), match.end(), said, "date", (written,))
