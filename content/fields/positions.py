"""Positions: decimal degrees, latitude first (JGD2011/WGS84); degrees with minutes and seconds are read."""

from __future__ import annotations

import re

from content.fields.folding import fold
from content.fields.reading import Change, Doubt, Reading, in_doubt, read_as
from content.fields.values import Position

SOUTH, NORTH, WEST, EAST = 20.0, 46.0, 122.0, 154.0
_SEPARATOR = r"\s*[,、，\s/]\s*"
_DECIMAL = r"[+-]?\d{1,3}(?:\.\d{1,15})?"
_PLAIN = re.compile(
    rf"(?a)(?:緯度 ?:? ?|北緯 ?)?(?P<a>{_DECIMAL})[°度]?(?P<an>[NE])?{_SEPARATOR}(?:経度 ?:? ?|東経 ?)?(?P<b>{_DECIMAL})[°度]?(?P<bn>[NE])?"
)
_ANGLE = (
    r"(?P<{0}name>北緯|東経|緯度|経度|[NE])? ?:? ?(?P<{0}d>\d{{1,3}}) ?[°度] ?(?P<{0}m>\d{{1,2}}(?:\.\d{{1,12}})?) ?[′'’分]"
    r" ?(?:(?P<{0}s>\d{{1,2}}(?:\.\d{{1,12}})?) ?(?:[″\"”秒]|''|′′))? ?(?P<{0}mark>[NE])?"
)
_ANGLES = re.compile(
    "(?a)" + _ANGLE.format("a") + r"(?:" + _SEPARATOR + r"|(?=東経|北緯|E))" + _ANGLE.format("b")
)
_EXAMPLE = "例：33.145000,133.605000"
_EASTWARD = ("東経", "経度", "E")


def read(text: str) -> Reading:
    """Latitude, longitude. A swapped pair is put right and said; 0,0 and places far from Japan are refused."""
    try:
        first, second, named_east = _pair(fold(text).strip())
        position, swapped = _in_japan(first, second)
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    written = write(position)
    if swapped and not named_east:
        return Reading(position, written, (Change(text, written, "coordinates-swapped", 0),))
    return read_as(text, position, written, "coordinates")


def _pair(folded: str) -> tuple[float, float, bool]:
    """Both numbers in the order written, and whether the first is named as the longitude."""
    if match := _PLAIN.fullmatch(folded):
        return float(match["a"]), float(match["b"]), match["an"] == "E" or folded.startswith(_EASTWARD)
    if match := _ANGLES.fullmatch(folded):
        east = (match["aname"] or match["amark"]) in _EASTWARD
        return _degrees(match, "a"), _degrees(match, "b"), east
    raise Doubt("coordinates", f"緯度と経度を、この順に数字で書いてください。{_EXAMPLE}")


def _degrees(match: re.Match[str], side: str) -> float:
    minutes, seconds = float(match[f"{side}m"]), float(match[f"{side}s"] or 0)
    if minutes >= 60 or seconds >= 60 or (match[f"{side}s"] and minutes != int(minutes)):
        raise Doubt("coordinates", f"分と秒は60より小さい数です。数字を確認してください。{_EXAMPLE}")
    return int(match[f"{side}d"]) + minutes / 60 + seconds / 3600


def _in_japan(first: float, second: float) -> tuple[Position, bool]:
    if _is_japan(first, second):
        return Position(round(first, 6), round(second, 6)), False
    if _is_japan(second, first):
        return Position(round(second, 6), round(first, 6)), True
    if not first and not second:
        raise Doubt(
            "coordinates", f"「0,0」は海の上です。地図で場所を選び、緯度と経度を書いてください。{_EXAMPLE}"
        )
    raise Doubt("coordinates", f"日本の外の位置です。緯度と経度を確認してください。{_EXAMPLE}")


def _is_japan(latitude: float, longitude: float) -> bool:
    return SOUTH <= latitude <= NORTH and WEST <= longitude <= EAST


def write(value: Position) -> str:
    """「33.590188,130.420685」."""
    return f"{value.latitude:.6f},{value.longitude:.6f}"
