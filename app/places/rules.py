"""Place lists of municipal open data: which list it is, and what is wrong with it. Pure.

Two generations of the national data sets live side by side, and towns have forms of their own; the kind is told by
the columns only one list has. Positions are decimal degrees (JGD2011 or WGS84), times HH:MM, codes six digits with
a check digit, and what is not stated is an empty cell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from app.errors import Problem
from app.places import columns as names
from app.places.cells import code_fault, is_dash, position_faults, value_in
from app.places.columns import KINDS, PLACES, UNKNOWN, Kind
from app.tables import Row, Table, header_key, read_table, trim

HIGHEST_HEADER = 5
"""Titles and remarks above the header are looked past so far."""
_TIME = re.compile(r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9])?")
_REMARK = re.compile(r"[(\[〈<←].*$")


@dataclass(frozen=True, slots=True)
class PlaceFile:
    kind: str
    """The list's name, 施設一覧 for a town's own form, or ``unknown``."""
    places: int
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where things stand; -1 when they do not. ``shift`` is how far the data lie beside their headers."""

    name: int
    latitude: int
    longitude: int
    location: int
    codes: tuple[int, ...]
    times: tuple[int, ...]
    shift: int = 0


def read_places(data: bytes, name: str) -> PlaceFile:
    """A list's kind, how many places it names, and every problem. Raises app.tables.Unreadable when it is no table."""
    table, is_own_form = _with_header(read_table(data, name))
    kind = kind_of(table)
    if kind is None:
        return PlaceFile(UNKNOWN, 0, tuple(_unknown(table)))
    columns = _columns(table)
    problems = list(_header_problems(table, PLACES if is_own_form else kind))
    if columns.shift:
        message = "見出しと値の列がずれています。見出しの抜けか余りを直してください。"
        problems.append(_header_problem(table, trim(table.header[columns.latitude]), message))
    places = 0
    for row in table.data:
        problems += _row_problems(table, row, columns)
        places += bool(value_in(row, columns.name))
    if not table.data:
        problems.append(_header_problem(table, "", "場所が1つもありません。見出しの下に書いてください。"))
    return PlaceFile(kind.name, places, tuple(problems))


@dataclass(frozen=True, slots=True)
class Listing:
    """A list opened for reading: its header found, its columns known."""

    kind: str
    table: Table
    columns: _Columns
    known: dict[str, int] = field(default_factory=dict)
    """Header to column, filled as headers are asked for."""

    def cell(self, row: Row, *headers: str) -> str:
        """The first of these columns that says something; "" for none and for a dash."""
        for header in headers:
            if header not in self.known:
                self.known[header] = self.table.column(header)
            if text := value_in(row, self.known[header]):
                return text
        return ""

    def position(self, row: Row) -> tuple[float, float] | None:
        """(latitude, longitude) when it lies in Japan, else None."""
        columns = self.columns
        if min(columns.latitude, columns.longitude) >= 0:
            latitude, longitude = row.cell(columns.latitude), row.cell(columns.longitude)
        elif columns.location >= 0:
            latitude, _, longitude = row.cell(columns.location).partition(",")
        else:
            return None
        texts = trim(latitude), trim(longitude)
        return None if any(position_faults(*texts)) else (float(texts[0]), float(texts[1]))


def open_list(data: bytes, name: str) -> Listing:
    """The list with its kind (``unknown`` when it is none). Raises app.tables.Unreadable when it is no table."""
    table, _ = _with_header(read_table(data, name))
    kind = kind_of(table)
    return Listing(kind.name if kind else UNKNOWN, table, _columns(table))


def kind_of(table: Table) -> Kind | None:
    """The list with the most columns of its own in this header, else a town's own form when it has names and
    positions and is no list of events."""
    score, _, kind = max(
        (sum(table.column(own) >= 0 for own in kind.own), -n, kind) for n, kind in enumerate(KINDS)
    )
    if score and table.column(*names.NAME, *names.KANA, *names.LATITUDE, *names.CODES) >= 0:
        return kind
    is_event = table.column("開始日") >= 0 and table.column("終了日") >= 0
    has_position = table.column(*names.LATITUDE, *names.LONGITUDE, *names.LOCATION) >= 0
    return PLACES if has_position and table.column(*names.NAME) >= 0 and not is_event else None


def _with_header(table: Table) -> tuple[Table, bool]:
    """The table beginning with its header, and whether it is Takamatsu's form: there the row that begins with
    ``#property`` is the header and other rows with ``#`` are about the file."""
    for row in table.rows:
        if trim(row.cell(0)) == "#property":
            data = tuple(each for each in table.rows if not trim(each.cell(0)).startswith("#"))
            return Table(table.name, (row, *data), table.encoding, table.delimiter), True
    for start in range(min(HIGHEST_HEADER, len(table.rows))):
        below = Table(table.name, table.rows[start:], table.encoding, table.delimiter)
        if kind_of(below):
            return below, False
    return table, False


