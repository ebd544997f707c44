"""When staff chat, who waits how long, and what staff may write. Pure."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from app.errors import Refused
from bot_flows.private_numbers import hide
from content.languages import Language, language
from content.sentences import FIRST_LANGUAGE

WEEKDAYS = "月火水木金土日"
SILENCE = timedelta(hours=24)
"""A live talk nobody writes in ends by itself, so that nobody is left without the automatic answers."""
SAY_SO_AFTER = timedelta(minutes=10)
LONG_WAIT = timedelta(hours=1)
KEPT = timedelta(days=30)
"""How long the words of a closed thread stay (chat text, 30 days)."""
LONGEST_REPLY = 1000
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_LOOK_AHEAD = 21


@dataclass(frozen=True, slots=True)
class Hours:
    """``[chat]`` of town.toml: weekdays and hours in Japan; public holidays and ``closed`` days (「12-29」) are off."""

    weekdays: frozenset[int]
    opens: time
    closes: time
    closed: frozenset[str] = frozenset()

    def works_on(self, day: date, is_holiday: Callable[[date], bool]) -> bool:
        return day.weekday() in self.weekdays and f"{day:%m-%d}" not in self.closed and not is_holiday(day)


def read_hours(settings: Mapping[str, Any]) -> Hours | None:
    """The hours a pack names; None when it has no ``[chat]`` or one that cannot be meant: then nobody is promised a chat."""
    table = settings.get("chat")
    if not isinstance(table, Mapping):
        return None
    days, opens, closes = str(table.get("days", "")), _time(table.get("opens")), _time(table.get("closes"))
    if not days or set(days) - set(WEEKDAYS) or opens is None or closes is None or opens >= closes:
        return None
    closed = table.get("closed", ())
    off = frozenset(map(str, closed)) if isinstance(closed, list) else frozenset()
    return Hours(frozenset(WEEKDAYS.index(day) for day in days), opens, closes, off)


def _time(value: object) -> time | None:
    found = _TIME.fullmatch(value) if isinstance(value, str) else None
    return time(int(found[1]), int(found[2])) if found else None


@dataclass(frozen=True, slots=True)
class Now:
    """Whether staff are there; ``until`` 「17時15分」, ``opens`` 「あした 11月24日（火） 8時45分」, both empty without hours."""

    is_open: bool = False
    until: str = ""
    opens: str = ""


def at_the_chat(
    hours: Hours | None, now: datetime, is_holiday: Callable[[date], bool], speech: str = FIRST_LANGUAGE
) -> Now:
    """``now`` is in Asia/Tokyo; the words are in the language ``speech``."""
    read = language(speech)
    if hours is None:
        return Now()
    today, clock = now.date(), now.time().replace(tzinfo=None)
    works_today = hours.works_on(today, is_holiday)
    if works_today and hours.opens <= clock < hours.closes:
        return Now(True, read.clock(hours.closes.hour, hours.closes.minute))
    for ahead in range(_LOOK_AHEAD):
        day = today + timedelta(days=ahead)
        if hours.works_on(day, is_holiday) and (ahead or clock < hours.opens):
            opens = read.clock(hours.opens.hour, hours.opens.minute)
            return Now(False, "", f"{_day(day, ahead, read)} {opens}")
    return Now()


def to_tell(hours: Hours, since: datetime, now: datetime, is_holiday: Callable[[date], bool]) -> str:
    """What is to be said to somebody who has waited since: ``waiting`` after ten minutes in which staff were there,
    ``closed`` when staff went home over it; "" for nothing. Both instants are in Asia/Tokyo."""
    if at_the_chat(hours, now, is_holiday).is_open:
        opened = datetime.combine(now.date(), hours.opens, now.tzinfo)
        return "waiting" if now - max(since, opened) >= SAY_SO_AFTER else ""
    return "closed" if at_the_chat(hours, since, is_holiday).is_open else ""


def _day(day: date, ahead: int, read: Language) -> str:
    date_ = read.written(day)
    return read.beside.format(near=read.near[ahead], date=date_) if ahead < 2 else date_


def waited(since: datetime | None, now: datetime) -> str:
    """How long somebody has waited, in words: 「5分」, 「1時間以上」, empty for nobody."""
    if since is None:
        return ""
    if now - since >= LONG_WAIT:
        return "1時間以上"
    return f"{max(0, int((now - since).total_seconds() // 60))}分"


def check_reply(text: str) -> str:
    """What staff may send: something, not too long, without anybody's private number."""
    text = text.strip().replace("\r\n", "\n")
    if not text:
        raise Refused("返事を書いてください。")
    if len(text) > LONGEST_REPLY:
        raise Refused(f"返事は{LONGEST_REPLY:,}文字までです。いま{len(text):,}文字です。")
    if hide(text)[1]:
        raise Refused("個人番号やカード番号に見える数字があります。消してから送ってください。")
    return text
