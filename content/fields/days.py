"""Days: how staff write them, and the one form ``2026年12月5日（土）`` (seed paper, figure 9).

Eras begin on 1868-01-25, 1912-07-30, 1926-12-25, 1989-01-08 and 2019-05-01; an era's year beyond its last day is
in doubt. A weekday that is written must fit the date.
"""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

from content.fields.reading import Doubt

WEEKDAYS = "月火水木金土日"
ERAS = {
    "明治": (date(1868, 1, 25), date(1912, 7, 29)),
    "大正": (date(1912, 7, 30), date(1926, 12, 24)),
    "昭和": (date(1926, 12, 25), date(1989, 1, 7)),
    "平成": (date(1989, 1, 8), date(2019, 4, 30)),
    "令和": (date(2019, 5, 1), date(9999, 12, 31)),
}
_SHORT = {"M": "明治", "T": "大正", "S": "昭和", "H": "平成", "R": "令和"} | dict(
    zip("㍾㍽㍼㍻㋿", ERAS, strict=True)
)

_ERA = "(?P<{0}>明治|大正|昭和|平成|令和|[㍾㍽㍼㍻㋿MTSHR])[ .]?(?P<{0}_year>\\d{{1,2}}|元)"
_WEEKDAY = (
    r"(?: {0,2}[(（\[［〔] ?(?P<weekday>[月火水木金土日])(?:曜日?)?(?P<holiday> ?[・,、]? ?(?:祝日?|休日?|振休))? ?[)）\]］〕]"
    r"| {0,2}(?P<bare_weekday>[月火水木金土日])曜日?)?"
)
FULL = (
    r"(?a)(?<![\dA-Za-z.])(?:"
    r"(?:西暦 ?)?(?:(?P<year>\d{4})|" + _ERA.format("era") + r") ?年 ?"
    r"(?:[(（](?:(?P<beside>\d{4})|" + _ERA.format("beside_era") + r") ?年[)）] ?)?"
    r"(?P<month>\d{1,2}) ?月 ?(?P<day>\d{1,2}) ?日(?!間|目|以内)"
    r"|(?:(?P<sign_year>\d{4})|" + _ERA.format("sign_era") + r")"
    r"(?P<sign>[/.-])(?P<sign_month>\d{1,2})(?P=sign)(?P<sign_day>\d{1,2})(?!\d|(?P=sign)\d)"
    r")"
)
FULL_DAY = re.compile(FULL + _WEEKDAY)
PARTIAL_DAY = re.compile(
    r"(?a)(?<![\d年月/.-])(?:(?P<month>\d{1,2}) ?月 ?)?(?P<day>\d{1,2}) ?日(?!間|目|前|後|以内|[本々])"
    + _WEEKDAY
)
"""A day that leans on the one before it: 「2026年12月5日（土）、6日（日）」."""


def write_day(day: date) -> str:
    """「2026年12月5日（土）」."""
    return f"{day.year}年{day.month}月{day.day}日（{WEEKDAYS[day.weekday()]}）"


def full_day(match: re.Match[str]) -> date:
    """The day that a match of FULL_DAY names. Raises Doubt."""
    part = match.groupdict()
    if part["sign"]:
        year = _year(part["sign_year"], part["sign_era"], part["sign_era_year"])
        era, month, day = part["sign_era"], part["sign_month"], part["sign_day"]
    else:
        year = _year(part["year"], part["era"], part["era_year"])
        era, month, day = part["era"], part["month"], part["day"]
        if part["beside"] or part["beside_era"]:
            _agree(year, _year(part["beside"], part["beside_era"], part["beside_era_year"]))
    found = _made(year, int(month), int(day))
    if era:
        _inside(_SHORT.get(era, era), found)
    _weekday_fits(found, match)
    return found


def later_day(match: re.Match[str], near: date) -> date:
    """The day that a match of PARTIAL_DAY names after ``near`` in the same list or stretch. Raises Doubt.

    Only a day after ``near`` in the same year is certain; past New Year the weekday must agree.
    """
    month = int(match["month"] or near.month)
    day = int(match["day"])
    try:
        found = _made(near.year, month, day)
    except Doubt:
        if (month, day) != (2, 29):
            raise
        found = near
    if found > near:
        _weekday_fits(found, match)
        return found
    next_year = near.year + 1
    weekday = match["weekday"] or match["bare_weekday"]
    if match["month"] and weekday and day <= monthrange(next_year, month)[1]:
        found = date(next_year, month, day)
        if WEEKDAYS[found.weekday()] == weekday:
            return found
    raise Doubt(
        "date-year",
        f"「{match[0].strip()}」が何年か分かりません。年から書いてください。例：{write_day(near)}",
    )


def _year(western: str | None, era: str | None, era_year: str | None) -> int:
    if western:
        return int(western)
    first = ERAS[_SHORT.get(era or "", era or "")][0].year
    number = 1 if era_year == "元" else int(era_year or 0)
    if number < 1:
        raise Doubt("date", "元号の0年はありません。西暦で書いてください。")
    return first + number - 1


def _agree(year: int, beside: int) -> None:
    if year != beside:
        raise Doubt(
            "date-year", f"西暦と元号の年が合いません（{year}年と{beside}年）。正しい年だけにしてください。"
        )


def _made(year: int, month: int, day: int) -> date:
    if not 1868 <= year <= 2199:
        raise Doubt("date", f"{year}年は、お知らせの年ではないようです。年を確認してください。")
    try:
        return date(year, month, day)
    except ValueError:
        raise Doubt("date", f"{month}月{day}日という日付はありません。月と日を確認してください。") from None


def _inside(era: str, day: date) -> None:
    first, last = ERAS[era]
    if not first <= day <= last:
        sentence = f"{write_day(day)}は{era}ではありません。西暦で書いてください。"
        raise Doubt("date-era", sentence)


def _weekday_fits(day: date, match: re.Match[str]) -> None:
    written = match["weekday"] or match["bare_weekday"]
    right = WEEKDAYS[day.weekday()]
    if written and written != right:
        sentence = f"{day.year}年{day.month}月{day.day}日は{right}曜日ですが、「{written}」と書いてあります。日付か曜日を直してください。"
        raise Doubt("weekday", sentence)
