"""Phone numbers and amounts of money in a sentence."""

from __future__ import annotations

import re

from content.fields.phones import NUMBER, SHORT_NUMBERS, hyphened
from content.fields.prices import AMOUNT, FREE, amount, write_yen
from content.fields.reading import Finding
from content.normalise.spots import Search, Spot

_PHONE_START = re.compile(
    r"[(（0+](?:(?<=[(（])(?=0[0-9]{1,4}[)）])|(?<=0)(?<![0-9]0)(?=[0-9])|(?<=\+)(?=81))"
)
_WORDS = "電話|でんわ|TEL|Tel|tel|℡|☎|FAX|Fax|fax|ファクス|ファックス|ファクシミリ"
_PHONE_WORD = re.compile(rf"(?:{_WORDS}|番号)[^0-9\n]{{0,6}}$")
_LOCAL = re.compile(r"[1-9](?<![0-9-][1-9])[0-9]{0,3}-[0-9]{4}(?![0-9-])")
_LOCAL_WORD = re.compile(rf"(?:(?:{_WORDS})[^0-9\n]{{0,6}}|[（(])$")
_DIAL = re.compile(r"#[0-9]{4}(?![0-9])")
_AMOUNT_START = re.compile(r"[0-9¥\\](?<![0-9,.][0-9])(?=[0-9,]* ?[円万]|(?<=[¥\\]) ?[0-9])")
_NO_AREA = "「{0}」に市外局番がありません。市外局番から書くと、タップで電話がかかります。例：0889-00-1111"
_UNKNOWN = "「{0}」は電話番号として読めません。けた数と市外局番を確認してください。"


def phones_in(folded: str) -> Search:
    """Phone numbers; ``folded`` has holes where links, dates and times stand."""
    search = Search()
    position = 0
    while start := _PHONE_START.search(folded, position):
        position = start.end()
        match = NUMBER.match(folded, start.start())
        if match is None or not (match["exchange"] or match["abroad"] or _named(folded, match.start())):
            continue
        position = match.end()
        number = hyphened(match)
        if number is None:
            search.doubts.append(Finding("phone", match.start(), _UNKNOWN.format(match[0])))
            search.left.append(match.span())
        else:
            apart = " " if _letter_before(folded, match.start()) else ""
            search.spots.append(Spot(match.start(), match.end(), apart + number, "phone", (number,)))
    _local(folded, search)
    if "#" in folded:
        dials = (match for match in _DIAL.finditer(folded) if match[0] in SHORT_NUMBERS)
        search.spots.extend(Spot(*match.span(), match[0], "phone", (match[0],)) for match in dials)
    return search


def _named(folded: str, start: int) -> bool:
    """Whether a word before says that the digits are a phone number; a bare run of digits could be anything."""
    return _PHONE_WORD.search(folded[max(0, start - 12) : start]) is not None


def _letter_before(folded: str, start: int) -> bool:
    """「TEL0889…」: phones see no number where a letter touches it."""
    before = folded[start - 1 : start]
    return before.isascii() and before.isalpha()


def _local(folded: str, search: Search) -> None:
    """Numbers without their area code, where a word or brackets say that they are phone numbers."""
    for match in _LOCAL.finditer(folded):
        if _LOCAL_WORD.search(folded[max(0, match.start() - 12) : match.start()]):
            search.doubts.append(Finding("phone-area", match.start(), _NO_AREA.format(match[0])))
            search.left.append(match.span())


def money_in(folded: str) -> Search:
    """Amounts and 無料; written with their comma, the sign (円 or ¥) stays."""
    search = Search()
    for start in _AMOUNT_START.finditer(folded):
        match = AMOUNT.match(folded, start.start())
        if match is None:
            continue
        yen = amount(match)
        if match["sign_yen"]:
            written = f"¥{yen:,}"
        elif match["yen"]:
            written = f"{yen:,}円"
        else:
            written = match[0].replace(" ", "")
        search.spots.append(Spot(match.start(), match.end(), written, "money", (write_yen(yen),)))
    for match in FREE.finditer(folded) if "無料" in folded else ():
        search.spots.append(Spot(match.start(), match.end(), match[0], "money", (match[0],)))
    return search
