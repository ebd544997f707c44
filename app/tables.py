"""Read the CSV of the real world: any usual encoding, delimiter and line end; every cell kept as it stands.

Rules of import (from what municipalities publish): BOM, then strict UTF-8, then CP932, never with replacement
characters; a stray quote is an error with its row; a row is numbered as a spreadsheet shows it.
"""

from __future__ import annotations

import codecs
import csv
import functools
import io
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.errors import KairanError

LARGEST = 100 * 1024 * 1024
MOST_ROWS = 1_000_000
MOST_COLUMNS = 200
LONGEST_CELL = 100_000
DELIMITERS = ",\t;"

_SPACES = re.compile(r"\s+")
_DASHES = str.maketrans(dict.fromkeys("‐‑‒–—―−ー－-", "ー"))
_UNDEFINED = re.compile("[\x80\uf8f0-\uf8f3]")
_REMARK = re.compile(r"[(（\[［<〈＜←].*$")


class Unreadable(KairanError):
    """The file cannot be read as a table at all; the sentence names file, place and way out."""


@dataclass(frozen=True, slots=True)
class Row:
    number: int
    """As a spreadsheet counts; the first line is 1."""
    cells: tuple[str, ...]

    def cell(self, column: int) -> str:
        """The cell's text, empty when the row is shorter."""
        return self.cells[column] if 0 <= column < len(self.cells) else ""

    @property
    def is_blank(self) -> bool:
        return not any(trim(cell) for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Table:
    name: str
    rows: tuple[Row, ...]
    """All rows that hold anything, the header among them."""
    encoding: str
    delimiter: str

    @property
    def header(self) -> tuple[str, ...]:
        return self.rows[0].cells if self.rows else ()

    @property
    def data(self) -> tuple[Row, ...]:
        return self.rows[1:]

    def column(self, *names: str) -> int:
        """The first column whose header is one of ``names`` after folding, else one that is so without its remark
        in brackets; -1 when there is none."""
        wanted = {header_key(name) for name in names}
        keys = [header_key(cell) for cell in self.header]
        found = next((n for n, key in enumerate(keys) if key in wanted), -1)
        if found >= 0:
            return found
        return next((n for n, key in enumerate(keys) if _REMARK.sub("", key) in wanted), -1)


def trim(text: str) -> str:
    """Without any kind of space (U+00A0 and U+3000 too) or BOM at either end."""
    return text.strip(" \t\r\n\v\f\u00a0\u3000\u200b\ufeff")


def label_key(text: str) -> str:
    """For comparing names and labels: NFKC without spaces."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).replace("\ufeff", "")


@functools.lru_cache(maxsize=4096)
def header_key(text: str) -> str:
    """For comparing headers: label_key with one kind of dash."""
    return label_key(text).translate(_DASHES)


def decode(data: bytes, name: str) -> tuple[str, str]:
    """(text, encoding)."""
    if len(data) > LARGEST:
        raise Unreadable(f"{name}：大きすぎます（100MBまで）。ファイルを分けてください。")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        candidates: Sequence[str] = ("utf-16",)
    else:
        candidates = ("utf-8-sig", "cp932")
    for encoding in candidates:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        # Bytes that CP932 does not define decode to these; they are no text.
        if not _UNDEFINED.search(text):
            return text, encoding
    raise Unreadable(f"{name}：文字が読めません。「CSV UTF-8」として保存し直してください。")


def read_table(data: bytes, name: str) -> Table:
    """A table with every non-blank row; Unreadable when it is none."""
    text, encoding = decode(data, name)
    if "\x00" in text:
        raise Unreadable(f"{name}：CSVではありません。「CSV UTF-8」として保存し直してください。")
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    delimiter = _delimiter(text)
    rows = tuple(row for row in _records(text, delimiter, name) if not row.is_blank)
    return Table(name, rows, encoding, delimiter)


def _delimiter(text: str) -> str:
    first = next((line for line in text.split("\n") if trim(line)), "")
    outside = "".join(first.split('"')[::2])
    return max(DELIMITERS, key=lambda d: (outside.count(d), -DELIMITERS.index(d)))


def _records(text: str, delimiter: str, name: str) -> Iterable[Row]:
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter, strict=True)
    number = 0
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise Unreadable(f"{name} {number}行目：行か列が多すぎます。ファイルを分けてください。")
            yield Row(number, tuple(cells))
    except csv.Error as error:
        raise Unreadable(
            f'{name} {number + 1}行目：「"」の閉じ忘れか、長すぎる文字があります。この行を直してください。'
        ) from error
