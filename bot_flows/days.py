"""Days as residents write them and as they read them. ``today`` is always handed in (civil date in Japan)."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from bot_flows.dates_abroad import in_japanese
from bot_flows.words import answered, fold, in_digits, joined, kanji_number
from content.languages import language
from content.sentences import FIRST_LANGUAGE

WEEKDAYS = "月火水木金土日"


@dataclass(frozen=True, slots=True)
class Days:
    """What a text asks about: one day, or a stretch with both ends included and its name (「来週」)."""

    first: date
    last: date
    name: str = ""

    @property
    def is_one(self) -> bool:
        return self.first == self.last


def written(day: date, speech: str = FIRST_LANGUAGE) -> str:
    """「11月24日（火）」 (chat check C10); 「Tue 24 Nov」."""
    return language(speech).written(day)


def dated(day: date, speech: str = FIRST_LANGUAGE) -> str:
    """The day with its year: 「2027年1月5日（火）」."""
    known = language(speech)
    return known.written(day, known.dated)


def called(day: date, today: date, speech: str = FIRST_LANGUAGE) -> str:
    """The date with its near name: 「あした 11月24日（火）」; another year is said: 「2027年1月5日（火）」."""
    known = language(speech)
    ahead = (day - today).days
    if 0 <= ahead < len(known.near):
        return known.beside.format(near=known.near[ahead], date=known.written(day))
    return known.written(day) if ahead in range(-180, 181) else known.written(day, known.dated)


def month_written(month: date, speech: str = FIRST_LANGUAGE) -> str:
    """「2024年5月」."""
    known = language(speech)
    return known.written(month, known.month)


def add_months(day: date, months: int) -> date:
    """The same day ``months`` later (or earlier), cut to the month's last day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _arabic(text: str) -> str:
    """Kanji numbers before 年, 月 and 日 as digits: 「十二月三日」 is 「12月3日」."""

    def digits(found: re.Match[str]) -> str:
        number = kanji_number(found[1])
        return found[0] if number is None else f"{number}{found[2]}"

    return re.sub(r"([〇一二三四五六七八九十]+)([月日])(?!曜)", digits, text)


_KANA_WEEKDAYS = dict(zip(("げつ", "か", "すい", "もく", "きん", "ど", "にち"), WEEKDAYS, strict=True))
_KANA_DAYS = ("ついたち", "ふつか", "みっか", "よっか", "いつか", "むいか", "なのか", "ようか", "ここのか", "とおか")  # fmt: skip
_KANA_UNITS = {
    "ねん": "年",
    "がつ": "月",
    "にち": "日",
    "じはん": "時半",
    "じ": "時",
    "ぷん": "分",
    "ふん": "分",
}
_IN_KANA = re.compile(
    f"({'|'.join(_KANA_WEEKDAYS)})ようび|(?:(?<=がつ)|(?<=月))({'|'.join(_KANA_DAYS)})|(?<=[0-9])({'|'.join(_KANA_UNITS)})"
)
_KANA_ENDS = ("ようび", "がつ", "にち", "ねん", "じ")


def _in_kanji(text: str) -> str:
    """Days and hours as やさしい日本語 writes them: 「らいしゅうの かようび」 is 「らいしゅうの火曜日」, 「5がつ みっか」 「5月3日」."""
    if not any(end in text for end in _KANA_ENDS):
        return text

    def letters(found: re.Match[str]) -> str:
        if found[1]:
            return f"{_KANA_WEEKDAYS[found[1]]}曜日"
        return f"{_KANA_DAYS.index(found[2]) + 1}日" if found[2] else _KANA_UNITS[found[3]]

    return _IN_KANA.sub(letters, joined(text))


# ---- nearby days: 「来週の火曜」 「12月3日」 ------------------------------------------------------------

