"""A second reading of 5374 calendars, written from the standard alone and sharing no code with the product.

It never lists days: every token of every cell is asked by itself whether one given day fits.
"""

import csv
import io
import re
import unicodedata
from datetime import date
from functools import lru_cache
from pathlib import Path

WEEKDAYS = "月火水木金土日"
Rows = list[list[str]]


def fold(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@lru_cache(maxsize=256)
def _rows(path: Path) -> Rows:
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp932")
    return list(csv.reader(io.StringIO(text, newline="")))


def _cell(row: list[str], index: int) -> str:
    return row[index].strip() if index < len(row) else ""


def _shift(rows: Rows) -> int:
    return 1 if fold(_cell(rows[0], 0)) == "マスター" else 0


def _area_rows(folder: Path) -> Rows:
    split_off = folder / "area.csv"
    return _rows(split_off if split_off.exists() else folder / "area_days.csv")


def areas(folder: Path) -> list[tuple[int, str]]:
    rows = _area_rows(folder)
    column = _shift(rows)
    return [(n, _cell(row, column)) for n, row in enumerate(rows[1:], start=2) if _cell(row, column)]


def _real_date(text: str) -> date | None:
    if not re.fullmatch(r"[0-9]{8}", text):
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:]))
    except ValueError:
        return None


def _fits(token: str, day: date) -> bool | None:
    """Does the day fit this token? None: the token is not understood."""
    if token.startswith("*") and len(token) > 1:
        return False
    if re.fullmatch(f"[{WEEKDAYS}]", token):
        return WEEKDAYS[day.weekday()] == token
    if re.fullmatch(f"[{WEEKDAYS}][1-5]", token):
        nth = (day.day + 6) // 7
        return WEEKDAYS[day.weekday()] == token[0] and nth == int(token[1])
    if (single := _real_date(token)) is not None:
        return day == single
    if found := re.fullmatch(f"隔([{WEEKDAYS}])([0-9]{{8}})", token):
        first = _real_date(found[2])
        if first is None or WEEKDAYS[first.weekday()] != found[1]:
            return None
        return day >= first and (day - first).days % 14 == 0
    if found := re.fullmatch(r"e([1-9][0-9]*)w([0-9]{8})", token):
        first = _real_date(found[2])
        if first is None:
            return None
        return day >= first and (day - first).days % (7 * int(found[1])) == 0
    return None


def _read_cell(cell: str, day: date) -> tuple[bool, bool]:
    """(collected on the day, something in the cell is not understood)"""
    before, colon, after = cell.partition(":")
    answers = [_fits(token, day) for token in before.split()]
    unread = None in answers
    in_month = True
    if colon:
        months = after.split()
        good = [m for m in months if re.fullmatch(r"0?[1-9]|1[0-2]", m)]
        unread = unread or good != months or not months
        in_month = day.month in {int(m) for m in good}
    return in_month and True in answers, unread


def _slashed(text: str) -> date | None:
    found = re.fullmatch(r"([0-9]{4})/([0-9]{1,2})/([0-9]{1,2})", text.strip())
    return date(int(found[1]), int(found[2]), int(found[3])) if found else None


def _suspended(folder: Path, centre: str, day: date) -> bool:
    path = folder / "center.csv"
    if not fold(centre) or not path.exists() or not (rows := _rows(path)):
        return False
    periods = fold(_cell(rows[0], 1)).startswith("休止開始")
    for row in rows[1:]:
        if not row or fold(row[0]) != fold(centre):
            continue
        if not periods:
            if day in [_slashed(cell) for cell in row[1:]]:
                return True
            continue
        first, last = _slashed(_cell(row, 1)), _slashed(_cell(row, 2))
        if first is not None and last is not None and first <= day <= last:
            return True
    return False


def collected(folder: Path, row_number: int, day: date) -> tuple[set[str], set[str]]:
    """(categories collected that day, categories holding a token that is not understood)"""
    area = _area_rows(folder)[row_number - 1]
    table = _rows(folder / "area_days.csv")
    if (folder / "area.csv").exists():
        centre, start = _cell(area, 1), 1
        group = fold(_cell(area, 2))
        row = next((r for r in table[1:] if r and fold(r[0]) == group), [])
    else:
        shift = _shift(table)
        centre, start, row = _cell(area, 1 + shift), 2 + shift, area
    closed = _suspended(folder, centre, day)
    today: set[str] = set()
    unread: set[str] = set()
    for index in range(start, len(table[0])):
        if not (category := _cell(table[0], index)):
            continue
        fits, broken = _read_cell(_cell(row, index), day)
        if fits and not closed:
            today.add(category)
        if broken:
            unread.add(category)
    return today, unread
