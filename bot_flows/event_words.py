"""Which events a text asks for: 「来月のイベント」, 「土日の催し」, 「3歳の行事」, "free events". Pure."""

from __future__ import annotations

import re
from functools import lru_cache, reduce

from bot_flows.child_age import MONTHS, YEARS
from bot_flows.dates_abroad import in_japanese
from bot_flows.days import Days, nearby
from bot_flows.event_search import ASKED, Search
from bot_flows.outcomes import Talk
from bot_flows.windows import months_between
from bot_flows.words import DOOR_WORDS, fold, in_digits, plain

_YEARS, _MONTHS = (*YEARS, "y"), (*MONTHS, "m")
_AGE = re.compile(rf"(\d{{1,2}})\s*({'|'.join(map(fold, (*_YEARS, *_MONTHS)))})?(?:児| old)?")
_OLDEST = 227
_NAMES = {fold(word) for word in ("催し物", "催しもの", "お祭り", "おまつり", "祭り")}
_NAMES |= {word for word, area in DOOR_WORDS.items() if area == "events"}
_EVENTS = re.compile("|".join(sorted(map(re.escape, _NAMES), key=len, reverse=True)))
_ENDS = re.compile(
    r"(?:は|って|が|も|を)?(?:あります|ある|やって(?:い?る|い?ます)|行われ(?:る|ます)|ひらかれ(?:る|ます)|探して|さがして)?"
    r"(?:か|の)?(?:情報|一覧|予定)?$"
)
_AROUND = re.compile(r"^(?:in|on|for|at)\s+|^[\s、の]+|[\s、のにではがをも的의]+$|(?:向け|むけ|開催|中)の?$")
_MONTH = re.compile(r"(?:(20\d\d)年)?(\d{1,2})月")
_FREE = frozenset(map(fold, ("無料", "むりょう", "ただ", "タダ", "0円")))
_WEEKEND = frozenset(
    (
        "土日",
        "土・日",
        "どにち",
        "今週末",
        "こんしゅうまつ",
        "しゅうまつ",
        "土曜日曜",
        "土曜日と日曜日",
        "土日曜",
    )
)
_MINE = frozenset(
    map(fold, ("わたしの地区", "私の地区", "わたしの町", "近所", "地元", "わたしの区", "うちの近く"))
)
_PARTED = re.compile(r"[の、・\s]+|で|と")
_CHILDREN = frozenset(
    map(
        fold,
        (
            "子ども", "こども", "子供", "親子", "赤ちゃん", "キッズ", "kids", "for kids", "children", "for children",
            "孩子", "儿童", "兒童", "어린이", "아이", "trẻ em", "cho trẻ em", "बालबालिका",
        ),
    )
)  # fmt: skip
_STRETCHES = ("今週", "来週", "再来週", "今月", "来月", "週末")


def asked_for(talk: Talk, text: str) -> Search | None:
    """What a text about events asks for; None for other texts, and for one that asks for nothing in particular."""
    rests = _beside(text)
    if not rests or not talk.facts.town.events:
        return None
    wishes = [wish for rest in rests for wish in _searches(talk, rest)]
    return reduce(Search.with_also, wishes) if wishes else None


@lru_cache(maxsize=4096)
def _beside(text: str) -> tuple[str, ...]:
    """What is said before and behind the word for events, with its numbers and dates as they are compared."""
    said = plain(text)
    found = _EVENTS.search(said)
    if found is None:
        return ()
    rests = (_bare(said[: found.start()]), _bare(_ENDS.sub("", said[found.end() :])))
    return tuple(in_digits(in_japanese(rest)) for rest in rests if rest)


def _searches(talk: Talk, said: str) -> list[Search]:
    """One wish, or several beside each other: 「来月の無料」; nothing when one of them is not understood."""
    if whole := _search(talk, said):
        return [whole]
    parts = [_search(talk, part) for each in _PARTED.split(said) if (part := _bare(each))]
    return [each for each in parts if each] if all(parts) else []


def _bare(words: str) -> str:
    before = None
    while words != before:
        before, words = words, _AROUND.sub("", words)
    return words


def _search(talk: Talk, said: str) -> Search | None:
    if said in _FREE or said == fold(talk.say("events.free")):
        return Search("free")
    if said in _WEEKEND or said == fold(talk.say("events.weekend")):
        return Search("weekend")
    # The 「も」 of 「子ども」 is taken for the one of 「子どもも」.
    if said in _CHILDREN or f"{said}も" in _CHILDREN:
        return Search("age", age=_age_of_first(talk))
    if ward := _ward(talk, said):
        return Search("area", ward=ward)
    if month := _MONTH.fullmatch(said):
        return month_asked(talk, month[1] or "", int(month[2]))
    if not said.isdigit() and (age := age_asked(said)) is not None:
        return Search("age", age=age)
    names = {fold(talk.stretch(name)): name for name in _STRETCHES}
    today = talk.facts.now.date()
    days = nearby(names.get(said, said), today)
    return _in_days(talk, days) if days and days.last >= today else None


def _age_of_first(talk: Talk) -> int:
    """In months, of the first child that is born, or else it is asked for."""
    today = talk.facts.now.date()
    months = (
        months_between(child.birth_month, today)
        for child in talk.facts.resident.children
        if not child.expected
    )
    return next((max(0, each) for each in months), ASKED)


def _ward(talk: Talk, said: str) -> str:
    if said in _MINE or said == fold(talk.say("events.mine")):
        return talk.facts.resident.ward
    return next((ward for ward in talk.facts.town.wards if fold(ward) in (said, said.removesuffix("内"))), "")


def _in_days(talk: Talk, days: Days) -> Search:
    if days.is_one:
        return Search("day", day=days.first.isoformat())
    if days.name == "週末":
        return Search("weekend")
    if days.name in ("今月", "来月"):
        return Search("month", month=f"{days.first:%Y-%m}")
    is_this = days.first == talk.facts.now.date() or days.first.weekday() > 0
    return Search("week") if is_this else Search("week", day=days.first.isoformat())


def month_asked(talk: Talk, year: str, month: int) -> Search | None:
    """The events of a month; without a year it is the next one of that name."""
    today = talk.facts.now.date()
    if not 1 <= month <= 12:
        return None
    of = int(year) if year else today.year + (month < today.month)
    return Search("month", month=f"{of}-{month:02}")


def age_asked(text: str) -> int | None:
    """An age in completed months: 「6か月」 is 6, 「3歳」 and a mere 「3」 are 36."""
    found = _AGE.fullmatch(fold(text))
    if found is None:
        return None
    is_years = found[2] is None or found[2] in map(fold, _YEARS)
    months = int(found[1]) * (12 if is_years else 1)
    return months if months <= _OLDEST else None
