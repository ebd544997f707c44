"""CSV that no spreadsheet takes for a program: UTF-8 with BOM, CRLF, an apostrophe before what would be a formula.

Spreadsheets run a cell that begins with one of these, the full-width forms among them; a tab or a line end in front
hides one (OWASP, "CSV Injection").
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\x00", "＝", "＋", "－", "＠")


def safe_cell(cell: str) -> str:
    return f"'{cell}" if cell.startswith(RISKY) else cell


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """The file (RFC 4180); every cell is guarded."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([header, *([safe_cell(cell) for cell in row] for row in rows)])
    return text.getvalue().encode("utf-8-sig")
