"""The pack's event lists as events a conversation can search. Pure: bytes in, events out."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date

from app.errors import KairanError, Problem
from app.events.rules import Event, read_events
from bot_flows.town_facts import Ages, TownEvent
from content.fields.kinds import read as read_field
from content.fields.values import Money, Position

FOLDER = "events/"
_ANY_DAY = date(2000, 1, 1)
_AGE = r"(?P<{0}>\d{{1,3}})\s*(?P<{0}u>歳|才|か月|カ月|ヶ月|ヵ月|ケ月)(?P<{0}m>\d{{1,2}}(?:か月|カ月|ヶ月|ヵ月))?"
_SPAN = re.compile(
    _AGE.format("a") + r"(?:ごろ)?(?:以上|から|~|〜|-|–)\s*" + _AGE.format("b") + r"\s*(?P<below>未満)?"
)
_LEAST = re.compile(_AGE.format("a") + r"\s*(?:以上|から|~|〜)")
_MOST = re.compile(_AGE.format("a") + r"\s*(?P<way>まで|以下|未満)")
_STAGES: Mapping[str, tuple[int, int]] = {
    "乳児": (0, 11), "赤ちゃん": (0, 11), "幼児": (12, 83), "未就学": (0, 83), "就学前": (0, 83),
    "園児": (36, 83), "入学": (60, 83), "小学生": (72, 155), "中学生": (144, 191), "高校生": (180, 227),
}  # fmt: skip
"""Stages of school life in months. A school year begins in April, so the month of the birthday widens each by a year."""
_CHILDREN = re.compile("こども|子ども|子供|親子|児童")
GROWN_UP = 227


def read(files: Mapping[str, bytes], wards: Sequence[str]) -> tuple[tuple[TownEvent, ...], list[Problem]]:
    """Every event of ``events/*.csv`` with a readable day, by date, and every problem; the same row twice counts once."""
    problems: list[Problem] = []
    found: dict[str, TownEvent] = {}
    for name in sorted(files):
        if name.startswith(FOLDER) and name.endswith(".csv"):
            try:
                listed = read_events(files[name], name)
            except KairanError as error:
                problems.append(Problem(name, None, "", "", error.sentence))
                continue
            problems += listed.problems
            for each in listed.events:
                if each.first is not None and each.last is not None:
                    event = _event(each, each.first, each.last, wards)
                    found.setdefault(event.id, event)
    return tuple(sorted(found.values(), key=lambda each: (each.first, each.last, each.name))), problems


def fatal(name: str, data: bytes) -> list[Problem]:
    """Why nothing of a file can be used: no table, or no column for the name or the day."""
    try:
        found = read_events(data, name)
    except KairanError as error:
        return [Problem(name, None, "", "", error.sentence)]
    return [] if found.events else list(found.problems)


def _event(listed: Event, first: date, last: date, wards: Sequence[str]) -> TownEvent:
    notice = listed.notice
    where = f"{notice.get('住所')} {notice.get('会場')} {listed.cells.get('town', '')}"
    mark = f"{listed.name}|{first.isoformat()}|{notice.get('会場')}|{notice.get('時間')}"
    money = read_field("money", notice.get("料金"), today=_ANY_DAY).value
    place = read_field("coordinates", notice.get("位置"), today=_ANY_DAY).value
    return TownEvent(
        id=hashlib.sha256(mark.encode()).hexdigest()[:12],
        notice=notice,
        first=first,
        last=last,
        ward=next((ward for ward in wards if ward in where), ""),
        kind=listed.kind,
        state=listed.cells.get("state", ""),
        ages=ages_in(notice.get("対象者"), is_for_families="子育て" in listed.kind),
        is_free=isinstance(money, Money) and money.is_free,
        position=(place.latitude, place.longitude) if isinstance(place, Position) else None,
    )


def ages_in(text: str, *, is_for_families: bool = False) -> Ages | None:
    """The ages a text about 対象者 names, in completed months; None when it names none.

    「5か月から6か月の子と保護者」 is 5..6, 「3歳から小学生」 36..155, 「小学生以上」 72 and up, 「60歳以上」 720 and up.
    A family event without any age counts for every child, and so do 「親子」 and 「子ども」.
    """
    said = unicodedata.normalize("NFKC", text)
    if span := _SPAN.search(said):
        last = _months(span, "b")
        unit = 12 if span["bu"] in ("歳", "才") and not span["bm"] else 1
        return _ages(_months(span, "a"), last - 1 if span["below"] else last + unit - 1)
    stages = [months for word, months in _STAGES.items() if word in said]
    stages += [(72, 83 + 12 * int(year)) for year in re.findall(r"小学(?:校)?([1-6])年", said)]
    if least := _LEAST.search(said):
        return _ages(_months(least, "a"), max((last for _, last in stages), default=None))
    if most := _MOST.search(said):
        last = _months(most, "a")
        whole_year = 11 if most["au"] in ("歳", "才") and not most["am"] and most["way"] != "未満" else 0
        return _ages(0, last - 1 if most["way"] == "未満" else last + whole_year)
    if stages:
        is_open = re.search(r"(?:生|校|児)\S{0,2}以上", said) is not None
        return _ages(min(first for first, _ in stages), None if is_open else max(last for _, last in stages))
    return Ages(0, GROWN_UP) if is_for_families or _CHILDREN.search(said) else None


def _ages(least: int, most: int | None) -> Ages | None:
    return Ages(least, most) if most is None or least <= most else None


def _months(found: re.Match[str], side: str) -> int:
    number = int(found[side])
    if found[f"{side}u"] not in ("歳", "才"):
        return number
    rest = re.match(r"\d+", found[f"{side}m"] or "0")
    return number * 12 + (int(rest[0]) if rest else 0)
