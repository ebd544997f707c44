"""Numbers nobody should write in a chat: 個人番号 and payment cards are found by their check digits and hidden."""

from __future__ import annotations

import re
import unicodedata

_RUNS = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){11,18}(?![0-9])")
_LONG = re.compile(r"[0-9](?:[ \-()]{0,2}[0-9]){6,}")
_WEIGHTS = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
_SHORTEST = 12
"""Digits of the shortest such number, 個人番号."""
HIDDEN = "＊"


def hide(text: str) -> tuple[str, bool]:
    """The text with such numbers as ＊, and whether there were any.

    個人番号: 12 digits, check digit by 総務省令 (平成26年 第85号, article 5). Cards: 13 to 19 digits, Luhn (ISO/IEC 7812-1).
    """
    if len(text) < _SHORTEST:
        return text, False
    plain = "".join(_width(letter) for letter in text)
    hidden = [match.span() for match in _RUNS.finditer(plain) if _is_private(re.sub(r"\D", "", match[0]))]
    for start, end in hidden:
        text = text[:start] + HIDDEN * (end - start) + text[end:]
    return text, bool(hidden)


def said_back(text: str) -> str:
    """A resident's words as we may repeat them: no number of seven digits and more, be it a telephone's."""
    plain = "".join(_width(letter) for letter in text)
    return _LONG.sub(HIDDEN, plain) if _LONG.search(plain) else text


def _width(letter: str) -> str:
    """The letter in its plain width and its digits as 0 to 9, one for one so that places stay."""
    if letter in "ー−‐―ｰ－":
        return "-"
    if letter.isdecimal():
        return str(unicodedata.decimal(letter))
    plain = unicodedata.normalize("NFKC", letter)
    return plain if len(plain) == 1 else letter


def _is_private(digits: str) -> bool:
    return _is_my_number(digits) if len(digits) == 12 else _is_card(digits)


def _is_my_number(digits: str) -> bool:
    rest = sum(int(digit) * weight for digit, weight in zip(digits[:11], _WEIGHTS, strict=True)) % 11
    return int(digits[11]) == (0 if rest <= 1 else 11 - rest)


def _is_card(digits: str) -> bool:
    doubled = [int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(digits))]
    return (
        digits.strip(digits[0]) != ""
        and sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0
    )
