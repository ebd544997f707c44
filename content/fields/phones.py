"""Telephone numbers: hyphens as Japan's numbering plan has them (電気通信番号計画), known to ``phonenumbers``.

The plan's area codes decide where the hyphens stand. A local exchange never begins with 0 or 1; a number of that
shape (practice numbers such as 0889-00-1111) keeps the hyphens it was typed with.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

import phonenumbers
from phonenumbers import PhoneNumberFormat

from content.fields.folding import fold
from content.fields.reading import Doubt, Reading, in_doubt, read_as
from content.fields.values import Phone

_SHORT_NUMBERS = "104 110 113 115 117 118 119 171 177 188 189 #7111 #7119 #8000 #8008 #8103 #8891 #9110 #9910"
"""Three digits and #dials with a nationwide meaning (消防庁, 警察庁, 厚生労働省, こども家庭庁 and the carriers)."""
SHORT_NUMBERS = frozenset(_SHORT_NUMBERS.split())

NUMBER = re.compile(
    r"(?a)(?:(?<![\d.A-Za-z_=&?+-])|(?<=TEL|FAX|Tel|tel|Fax|fax))(?:"
    r"(?:[(（](?P<bracketed>0\d{1,4})[)）] ?-?|(?P<area>0\d{1,4})(?:[-(（]|[)）] ?-?)) ?(?P<exchange>\d{1,4})[)）-] ?(?P<line>\d{3,4})"
    r"|\+81[ -]?(?:[(（]0[)）])?(?P<abroad>[1-9](?:[ -]?\d){8,9})"
    r"|(?P<run>0\d{9,10})"
    r"|(?P<spaced>0\d{1,4} \d{1,4} \d{4})"
    r")(?![\d]|-\d|[.@]\w)"
)
EXTENSION = re.compile(
    r"(?a) ?[,、(（]? ?内線(?:番号)? ?:? ?(?P<numbers>\d{1,6}(?:[・,、/] ?\d{1,6})*) ?[)）]?"
)
_LABEL = re.compile(
    r" ?(?P<label>代表電話|電話番号|電話|でんわ|TEL|Tel|tel|ＴＥＬ|℡|☎|ファクシミリ|ファックス|ファクス|FAX|Fax|fax)(?:番号)? ?:? ?"
)
_NOTE = re.compile(r" ?[（(]([^（）()\n]{1,40})[）)]")
_NEXT = re.compile(r"\s*(?:[、,，/\n・]|または|又は| )\s*")
_EXAMPLE = "例：0889-00-1111"
_FAX = ("ファ", "FAX", "Fax", "fax")


def digits_of(match: re.Match[str]) -> str:
    """All digits of a match of NUMBER, beginning with 0."""
    if match["abroad"]:
        return "0" + re.sub(r"\D", "", match["abroad"])
    return re.sub(r"\D", "", match[0])


def hyphened(match: re.Match[str]) -> str | None:
    """The number of a match of NUMBER with its hyphens, or None when the plan knows no such number."""
    digits = digits_of(match)
    groups = _groups(digits[:6], len(digits))
    typed = (match["area"] or match["bracketed"], match["exchange"], match["line"])
    practice = (
        typed[0] and typed[1][0] in "01" and len(typed[2]) == 4 and _fixed(digits) and _is_area(typed[0])
    )
    if groups is not None and not practice:
        first, second = groups
        return f"{digits[:first]}-{digits[first : first + second]}-{digits[first + second :]}"
    return "-".join(typed) if practice else None


def _fixed(digits: str) -> bool:
    return len(digits) == 10 and not digits.startswith(("0120", "0570", "0800", "0990"))


@lru_cache(maxsize=4096)
def _groups(prefix: str, length: int) -> tuple[int, int] | None:
    """Digits of area code and exchange for numbers of this beginning and length; None: not in the plan."""
    for tail in ("2345678", "0000000", "1234567", "5555555"):
        number = phonenumbers.parse((prefix + tail)[:length], "JP")
        if phonenumbers.is_valid_number(number):
            parts = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL).split("-")
            return (len(parts[0]), len(parts[1])) if len(parts) == 3 else None
    return None


@lru_cache(maxsize=1024)
def _is_area(code: str) -> bool:
    """Whether the plan has this area code: some exchange of it is grouped just so."""
    filled = (code + "2222222222")[:6]
    groups = _groups(filled, 10)
    return groups is not None and groups[0] == len(code)


def read(text: str) -> Reading:
    """One or several numbers; the value is a tuple of Phone. Fax numbers and extensions are noted."""
    try:
        found = _numbers(text.strip())
    except Doubt as doubt:
        return in_doubt(text, doubt.rule, doubt.sentence)
    return read_as(text, found, write(found), "phone")


def _numbers(plain: str) -> tuple[Phone, ...]:
    folded = fold(plain)
    found: list[Phone] = []
    position = 0
    while True:
        label = _LABEL.match(folded, position)
        position = label.end() if label else position
        number, position = _number_at(folded, position)
        note, position = _note_at(plain, folded, position)
        if label and label["label"].startswith(_FAX):
            if note:
                raise Doubt("phone", "ファクス番号の説明は備考に書いてください。")
            note = "ファクス"
        found.append(Phone(number, note))
        if position == len(folded):
            return tuple(found)
        gap = _NEXT.match(folded, position)
        if gap is None:
            raise Doubt(
                "phone",
                f"電話番号のほかの文字「{plain[position:][:20]}」があります。番号だけを書いてください。{_EXAMPLE}",
            )
        position = gap.end()


_SHORT = re.compile(r"(?a)#\d{4}(?!\d)|1\d\d(?!\d|-)")


def _number_at(folded: str, position: int) -> tuple[str, int]:
    short = _SHORT.match(folded, position)
    if short and short[0] in SHORT_NUMBERS:
        return short[0], short.end()
    match = NUMBER.match(folded, position)
    if match is None:
        raise Doubt("phone", f"電話番号は市外局番から、数字とハイフンで書いてください。{_EXAMPLE}")
    number = hyphened(match)
    if number is None:
        raise Doubt(
            "phone", f"「{match[0]}」は使われない番号です。けた数と市外局番を確認してください。{_EXAMPLE}"
        )
    return number, match.end()


def _note_at(plain: str, folded: str, position: int) -> tuple[str, int]:
    if extension := EXTENSION.match(folded, position):
        return f"内線 {re.sub('[,、/] ?', '・', extension['numbers'])}", extension.end()
    if note := _NOTE.match(folded, position):
        words = plain[slice(*note.span(1))].strip()
        return (
            "ファクス" if words.startswith(("FAX", "ＦＡＸ", "ファックス", "ファクス")) else words
        ), note.end()
    return "", position


def write(numbers: Sequence[Phone]) -> str:
    """「0889-00-1111（内線 12）、0889-00-1112（ファクス）」."""
    return "、".join(f"{each.number}（{each.note}）" if each.note else each.number for each in numbers)