_NAMED = {
    "今日": 0, "きょう": 0, "本日": 0, "今夜": 0, "明日": 1, "あした": 1, "あす": 1, "明朝": 1,
    "明後日": 2, "あさって": 2, "明々後日": 3, "しあさって": 3,
}  # fmt: skip
_WEEKS = {"今週": 0, "こんしゅう": 0, "来週": 1, "らいしゅう": 1, "再来週": 2, "さ来週": 2, "さらいしゅう": 2}
_EXPRESSION = re.compile(
    r"(?P<full>(?P<y>20\d\d)[-/.年](?P<fm>\d{1,2})[-/.月](?P<fd>\d{1,2})日?)"
    r"|(?P<month>(?P<m>\d{1,2})(?:月|/)(?P<d>\d{1,2})日?)(?![\d/])"
    r"|(?P<week>再来週|さ来週|さらいしゅう|今週|こんしゅう|来週|らいしゅう)(?:の?(?P<wd>[月火水木金土日])(?:曜日?|よう日?))?"
    r"|(?P<named>明々後日|しあさって|明後日|あさって|今日|きょう|本日|今夜|明日|あした|あす|明朝)"
    r"|(?P<next>次の|つぎの|今度の)?(?P<weekday>[月火水木金土日])(?:曜日?|よう日?)"
    r"|(?P<span>今月|来月|週末)(?:の?(?P<sd>\d{1,2})日)?"
    r"|(?P<turn>年末年始|年末|年始|お?正月|年明け)"
    r"|(?<!\d)(?P<only>\d{1,2})日"
)
_ABOUT_GARBAGE = re.compile(
    r"ごみ|収集|回収|もえる|燃える|もやす|燃やす|資源|捨て|すて|出せる|だせる|garbage|trash|垃圾|쓰레기|r[áa]c\b|फोहोर"
)
NEW_YEAR = "年末年始"
_AROUND_NEW_YEAR = re.compile(
    r"(?:ごみ|収集|回収|の|は|も|って|いつ|まで|から|出せる|だせる|出せます|ある|あります|か|休み|期間|日|予定|です|、|。|\?|\s)*"
)
"""What may stand around it: 「年末のごみ」, never 「正月飾りの捨て方」."""
_LEFT_OVER = re.compile(r"^(?:の|は|って|なに|なんの\s?[ひ日]|何の日|何|です|か|が|に|を|、|。|\?|!|\s)*$")


def nearby(text: str, today: date) -> Days | None:
    """The day or days a text about garbage names, or None.

    Without a word about garbage the text must be the day alone (「あした」, 「来週の火曜は？」). Weeks run from
    Monday to Sunday. A date without a year is the next one to come; a weekday alone may be today.
    """
    found = _named(text)
    return _days(found, today) if found else None


@lru_cache(maxsize=4096)
def _named(text: str) -> re.Match[str] | None:
    """The words of a text that name a day, where nothing stands beside them that speaks of something else."""
    folded = _arabic(_in_kanji(fold(in_japanese(text))))
    found = _EXPRESSION.search(folded)
    if not found:
        return None
    rest = folded[: found.start()] + folded[found.end() :]
    if found["turn"]:
        is_asked = _ABOUT_GARBAGE.search(rest) and _AROUND_NEW_YEAR.fullmatch(rest)
        return found if is_asked else None
    return found if _ABOUT_GARBAGE.search(rest) or _LEFT_OVER.match(rest) else None


def _days(found: re.Match[str], today: date) -> Days | None:
    if found["full"]:
        return _one(_made(int(found["y"]), int(found["fm"]), int(found["fd"])))
    if found["month"]:
        return _one(_next_of(int(found["m"]), int(found["d"]), today))
    if found["week"]:
        return _in_week(_WEEKS[found["week"]], found["wd"], found["week"], today)
    if found["named"]:
        return _one(today + timedelta(_NAMED[found["named"]]))
    if found["weekday"]:
        ahead = (WEEKDAYS.index(found["weekday"]) - today.weekday()) % 7
        return _one(today + timedelta(ahead or (7 if found["next"] else 0)))
    if found["turn"]:
        return _around_new_year(today)
    if found["span"]:
        return _in_span(found["span"], found["sd"], today)
    day = _made(today.year, today.month, int(found["only"]))
    if day is None or day < today:
        later = add_months(today.replace(day=1), 1)
        day = _made(later.year, later.month, int(found["only"]))
    return _one(day)


def _around_new_year(today: date) -> Days:
    """From 28 December to 4 January, the one that is now or comes next."""
    year = today.year - 1 if (today.month, today.day) <= (1, 4) else today.year
    return Days(date(year, 12, 28), date(year + 1, 1, 4), NEW_YEAR)


def _one(day: date | None) -> Days | None:
    return Days(day, day) if day else None


