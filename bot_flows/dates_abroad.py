"""Dates and months as other languages write them, in Japanese notation: "May 2026" is 「2026年5月」. Pure.

Whoever reads 「Dec 3」 or 「tháng 5/2026」 in an answer of ours writes it so.
"""

from __future__ import annotations

import re
from functools import lru_cache

from bot_flows.words import fold
from content.languages import language, languages
from content.words import unmarked

_ENGLISH = ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december")  # fmt: skip
_MONTHS = {name: number for number, name in enumerate(_ENGLISH, start=1)} | {"sept": 9}
_MONTHS |= {
    fold(name): number for each in languages().values() for number, name in enumerate(each.months, start=1)
}
"""Every name of a month that the languages write, and the long English ones."""
_YEAR, _DAY = r"(?:19|20)\d\d", r"\d{1,2}(?:st|nd|rd|th)?(?!\d)"
_LETTER = r"[a-z\u0900-\u0963]"
_NAMES = "|".join(sorted(map(re.escape, _MONTHS), key=len, reverse=True))
_NAMED = re.compile(
    rf"(?:(?P<y>{_YEAR})[\s,]+)?(?:(?P<d>{_DAY})(?: of)?\s+)?(?<!{_LETTER})(?P<m>{_NAMES})(?!{_LETTER})\.?"
    rf"(?:\s*(?P<d2>{_DAY}))?(?:,?\s*(?P<y2>{_YEAR}))?"
)
_VIETNAMESE = re.compile(
    rf"(?:(?:ngay|mung) *(?P<d>\d{{1,2}}) *)?thang *(?P<m>\d{{1,2}})(?!\d)(?: *(?:nam|/|-)? *(?P<y>{_YEAR}))?"
)
_KOREAN = re.compile(r"(\d+)\s*([년월일])\s*")
_UNITS = {"년": "年", "월": "月", "일": "日"}
_MONTH_FIRST = re.compile(rf"(?<!\d)(?P<m>\d{{1,2}}) *[/.-] *(?P<y>{_YEAR})(?!\d)")
_WEEKDAYS = "|".join(
    sorted({re.escape(unmarked(fold(day))) for each in languages().values() for day in each.weekdays if len(day) > 1}, key=len, reverse=True)
)  # fmt: skip
_WEEKDAY = re.compile(
    rf"(?<!{_LETTER})(?:{_WEEKDAYS})(?!{_LETTER}),?|(?<=日) *[月火水木金土日]曜日?|[(（][^)）]*[)）]"
)
"""Beside a date a weekday says nothing new."""
_DAY_FIRST = re.compile(
    r"(?<![a-z])(?:ngay|thu [a-z]+|chu nhat),? +(?P<d>\d{1,2})/(?P<m>\d{1,2})(?!\d)(?:/(?P<y>(?:19|20)\d\d))?"
)
_SLASHED = re.compile(r"(?<![\d/])(?P<d>\d{1,2})/(?P<m>\d{1,2})(?![\d/])")
"""Vietnamese writes the day before the month: 「3/12」 is in March for everybody else."""
_ENGLISH_DAYS = dict(
    zip(
        ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        "月火水木金土日",
        strict=True,
    )
)
_ON_DAY = re.compile(
    rf"(?:on |this )?(?P<next>next )?(?<!{_LETTER})(?P<day>{'|'.join(_ENGLISH_DAYS)})(?!{_LETTER})"
)
_ANY = re.compile(
    rf"{_NAMES}|thang|ngay |thu |chu nhat|day|[日\d] *[(（]|日 *[月火水木金土日]曜|\d\s*[년월일]|\d *[/.-] *{_YEAR}"
)
_BORN = re.compile(r"(?:(?:was|is) )?(?:born|due)(?: (?:in|on))? (.+)")


@lru_cache(maxsize=4096)
def in_japanese(text: str) -> str:
    """The text with its dates in 年, 月 and 日; as it is when it holds none of another language."""
    said = unmarked(fold(text))
    if not _ANY.search(said):
        return text
    said = _NAMED.sub(_of_name, said)
    said = _KOREAN.sub(lambda found: f"{found[1]}{_UNITS[found[2]]}", said)
    said = _DAY_FIRST.sub(lambda found: _made(found["y"], found["m"], found["d"]), said)
    said = _VIETNAMESE.sub(lambda found: _made(found["y"], found["m"], found["d"]), said)
    said = _MONTH_FIRST.sub(lambda found: _made(found["y"], found["m"], None), said)
    is_dated = re.search(r"\d月|\d/\d", said)
    said = (_WEEKDAY.sub(" ", _ON_DAY.sub("", said)) if is_dated else _ON_DAY.sub(_of_weekday, said)).strip()
    born = _BORN.fullmatch(said)
    return f"{born[1]}生まれ" if born else said


def day_first(text: str, language_code: str) -> str:
    """「3/12」 of a reader whose language has the day first: 「12月3日」."""
    if "{day}/{mon}" not in language(language_code).day:
        return text
    return _SLASHED.sub(lambda found: _made(None, found["m"], found["d"]), text)


def _of_weekday(found: re.Match[str]) -> str:
    return f"{'次の' if found['next'] else ''}{_ENGLISH_DAYS[found['day']]}曜日"


def _of_name(found: re.Match[str]) -> str:
    day = found["d"] or found["d2"]
    return _made(found["y"] or found["y2"], str(_MONTHS[found["m"]]), day)


def _made(year: str | None, month: str, day: str | None) -> str:
    first = f"{year}年" if year else ""
    last = f"{re.sub('[a-z]', '', day)}日" if day else ""
    return f"{first}{month}月{last}"