def _columns(table: Table) -> _Columns:
    latitude, longitude = table.column(*names.LATITUDE), table.column(*names.LONGITUDE)
    found = {header: table.column(header) for header in (*names.CODES, *names.TIMES)}
    shifts = Counter(_shift(row, latitude, longitude) for row in table.data)
    shift, rows = shifts.most_common(1)[0] if shifts else (0, 0)
    return _Columns(
        table.column(*names.NAME),
        latitude,
        longitude,
        table.column(*names.LOCATION),
        tuple(dict.fromkeys(found[each] for each in names.CODES if found[each] >= 0)),
        tuple(dict.fromkeys(found[each] for each in names.TIMES if found[each] >= 0)),
        shift if rows > 1 else 0,
    )


def _shift(row: Row, latitude: int, longitude: int) -> int:
    """How far beside its columns a row's position lies; 0 when it is in place or nowhere near."""
    if min(latitude, longitude) < 0 or not any(
        position_faults(trim(row.cell(latitude)), trim(row.cell(longitude)))
    ):
        return 0
    beside = ((step, trim(row.cell(latitude + step)), trim(row.cell(longitude + step))) for step in (1, -1))
    return next((step for step, *where in beside if not any(position_faults(*where))), 0)


def _header_problem(table: Table, column: str, message: str, value: str = "") -> Problem:
    return Problem(table.name, table.rows[0].number if table.rows else 1, column, value, message)


def _unknown(table: Table) -> Iterator[Problem]:
    yield _header_problem(table, "", "どの一覧か分かりません。1行目が見出しか確かめてください。")
    for wanted in (names.NAME, names.LATITUDE, names.LONGITUDE):
        if table.column(*wanted) < 0:
            yield _missing(table, wanted)


def _missing(table: Table, wanted: names.Names) -> Problem:
    return _header_problem(table, wanted[0], f"「{wanted[0]}」の列がありません。列の名前を確かめてください。")


def _header_problems(table: Table, kind: Kind) -> Iterator[Problem]:
    is_own = kind is PLACES
    national = () if is_own else (names.KANA, names.ADDRESS, *kind.required)
    position = () if table.column(*names.LOCATION) >= 0 else (names.LATITUDE, names.LONGITUDE)
    for wanted in (names.NAME, *position, *national):
        if table.column(*wanted) < 0:
            yield _missing(table, wanted)
    if not is_own and table.rows[0].number != 1:
        yield _header_problem(table, "", "見出しが1行目にありません。上の行を消してください。")
    known = {header_key(each) for each in names.KNOWN}
    seen: set[str] = set()
    for number, cell in enumerate(table.header):
        key = header_key(cell)
        if not key and any(trim(row.cell(number)) for row in table.data):
            yield _header_problem(table, f"{number + 1}列目", "見出しがないのに値があります。")
        elif key and key in seen:
            yield _header_problem(
                table, trim(cell), "同じ見出しがもうあります。前の列だけを使います。", trim(cell)
            )
        elif key and not is_own and key not in known and _REMARK.sub("", key) not in known | {""}:
            yield _header_problem(table, trim(cell), "知らない列です。この列は使いません。", trim(cell))
        seen.add(key)


def _row_problems(table: Table, row: Row, columns: _Columns) -> Iterator[Problem]:
    def tell(column: int, message: str) -> Problem:
        header = trim(table.header[column]) if column < len(table.header) else ""
        return Problem(table.name, row.number, header or f"{column + 1}列目", trim(row.cell(column)), message)

    width = len(table.header)
    if any(trim(cell) for cell in row.cells[width:]):
        yield tell(width, "列が見出しより多くあります。「,」の書き方を確かめてください。")
    for number, cell in enumerate(row.cells[:width]):
        if is_dash(cell):
            yield tell(number, "「-」は値ではありません。ないときは空にしてください。")
    if columns.name >= 0 and not trim(row.cell(columns.name)):
        yield tell(columns.name, "名称が空です。名称を書いてください。")
    for column in columns.codes:
        if (code := value_in(row, column)) and (fault := code_fault(code)):
            yield tell(column, fault)
    for column in columns.times:
        if (time := value_in(row, column)) and not _TIME.fullmatch(time):
            yield tell(column, "時刻として読めません。00:00から23:59までで書いてください。")
    for column, message in _position_problems(row, columns):
        yield tell(column, message)


def _position_problems(row: Row, columns: _Columns) -> Iterator[tuple[int, str]]:
    """(column, message) of what is wrong with a row's position."""
    if min(columns.latitude, columns.longitude) >= 0:
        places = columns.latitude, columns.longitude
        shift = _shift(row, *places)
        if shift and shift != columns.shift:
            yield places[0], "列がずれています。「,」の抜けか余りを直してください。"
        if not shift and not any(is_dash(row.cell(each)) for each in places):
            faults = position_faults(*(trim(row.cell(each)) for each in places))
            yield from ((place, fault) for place, fault in zip(places, faults, strict=True) if fault)
    elif columns.location >= 0 and not is_dash(row.cell(columns.location)):
        latitude, _, longitude = trim(row.cell(columns.location)).partition(",")
        if fault := next(filter(None, position_faults(trim(latitude), trim(longitude))), ""):
            yield columns.location, fault
