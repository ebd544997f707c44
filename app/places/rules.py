"""Place lists of municipal open data: which list it is, and what is wrong with it. Pure.

Two generations of the national data sets live side by side, and towns have forms of their own; the kind is told by
the columns only one list has. Positions are decimal degrees (JGD2011 or WGS84), codes six digits with a check digit.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.errors import Problem
from app.tables import Row, Table, read_table, trim

UNKNOWN = "unknown"
KINDS: Sequence[tuple[str, str]] = (
    ("指定緊急避難場所", "災害種別_洪水"),
    ("AED設置箇所", "小児対応設備の有無"),
    ("公衆無線LAN", "SSID"),
    ("医療機関", "診療科目"),
    ("子育て施設", "一時預かりの有無"),
    ("公衆トイレ", "男性トイレ総数"),
    ("公共施設", "バリアフリー情報"),
)
"""Kind and a column that only this list has."""
NAMES = ("名称", "施設名", "施設名称", "name", "名前")
CODES = ("都道府県コード又は市区町村コード", "全国地方公共団体コード", "市区町村コード")
LATITUDES, LONGITUDES = ("緯度", "latitude"), ("経度", "longitude")
TIMES = ("開始時間", "終了時間", "利用開始時間", "利用終了時間", "診療開始時間", "診療終了時間")
_TIME = re.compile(r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?")


@dataclass(frozen=True, slots=True)
class PlaceFile:
    kind: str
    places: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    name: int
    code: int
    latitude: int
    longitude: int
    location: int
    times: tuple[int, ...]


def read_places(data: bytes, name: str) -> PlaceFile:
    """A list's kind, how many places it names, and every problem. Raises app.tables.Unreadable when it is no table."""
    table = _without_metadata(read_table(data, name))
    columns = _Columns(
        table.column(*NAMES),
        table.column(*CODES),
        table.column(*LATITUDES),
        table.column(*LONGITUDES),
        table.column("location"),
        tuple(column for header in TIMES if (column := table.column(header)) >= 0),
    )
    kind = kind_of(table)
    problems = list(_header_problems(table, columns, kind))
    for row in table.data:
        problems += _row_problems(table, row, columns)
    named = sum(bool(trim(row.cell(columns.name))) for row in table.data) if columns.name >= 0 else 0
    return PlaceFile(kind, named, tuple(problems))


def kind_of(table: Table) -> str:
    """The data set a header belongs to, else a list of places when it has names and positions."""
    for kind, column in KINDS:
        if table.column(column) >= 0:
            return kind
    has_position = table.column(*LATITUDES) >= 0 or table.column("location") >= 0
    return "施設" if has_position and table.column(*NAMES) >= 0 else UNKNOWN


def _without_metadata(table: Table) -> Table:
    """Takamatsu's forms: the row that begins with #property is the header, other rows with # are about the file."""
    header = next((row for row in table.rows if trim(row.cell(0)).startswith("#property")), None)
    if header is None or trim(header.cell(0)) != "#property":
        return table
    data = tuple(row for row in table.rows if not trim(row.cell(0)).startswith("#"))
    return Table(table.name, (header, *data), table.encoding, table.delimiter)


def _header_problems(table: Table, columns: _Columns, kind: str) -> Iterator[Problem]:
    number = table.rows[0].number if table.rows else 1
    if kind == UNKNOWN:
        yield Problem(table.name, number, "", "", "どの一覧か分かりません。見出しの行を確認してください。")
    if columns.name < 0:
        yield Problem(table.name, number, "名称", "", "「名称」の列がありません。")
    if columns.latitude < 0 and columns.location < 0:
        yield Problem(table.name, number, "緯度", "", "「緯度」の列がありません。")
    empty = [n for n, cell in enumerate(table.header) if not trim(cell)]
    used = [n for n in empty if any(trim(row.cell(n)) for row in table.data)]
    for column in used:
        yield Problem(table.name, number, f"{column + 1}列目", "", "見出しがないのに値があります。")


def _row_problems(table: Table, row: Row, columns: _Columns) -> Iterator[Problem]:
    def tell(column: str, value: str, message: str) -> Problem:
        return Problem(table.name, row.number, column, value, message)

    if columns.name >= 0 and not trim(row.cell(columns.name)):
        yield tell("名称", "", "名称が空です。")
    if columns.code >= 0 and (code := trim(row.cell(columns.code))) and (fault := code_fault(code)):
        yield tell("市区町村コード", code, fault)
    for column in columns.times:
        value = trim(row.cell(column))
        if value and not _TIME.fullmatch(value):
            yield tell(
                trim(table.header[column]),
                value,
                "時刻として読めません。00:00から23:59までで書いてください。",
            )
    for number, cell in enumerate(row.cells):
        if trim(cell) in ("-", "－", "ー"):
            header = trim(table.header[number]) if number < len(table.header) else f"{number + 1}列目"
            yield tell(header, trim(cell), "「-」は値ではありません。ないときは空にしてください。")
    latitude, longitude = _position(row, columns)
    if columns.latitude >= 0 or columns.location >= 0:
        fault = position_fault(latitude, longitude)
        if fault:
            yield tell("緯度", ",".join(filter(None, (latitude, longitude))), fault)


def _position(row: Row, columns: _Columns) -> tuple[str, str]:
    if columns.latitude >= 0:
        return trim(row.cell(columns.latitude)), trim(row.cell(columns.longitude))
    latitude, _, longitude = trim(row.cell(columns.location)).partition(",")
    return trim(latitude), trim(longitude)


def position_fault(latitude: str, longitude: str) -> str:
    """What is wrong with a position; empty when it lies in Japan."""
    if not latitude and not longitude:
        return "位置がありません。"
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return "緯度と経度を数で書いてください。"
    if _in_japan(*found):
        return ""
    if _in_japan(found[1], found[0]):
        return "緯度と経度が入れかわっています。"
    return "日本の外の位置です。"


def _in_japan(latitude: float, longitude: float) -> bool:
    return 20 <= latitude <= 46 and 122 <= longitude <= 154


def code_fault(code: str) -> str:
    """What is wrong with a local-government code: six digits, the last one the check digit."""
    if not (code.isascii() and code.isdigit()):
        return "全国地方公共団体コードは6けたの数字です。"
    if len(code) == 5 and check_digit("0" + code[:4]) == code[4]:
        return "先頭の0がありません。"
    if len(code) == 5:
        return "検査数字がありません。6けたで書いてください。"
    if len(code) != 6 or check_digit(code[:5]) != code[5]:
        return "全国地方公共団体コードの検査数字が合いません。"
    return ""


def check_digit(five: str) -> str:
    """Weights 6 to 2, eleven minus the remainder by eleven, its last digit."""
    weighted = sum(int(digit) * weight for digit, weight in zip(five, (6, 5, 4, 3, 2), strict=True))
    return str((11 - weighted % 11) % 10)
