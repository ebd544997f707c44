"""Addresses, post codes, positions and internet addresses."""

from __future__ import annotations

import re
from datetime import date
from urllib.parse import urlsplit

from content.fields.reading import Reading, fold, in_doubt, read_as
from content.fields.values import Position

_POSTCODE = re.compile(r"〒?\s*(\d{3})-?(\d{4})")


def read_postcode(text: str, *, today: date) -> Reading:
    match = _POSTCODE.fullmatch(fold(text))
    if match is None:
        return in_doubt(text, "postcode", "郵便番号は7けたの数字です。例：810-8620")
    written = f"{match[1]}-{match[2]}"
    return read_as(text, written, written, "postcode")


_NUMBER = r"[0-9０-９]+"
_HYPHENS = r"‐‑‒–—−－ー\-"
_BLOCK = re.compile(rf"(?<=[0-9０-９])[{_HYPHENS}](?=[0-9０-９])")
_WIDE = str.maketrans("０１２３４５６７８９", "0123456789")


def read_address(text: str, *, today: date) -> Reading:
    """Digits half-width, hyphens between block numbers; 丁目, 番 and 号 stay as written."""
    plain = text.strip()
    if not plain or "\n" in plain:
        return in_doubt(text, "address", "住所を1行で書いてください。")
    written = _BLOCK.sub("-", plain).translate(_WIDE)
    return read_as(text, written, written, "address")


_DECIMAL = re.compile(r"(-?\d{1,3}(?:\.\d+)?)\s*[,\s]\s*(-?\d{1,3}(?:\.\d+)?)")
_DEGREES = re.compile(
    r"(?:北緯)?\s*(\d{1,3})\s*[°度]\s*(\d{1,2}(?:\.\d+)?)\s*['′分]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"″秒]?)?\s*N?\s*[,、\s]\s*"
    r"(?:東経)?\s*(\d{1,3})\s*[°度]\s*(\d{1,2}(?:\.\d+)?)\s*['′分]?\s*(?:(\d{1,2}(?:\.\d+)?)\s*[\"″秒]?)?\s*E?"
)


def read_coordinates(text: str, *, today: date) -> Reading:
    """Latitude first, in decimal degrees; a swapped pair is repaired and said, a point outside Japan refused."""
    folded = fold(text)
    if match := _DECIMAL.fullmatch(folded):
        pair = float(match[1]), float(match[2])
    elif match := _DEGREES.fullmatch(folded):
        pair = _degrees(match.groups()[:3]), _degrees(match.groups()[3:])
    else:
        return in_doubt(text, "coordinates", "緯度と経度を「33.590188,130.420685」のように書いてください。")
    rule = "coordinates"
    if _in_japan(pair[1], pair[0]):
        pair, rule = (pair[1], pair[0]), "coordinates-swapped"
    if not _in_japan(*pair):
        return in_doubt(text, "coordinates", "日本の外の位置です。緯度と経度を確認してください。")
    value = Position(round(pair[0], 6), round(pair[1], 6))
    return read_as(text, value, write_position(value), rule)


def _degrees(parts: tuple[str | None, ...]) -> float:
    degrees, minutes, seconds = (float(part or 0) for part in parts)
    return degrees + minutes / 60 + seconds / 3600


def _in_japan(latitude: float, longitude: float) -> bool:
    return 20 <= latitude <= 46 and 122 <= longitude <= 154


def write_position(value: Position) -> str:
    return f"{value.latitude:.6f},{value.longitude:.6f}"


_MAIL = re.compile(r"[A-Za-z0-9._%+\-]+@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*\.[A-Za-z]{2,}")
_URL = re.compile(r"https?://[!-~]+", re.IGNORECASE)


def read_mail(text: str, *, today: date) -> Reading:
    folded = fold(text)
    if not _MAIL.fullmatch(folded):
        return in_doubt(text, "mail", "メールアドレスを半角で書いてください。例：kouhou@city.example.jp")
    return read_as(text, folded, folded, "mail")


def read_url(text: str, *, today: date) -> Reading:
    """One address with https; no user name, no control characters, Japanese text around it is not part of it."""
    folded = fold(text)
    if not _URL.fullmatch(folded):
        return in_doubt(text, "url", "アドレスだけを https:// から書いてください。")
    try:
        parts = urlsplit(folded)
        host = parts.hostname or ""
    except ValueError:
        return in_doubt(text, "url", "アドレスとして読めません。書きまちがいを確認してください。")
    if "." not in host or parts.username is not None:
        return in_doubt(text, "url", "アドレスとして読めません。書きまちがいを確認してください。")
    if parts.scheme.lower() != "https":
        return in_doubt(text, "url", "https:// で始まるアドレスを書いてください。")
    written = "https://" + folded.split("://", 1)[1]
    return read_as(text, written, written, "url")
