"""Words, promises and distances of damage reports. Pure."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from math import cos, hypot, radians

from app.errors import Refused
from bot_flows.damage_facts import KINDS as KINDS
from bot_flows.damage_facts import NEAR_METRES as NEAR_METRES
from bot_flows.damage_facts import STATES as STATES
from bot_flows.private_numbers import hide

METRES_PER_DEGREE = 111_195.0
"""Along a meridian, on a sphere of 6,371 km."""
PROMISED_DAYS = 2
"""Working days until somebody has looked; the resident was told so."""
LONGEST_NOTE = 200
BARE = {"words": "", "place": "（保存期間が過ぎました）", "latitude": None, "longitude": None}
"""What is left of a report whose time is over: its kind, its state and its days."""
UNSAID = "（通報した人が消しました）"
"""Stands where a typed place was."""
KEPT = timedelta(days=30)
"""How long words, place and photos of a finished report stay (chat text, 30 days)."""


def near_box(latitude: float, longitude: float) -> tuple[float, float, float, float]:
    """(south, north, west, east) in degrees around a position, a little more than ``NEAR_METRES`` away."""
    up = NEAR_METRES / METRES_PER_DEGREE * 1.01
    side = up / max(cos(radians(latitude)), 0.01)
    return latitude - up, latitude + up, longitude - side, longitude + side


def metres_between(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Distance of two positions close to each other, on a flat map (error below 0.1 % under a kilometre)."""
    squeeze = cos(radians((a[0] + b[0]) / 2))
    return METRES_PER_DEGREE * hypot(a[0] - b[0], (a[1] - b[1]) * squeeze)


def is_near(a: tuple[float, float], b: tuple[float, float]) -> bool:
    return metres_between(a, b) <= NEAR_METRES


def looked_at_by(filed_on: date, holidays: frozenset[date]) -> date:
    """The last day on which the promise is kept: two working days after the day it was filed."""
    day, left = filed_on, PROMISED_DAYS
    while left:
        day += timedelta(days=1)
        left -= day.weekday() < 5 and day not in holidays
    return day


def said_on(filed_at: datetime) -> str:
    """「11月20日」; the instant is in Asia/Tokyo."""
    return f"{filed_at.month}月{filed_at.day}日"


def check_note(note: str) -> str:
    """Staff's own words under the state, as residents read them. Refused when too long or with a private number."""
    note = note.strip()
    if len(note) > LONGEST_NOTE:
        raise Refused(f"ひとことは{LONGEST_NOTE}文字までです。いま{len(note)}文字です。")
    if hide(note)[1]:
        raise Refused("個人番号やカード番号に見える数字があります。消してから送ってください。")
    return note
