"""A town's garbage calendar from files of the 5374.jp family. Pure: bytes in, a pack and its problems out.

Decisions where towns differ (docs/town-pack.md): columns are positional; a suspension drops its dates and never
shifts them; every row of center.csv counts; a file we read but do not apply is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from app.errors import KairanError, Problem
from app.garbage.notation import read_cell, read_day
from app.garbage.pack import Area, GarbagePack, Item
from app.tables import Row, Table, label_key, read_table, trim

AREA_DAYS, CENTER, REMARKS, TARGET, DESCRIPTION = (
    "area_days.csv",
    "center.csv",
    "remarks.csv",
    "target.csv",
    "description.csv",
)
TEMPLATE = {("片町", "東部管理センター", "月 木", "水2", "火1 火3", "水4")}
"""The rows that the template ships with; a calendar made only of them was never filled in."""


class NoCalendar(KairanError):
    """The folder holds no calendar at all."""


def read_pack(files: Mapping[str, bytes]) -> GarbagePack:
    """Read a pack's files by their names inside the garbage folder; NoCalendar without an area_days.csv."""
    if AREA_DAYS not in files:
        raise NoCalendar(f"{AREA_DAYS}がありません。5374形式のフォルダーを指定してください。")
    reading = _Reading(files)
    areas_table = read_table(files[AREA_DAYS], AREA_DAYS)
    remarks, closed = reading.remarks(), reading.closed()
    areas, categories = reading.areas(areas_table, remarks)
    items = reading.items(categories)
    reading.unapplied()
    return GarbagePack(areas, categories, items, remarks, closed, tuple(reading.problems))


