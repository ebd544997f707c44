"""places/*.csv as places residents ask for by name. Pure; a place on several lists is one place."""

from __future__ import annotations

from collections.abc import Mapping

from app.errors import KairanError
from app.tables import Row, Table, read_table, trim
from bot_flows.asked import PublicPlace

FOLDER = "places/"
_LISTS = ("public_facility", "preschool", "evacuation", "aed")
"""Which list describes a place best when several name it."""
_ABOUT = {"evacuation": "避難場所", "aed": "AEDのある場所"}


def read_places(files: Mapping[str, bytes]) -> tuple[tuple[PublicPlace, ...], dict[str, tuple[str, ...]]]:
    """The places, and by name their readings and other names; unreadable lists are reported where lists are checked."""
    found: dict[str, PublicPlace] = {}
    others: dict[str, tuple[str, ...]] = {}
    for name in sorted((n for n in files if n.startswith(FOLDER)), key=_order):
        try:
            table = read_table(files[name], name)
        except KairanError:
            continue
        about = next((word for sign, word in _ABOUT.items() if sign in name), "施設")
        for row in table.data:
            place, names = _place(table, row, about)
            if place.name and place.name not in found:
                found[place.name], others[place.name] = place, names
    return tuple(found.values()), others


def _order(name: str) -> int:
    return next((at for at, sign in enumerate(_LISTS) if sign in name), len(_LISTS))


def _place(table: Table, row: Row, about: str) -> tuple[PublicPlace, tuple[str, ...]]:
    def cell(column: str) -> str:
        at = table.column(column)
        return trim(row.cell(at)) if at >= 0 else ""

    opens, closes = cell("開始時間"), cell("終了時間")
    hours = f"{opens}〜{closes}" if opens and closes else ""
    note = "。".join(filter(None, (cell("利用可能日時特記事項"), cell("説明").rstrip("。"))))
    place = PublicPlace(
        cell("名称"), cell("種別") or about, cell("住所"), cell("電話番号"), hours, note, cell("URL")
    )
    return place, tuple(filter(None, (cell("名称_カナ"), cell("名称_通称"))))