def _next_of(month: int, day: int, today: date) -> date | None:
    for year in (today.year, today.year + 1):
        made = _made(year, month, day)
        if made and made >= today:
            return made
    return None


def _in_week(weeks: int, weekday: str | None, name: str, today: date) -> Days:
    monday = today - timedelta(today.weekday()) + timedelta(weeks=weeks)
    if weekday:
        day = monday + timedelta(WEEKDAYS.index(weekday))
        return Days(day, day)
    return Days(max(monday, today), monday + timedelta(6), name)


def _in_span(span: str, day: str | None, today: date) -> Days | None:
    if span == "週末":
        saturday = today + timedelta((5 - today.weekday()) % 7)
        return Days(saturday, saturday + timedelta(1), span)
    first = today.replace(day=1) if span == "今月" else add_months(today.replace(day=1), 1)
    if day:
        return _one(_made(first.year, first.month, int(day)))
    return Days(max(first, today), add_months(first, 1) - timedelta(1), span)


# ---- a date of birth, typed ------------------------------------------------------------------------

_ERAS = {"令和": 2018, "れいわ": 2018, "r": 2018, "平成": 1988, "へいせい": 1988, "h": 1988}
_BIRTH = re.compile(
    r"(?:(?P<era>令和|れいわ|平成|へいせい|r|h)\s*(?P<ey>\d{1,2}|元)|(?P<y>(?:19|20)\d\d))\s*[-/.年]\s*"
    r"(?P<m>\d{1,2})\s*(?:[-/.月]\s*(?P<d>\d{1,2})\s*日?|月)?(?:生まれ|うまれ)?"
)
_NAMED_YEARS = {"今年": 0, "ことし": 0, "去年": -1, "きょねん": -1, "昨年": -1, "おととし": -2, "一昨年": -2, "来年": 1, "らいねん": 1}  # fmt: skip
_IN_NAMED_YEAR = re.compile(f"({'|'.join(_NAMED_YEARS)})の?(.+?)(?:です|ごろ|予定)*")
_EIGHT_DIGITS = re.compile(r"((?:19|20)\d\d)(\d\d)(\d\d)")


def birth_date(text: str, today: date) -> date | None:
    """A typed date of birth or expected date; without a day it is the first of the month.

    Reads 「2024年5月3日」「2024/5/3」「2024-05」「20240503」「令和6年5月」「R6.5.3」「去年の7月」, "May 3, 2024"; None for
    anything else.
    """
    folded = _in_kanji(in_digits(answered(in_japanese(text)))).removesuffix("生まれ").removesuffix("うまれ")
    if named := _IN_NAMED_YEAR.fullmatch(folded):
        folded = f"{today.year + _NAMED_YEARS[named[1]]}年{named[2]}"
    whole = _EIGHT_DIGITS.fullmatch(folded)
    if whole:
        return _made(int(whole[1]), int(whole[2]), int(whole[3]))
    found = _BIRTH.fullmatch(folded)
    if not found:
        return None
    if found["era"]:
        year = _ERAS[found["era"]] + (1 if found["ey"] == "元" else int(found["ey"]))
    else:
        year = int(found["y"])
    return _made(year, int(found["m"]), int(found["d"] or 1))


# ---- a time of day, typed ----------------------------------------------------------------------------

_CLOCK = re.compile(
    r"(?P<day>前の?日|まえの? ?[日ひ]|前日|当日|その日)?\s*の?\s*(?P<half>朝|あさ|午前|夜|よる|夕方|午後)?\s*の?\s*"
    r"(?P<h>\d{1,2})\s*(?:[:時](?P<m>\d{1,2})?\s*(?P<halfpast>半)?分?)"
)


def clock_time(text: str) -> tuple[str, int, int] | None:
    """A typed time as (day word, hour, minute): 「前の日19時」 is ("before", 19, 0), 「朝の七時半」 is ("", 7, 30)."""
    found = _CLOCK.fullmatch(_in_kanji(in_digits(answered(text))))
    if not found:
        return None
    hour, minute = int(found["h"]), int(found["m"] or (30 if found["halfpast"] else 0))
    if found["half"] in ("夜", "よる", "夕方", "午後") and hour < 12:
        hour += 12
    if hour > 23 or minute > 59:
        return None
    day = found["day"] or ""
    return ("before" if day[:1] in ("前", "ま") else "same" if day else ""), hour, minute
