"""Event lists of municipal open data: the 50-column catalogue form and イベント一覧 of the first generation. Pure.

Columns are found by name after folding (width, dashes, spaces), in any order; what is not known is named. A row
that is in doubt is kept with its doubts; only a row without a name is no event, and that is a problem too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from app.errors import Problem
from app.tables import Row, Table, header_key, read_table, trim
from content.fields.kinds import read
from content.fields.values import Days
from content.listed import to_notice
from content.notice import Notice

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "イベント名", "イベント名称"),
    "organiser": ("主催団体", "主催者"),
    "co_organiser": ("共催団体",),
    "partners": ("その他関係団体",),
    "subtitle": ("サブタイトル",),
    "summary": ("概要",),
    "description": ("説明",),
    "sub_events": ("サブイベント",),
    "kind": ("イベント種類",),
    "state": ("状態",),
    "target": ("対象者",),
    "capacity": ("定員",),
    "apply": ("申込方法", "参加申込方法"),
    "apply_until": ("申込期限日", "参加申込終了日"),
    "apply_until_time": ("申込期限時刻", "参加申込終了時間", "参加申込終了時刻"),
    "url": ("URL",),
    "price": ("料金(基本)",),
    "price_note": ("料金(詳細)",),
    "first": ("開始日",),
    "last": ("終了日",),
    "start": ("開始時刻", "開始時間"),
    "end": ("終了時刻", "終了時間"),
    "when_note": ("日時備考", "開始日時特記事項"),
    "place": ("場所名称",),
    "meeting": ("集合場所",),
    "building": ("建物名等", "建物名等(方書)", "方書"),
    "address": ("住所", "所在地_連結表記"),
    "prefecture": ("住所都道府県", "所在地_都道府県"),
    "city": ("住所市区町村", "所在地_市区町村"),
    "town": ("住所町名", "所在地_町字"),
    "block": ("住所丁目以下", "所在地_番地以下"),
    "latitude": ("緯度",),
    "longitude": ("経度",),
    "languages": ("外国語対応",),
    "access": ("アクセス方法",),
    "parking": ("駐車場情報",),
    "bicycles": ("駐輪場情報",),
    "contact": ("連絡先名称",),
    "phone": ("連絡先電話番号",),
    "extension": ("連絡先内線番号",),
    "mail": ("連絡先メールアドレス",),
    "postcode": ("郵便番号",),
    "note": ("備考",),
}
"""Part of an event to the headers of its column in both forms."""
_UNUSED = (
    "NO", "ID", "都道府県コード又は市区町村コード", "市区町村コード", "全国地方公共団体コード", "地方公共団体名",
    "都道府県名", "市区町村名", "名称(カナ)", "名称(英字)", "名称(通称)", "名称_カナ", "名称_英字", "イベント名_カナ",
    "イベント名_英語", "画像URL", "画像", "画像_ライセンス", "対象となる産業", "ステージ", "町字ID",
)  # fmt: skip
"""Known columns a notice has no field for."""


@dataclass(frozen=True, slots=True)
class Event:
    """One row: its cells as they stand by part, the notice they make, and its first and last day if they are sure."""

    row: int
    cells: Mapping[str, str]
    notice: Notice
    first: date | None = None
    last: date | None = None

    @property
    def name(self) -> str:
        return self.notice.get("イベント名")

    @property
    def kind(self) -> str:
        """イベント種類, as the list has it."""
        return self.cells.get("kind", "")


@dataclass(frozen=True, slots=True)
class EventFile:
    events: tuple[Event, ...]
    problems: tuple[Problem, ...]


def read_events(data: bytes, name: str) -> EventFile:
    """Every event of a file and every problem with its place. Raises app.tables.Unreadable when it is no table."""
    table = read_table(data, name)
    columns = {part: table.column(*names) for part, names in COLUMNS.items()}
    problems = list(_header_problems(table, columns))
    events: list[Event] = []
    for row in table.data if columns["name"] >= 0 else ():
        event, found = _event(table, row, columns)
        problems += found
        if event is not None:
            events.append(event)
    return EventFile(tuple(events), tuple(problems))


def _header_problems(table: Table, columns: Mapping[str, int]) -> list[Problem]:
    found = []
    for part in ("name", "first"):
        if columns[part] < 0:
            names = "」か「".join(COLUMNS[part])
            found.append(
                Problem(
                    table.name,
                    1,
                    COLUMNS[part][0],
                    "",
                    f"「{names}」の列がありません。列の名前を確かめてください。",
                )
            )
    known = {header_key(each) for each in _UNUSED} | {"", header_key("料金")}
    used = set(columns.values())
    found += [
        Problem(table.name, 1, trim(cell), trim(cell), "知らない列です。この列は使いません。")
        for number, cell in enumerate(table.header)
        if number not in used and header_key(cell) not in known
    ]
    return found


def _event(table: Table, row: Row, columns: Mapping[str, int]) -> tuple[Event | None, list[Problem]]:
    cells = {part: row.cell(column) for part, column in columns.items() if trim(row.cell(column))}
    problems = []
    if len(row.cells) > len(table.header) and any(trim(cell) for cell in row.cells[len(table.header) :]):
        problems.append(
            Problem(
                table.name,
                row.number,
                "",
                "",
                "列が見出しより多くあります。「,」の書き方を確かめてください。",
            )
        )
    if "name" not in cells:
        message = "名前がないため、イベントとして読めません。"
        return None, [*problems, Problem(table.name, row.number, COLUMNS["name"][0], "", message)]
    written = to_notice(cells)
    for doubt in written.doubts:
        header = table.header[columns[doubt.part]] if columns[doubt.part] >= 0 else COLUMNS[doubt.part][0]
        problems.append(
            Problem(table.name, row.number, trim(header), cells.get(doubt.part, ""), doubt.message)
        )
    first, last = _days(written.notice)
    return Event(row.number, cells, written.notice, first, last), problems


def _days(notice: Notice) -> tuple[date | None, date | None]:
    value = read("dates", notice.get("開催日"), today=date.min).value
    spans = [each for each in value if isinstance(each, Days)] if isinstance(value, tuple) else []
    return (spans[0].first, spans[-1].last) if spans else (None, None)
