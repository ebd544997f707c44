"""Amounts of notices as CSV for a household account book (家計簿): one row per notice with one sure amount.

UTF-8 with BOM and CRLF, as spreadsheets on Windows expect; a cell that would be a formula there gets an apostrophe.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date

from content.fields.kinds import read
from content.fields.values import Money
from content.ics import moments
from content.notice import Notice
from content.safe_csv import table

HEADER = ("日付", "区分", "内容", "支払先", "金額", "メモ")
_INCOME = ("refund", "benefit")
"""Types whose amount comes to the resident."""
_ANY_DAY = date(2000, 1, 1)


def account_book(notices: Iterable[Notice], town: str) -> bytes:
    """The file; b"" when no notice has one amount. Free (¥0) is no expense and gives no row."""
    rows = [row for notice in notices for row in _rows(notice, town)]
    if not rows:
        return b""
    return table(HEADER, ([" ".join(cell.split()) for cell in row] for row in rows))


def _rows(notice: Notice, town: str) -> Iterator[tuple[str, ...]]:
    kind = notice.kind
    if kind is None or "csv" not in kind.channels:
        return
    label = next((spec.label for spec in kind.fields if spec.kind == "money" and notice.get(spec.label)), "")
    value = read("money", notice.get(label), today=_ANY_DAY).value
    if not isinstance(value, Money) or not value.yen:
        return
    day = next((f"{start:%Y/%m/%d}" for start, _ in moments(notice)), "")
    way = "収入" if notice.type in _INCOME else "支出"
    headline = notice.get(kind.card.headline)
    yield (
        day,
        way,
        f"{kind.name} {headline}".strip(),
        notice.get("主催者") or town,
        str(value.yen),
        value.note,
    )