class _Reading:
    """Collects problems while the files are read one after the other."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.files = files
        self.problems: list[Problem] = []

    def tell(self, file: str, row: int | None, column: str, value: str, message: str) -> None:
        self.problems.append(Problem(file, row, column, value, message))

    def table(self, name: str) -> Table | None:
        if name not in self.files:
            return None
        try:
            return read_table(self.files[name], name)
        except KairanError as error:
            self.tell(name, None, "", "", error.sentence)
            return None

    def remarks(self) -> dict[str, str]:
        table = self.table(REMARKS)
        rows = table.data if table else ()
        return {label_key(row.cell(0)): trim(row.cell(1)) for row in rows if trim(row.cell(0))}

    def closed(self) -> dict[str, tuple[tuple[date, date], ...]]:
        table = self.table(CENTER)
        if table is None:
            return {}
        found: dict[str, list[tuple[date, date]]] = {}
        single_days = not label_key("".join(table.header[1:2])).startswith("休止開始")
        for row in table.data:
            periods = self._single_days(row) if single_days else self._period(row)
            found.setdefault(label_key(row.cell(0)), []).extend(periods)
        return {centre: tuple(periods) for centre, periods in found.items()}

    def _single_days(self, row: Row) -> Iterator[tuple[date, date]]:
        for cell in row.cells[1:]:
            if not trim(cell):
                continue
            if day := read_day(trim(cell)):
                yield day, day
            else:
                self.tell(CENTER, row.number, "休止日", cell, "休止日が日付として読めません。例：2026/12/31")

    def _period(self, row: Row) -> Iterator[tuple[date, date]]:
        raw = trim(row.cell(1)), trim(row.cell(2))
        if not any(raw):
            return
        first, last = read_day(raw[0]), read_day(raw[1])
        if first is None or last is None:
            self.tell(
                CENTER, row.number, "休止開始日", " ".join(raw), "休止の期間が読めません。例：2026/12/29"
            )
        elif last < first:
            self.tell(CENTER, row.number, "休止終了日", raw[1], "休止の終わりが始まりより前です。")
        else:
            yield first, last

    def areas(self, table: Table, remarks: Mapping[str, str]) -> tuple[tuple[Area, ...], tuple[str, ...]]:
        """Areas with their days. Columns 1 and 2 are positional; 'マスター' before them shifts by one; with an
        area.csv the rows of area_days.csv are groups and there is no centre column."""
        groups = self.table("area.csv")
        shift = 1 if label_key("".join(table.header[:1])) == "マスター" else 0
        start = 1 if groups else 2 + shift
        header = [(n, trim(cell)) for n, cell in enumerate(table.header) if n >= start and trim(cell)]
        categories = tuple(dict.fromkeys(name for _, name in header))
        masters = self._masters() if shift else {}
        rows = [self._area(row, header, shift, masters, grouped=bool(groups)) for row in table.data]
        found = tuple(area for area in rows if area.name)
        if {tuple(map(trim, row.cells)) for row in table.data} == TEMPLATE:
            self.tell(table.name, None, "", "", "ひな形のままです。町の収集日に書きかえてください。")
        for area in found:
            self._check_remarks(table.name, area, remarks)
        found = self._spread(groups, found) if groups else found
        self._check_names(groups.name if groups else table.name, found)
        return found, categories

    def _masters(self) -> dict[str, str]:
        table = self.table("area_master.csv")
        return {trim(row.cell(0)): trim(row.cell(1)) for row in (table.data if table else ())}

    def _area(
        self,
        row: Row,
        header: Sequence[tuple[int, str]],
        shift: int,
        masters: Mapping[str, str],
        *,
        grouped: bool,
    ) -> Area:
        cells = []
        for column, category in header:
            if not trim(row.cell(column)):
                continue
            cell = read_cell(row.cell(column))
            for token, why in cell.odd:
                self.tell(AREA_DAYS, row.number, category, token, f"{why}。この書き方だけ除いて読みました。")
            cells.append((category, cell))
        centre = "" if grouped else trim(row.cell(1 + shift))
        master = masters.get(trim(row.cell(0)), "") if shift else ""
        return Area(trim(row.cell(shift)), row.number, centre, tuple(cells), master)

    def _check_remarks(self, file: str, area: Area, remarks: Mapping[str, str]) -> None:
        for category, cell in area.cells:
            for id_ in cell.remarks:
                if id_ not in remarks:
                    self.tell(file, area.row, category, f"*{id_}", f"{REMARKS}に番号「{id_}」がありません。")

    def _spread(self, groups: Table, found: Sequence[Area]) -> tuple[Area, ...]:
        """area.csv: each place belongs to one group of area_days.csv."""
        by_group = {area.key: area for area in found}
        areas = []
        for row in groups.data:
            group = by_group.get(label_key(row.cell(2)))
            if group is None:
                self.tell(
                    groups.name, row.number, "収集地区", row.cell(2), f"この地区は{AREA_DAYS}にありません。"
                )
                continue
            areas.append(Area(trim(row.cell(0)), row.number, trim(row.cell(1)), group.cells))
        return tuple(area for area in areas if area.name)

    def _check_names(self, file: str, found: Sequence[Area]) -> None:
        rows: dict[str, list[Area]] = {}
        for area in found:
            rows.setdefault(label_key(area.master + area.name), []).append(area)
        for same in rows.values():
            if len(same) > 1:
                numbers = "、".join(str(area.row) for area in same)
                self.tell(
                    file,
                    same[1].row,
                    "地名",
                    same[1].name,
                    f"同じ地名が{numbers}行目にあります。名前で区別してください。",
                )

    def items(self, categories: Sequence[str]) -> tuple[Item, ...]:
        table = self.table(TARGET)
        if table is None:
            return ()
        known = {label_key(name): name for name in categories}
        has_header = table.column("name") >= 0 or table.column("label", "type") >= 0
        columns = (
            [
                table.column("label", "type"),
                table.column("name"),
                table.column("notice"),
                table.column("furigana"),
            ]
            if has_header
            else [0, 1, 2, 3]
        )
        if not has_header:
            self.tell(TARGET, 1, "", "", "見出しの行がないため、分別・品目・注意・読みの順として読みました。")
        items = []
        for row in table.data if has_header else table.rows:
            label, name, note, reading = (trim(row.cell(column)) for column in columns)
            if not name:
                self.tell(TARGET, row.number, "name", "", "品目の名前がありません。")
                continue
            if label_key(label) not in known:
                self.tell(
                    TARGET, row.number, "label", label, f"「{label}」という分別は{AREA_DAYS}にありません。"
                )
            category = known.get(label_key(label), label)
            items.append(Item(name, category, "" if note == "{}" else note, reading, row.number))
        return tuple(items)

    def unapplied(self) -> None:
        """Files of single towns that are read by no rule of the family: said, not guessed."""
        for name, what in (("transferdata.csv", "振替"), ("holiday.csv", "休日")):
            table = self.table(name)
            for row in table.rows if table else ():
                if any(read_day(trim(cell)) for cell in row.cells):
                    value = ",".join(row.cells)
                    self.tell(
                        name, row.number, "", value, f"{what}の日は自動では反映しません。確認してください。"
                    )
