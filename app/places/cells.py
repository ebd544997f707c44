"""What one cell of a place list may say: a position in Japan, a local-government code; a dash says nothing. Pure."""

from __future__ import annotations

import re

from app.tables import Row, header_key, trim

_DEGREES = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]+)?")
_DASHES = re.compile("ー+")


def position_faults(latitude: str, longitude: str) -> tuple[str, str]:
    """What is wrong with a latitude and a longitude; both empty when the position lies in Japan. What concerns both
    is said once, with the latitude."""
    if not latitude and not longitude:
        return "位置がありません。緯度と経度を書いてください。", ""
    readable = [bool(_DEGREES.fullmatch(text)) for text in (latitude, longitude)]
    if not all(readable):
        texts = (latitude, longitude)
        first, second = (
            "" if fine else _unreadable(text) for text, fine in zip(texts, readable, strict=True)
        )
        return first, second
    north, east = float(latitude), float(longitude)
    if _in_japan(east, north):
        return "緯度と経度が入れかわっています。", ""
    return (
        "" if 20 <= north <= 46 else "日本の外の緯度です。20から46までの数で書いてください。",
        "" if 122 <= east <= 154 else "日本の外の経度です。122から154までの数で書いてください。",
    )


def _unreadable(text: str) -> str:
    return (
        "数として読めません。半角の10進数で書いてください。"
        if text
        else "空です。緯度と経度の両方を書いてください。"
    )


def _in_japan(latitude: float, longitude: float) -> bool:
    return 20 <= latitude <= 46 and 122 <= longitude <= 154


def is_dash(cell: str) -> bool:
    return bool(_DASHES.fullmatch(header_key(trim(cell))))


def value_in(row: Row, column: int) -> str:
    """The cell's text; a dash that stands for nothing is nothing (and is told of as such)."""
    text = trim(row.cell(column)) if column >= 0 else ""
    return "" if is_dash(text) else text


def code_fault(code: str) -> str:
    """What is wrong with a local-government code (JIS X 0401 and 0402): six digits, the last one the check digit.

    A spreadsheet drops a leading zero; five digits that are right with it are told as that."""
    if not (code.isascii() and code.isdigit()):
        return "全国地方公共団体コードは半角6けたの数字です。"
    if len(code) == 5 and check_digit("0" + code[:4]) == code[4]:
        return "先頭の0がありません。6けたで書いてください。"
    if len(code) in (4, 5):
        return "検査数字がありません。6けたで書いてください。"
    if len(code) != 6:
        return "全国地方公共団体コードは半角6けたの数字です。"
    return "" if check_digit(code[:5]) == code[5] else "全国地方公共団体コードの検査数字が合いません。"


def check_digit(five: str) -> str:
    """Weights 6 to 2, eleven minus the remainder by eleven, its last digit."""
    weighted = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - weighted % 11) % 10)
