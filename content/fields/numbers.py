"""Money, capacity, phone numbers, payment numbers: digits that must not be guessed."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from datetime import date

import phonenumbers

from content.fields.reading import Reading, fold, in_doubt, read_as
from content.fields.values import Capacity, Money, Phone

_NOTE = r"\s*(?:\((.+)\))?"
_YEN = re.compile(r"(?:¥|\\)?\s*([\d,]+)\s*円?" + _NOTE)
_FREE = re.compile(r"(?:無料|0円|¥0|\\0)" + _NOTE)
_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+|\d+")


def read_money(text: str, *, today: date) -> Reading:
    """Whole yen, or 無料. Nothing written is not free; a text that names no single amount is left alone."""
    folded = fold(text)
    if free := _FREE.fullmatch(folded):
        value = Money(0, _note(text, free[1]))
        return read_as(text, value, write_money(value), "money")
    match = _YEN.fullmatch(folded)
    if match is None or not _THOUSANDS.fullmatch(match[1]) or not re.search(r"[¥\\円]", folded):
        return in_doubt(text, "money", "金額として読めません。「¥500」か「無料」と書いてください。")
    value = Money(int(match[1].replace(",", "")), _note(text, match[2]))
    return read_as(text, value, write_money(value), "money")


def _note(text: str, folded_note: str | None) -> str:
    """The remark in brackets as it was typed."""
    if not folded_note:
        return ""
    inside = re.search(r"[(（](.+)[)）]\s*$", text.strip())
    return inside[1].strip() if inside else folded_note


def write_money(value: Money) -> str:
    amount = f"¥{value.yen:,}" if value.yen else "無料"
    return f"{amount}（{value.note}）" if value.note else amount


_PEOPLE = re.compile(r"(?:定員)?\s*([\d,]+)\s*(?:人|名)" + _NOTE)


def read_capacity(text: str, *, today: date) -> Reading:
    match = _PEOPLE.fullmatch(fold(text))
    if match is None:
        return in_doubt(text, "capacity", "人数として読めません。「30人（先着順）」のように書いてください。")
    value = Capacity(int(match[1].replace(",", "")), _note(text, match[2]))
    return read_as(text, value, write_capacity(value), "capacity")


def write_capacity(value: Capacity) -> str:
    return f"{value.people}人（{value.note}）" if value.note else f"{value.people}人"


SHORT_NUMBERS = ("110", "118", "119", "171", "188", "189", "#7119", "#8000", "#9110", "#9910")
_PHONE = re.compile(
    r"(?:(電話|TEL|Tel|tel|FAX|Fax|fax|ファクス|ファックス)\s*[::]?\s*)?(#?[\d()\-\s]{3,20}\d)(?:\s*\((内線\s*\d+)\)|\s*(内線\s*\d+))?"
)
_SEVERAL = re.compile(r"\s*[、,/／]\s*")
_FAX = ("FAX", "Fax", "fax", "ファクス", "ファックス")


def read_phone(text: str, *, today: date) -> Reading:
    """One or several numbers with the area code; the value is a tuple of Phone."""
    phones = []
    for part in _SEVERAL.split(fold(text)):
        match = _PHONE.fullmatch(part)
        number = national(match[2]) if match else None
        if match is None or number is None:
            return in_doubt(
                text, "phone", "電話番号は市外局番から、数字とハイフンで書いてください。例：092-711-4111"
            )
        extension = (match[3] or match[4] or "").replace(" ", "").replace("内線", "内線 ")
        phones.append(Phone(number, "ファクス" if match[1] in _FAX else extension))
    return read_as(text, tuple(phones), write_phones(phones), "phone")


@functools.lru_cache(maxsize=4096)
def national(typed: str) -> str | None:
    """The number with the hyphens of the national numbering plan; None when it is no valid Japanese number."""
    digits = re.sub(r"[()\-\s]", "", typed)
    if digits in SHORT_NUMBERS:
        return digits
    if not digits.startswith("0"):
        return None
    try:
        parsed = phonenumbers.parse(digits, "JP")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_possible_number(parsed) or not 10 <= len(digits) <= 11:
        return None
    written = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    return written if written.count("-") == 2 else None


def write_phones(phones: Sequence[Phone]) -> str:
    return "、".join(f"{p.number}（{p.note}）" if p.note else p.number for p in phones)


def read_digits(text: str, *, today: date) -> Reading:
    """A number that is a name: leading zeros stay, spaces and hyphens go."""
    digits = re.sub(r"[\s\-]", "", fold(text))
    if not (digits.isascii() and digits.isdigit()):
        return in_doubt(text, "digits", "数字だけで書いてください。最初の0も書きます。")
    return read_as(text, digits, digits, "digits")
