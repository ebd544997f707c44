"""districts.csv of the pack: where each district lies and which post codes it has; and a district found by words. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.errors import Problem
from app.sorting.rules import fold
from app.tables import read_table, trim
from app.town.head import BadTown
from bot_flows.pack_facts import District

FILE = "districts.csv"
COLUMNS = ("code", "ward", "district", "kana", "postal_codes", "latitude", "longitude", "garbage_area")
MOST = 10
"""So many districts are offered for words that fit several."""


@dataclass(frozen=True, slots=True)
class Place:
    """A district with where it lies and its post codes."""

    district: District
    latitude: float
    longitude: float
    postcodes: tuple[str, ...]


def find(places: Sequence[Place], words: str) -> Sequence[District]:
    """Districts whose name or kana fits what was typed, best first."""
    wanted = fold(words)
    if not wanted:
        return ()
    scored = [(_fit(wanted, place.district), n) for n, place in enumerate(places)]
    best = sorted((score, n) for score, n in scored if score is not None)
    return tuple(places[n].district for _, n in best[:MOST])


def _fit(wanted: str, district: District) -> int | None:
    """How well words fit a district: 0 is its very name, None is not at all."""
    names = [fold(district.name), fold(district.kana), fold(district.ward + district.name)]
    if wanted in names:
        return 0
    if any(name.startswith(wanted) for name in names):
        return 1
    return 2 if any(name and (wanted in name or name in wanted) for name in names) else None


def read(files: Mapping[str, bytes], problems: list[Problem]) -> tuple[Place, ...]:
    """Every district of the pack; BadTown without the file."""
    if FILE not in files:
        raise BadTown(f"{FILE}がありません。")
    places, found = rows(files[FILE])
    problems.extend(found)
    return places


def rows(data: bytes) -> tuple[tuple[Place, ...], list[Problem]]:
    """districts.csv; rows with a problem are left out and named."""
    table = read_table(data, FILE)
    problems: list[Problem] = []
    columns = {name: table.column(name) for name in COLUMNS}
    for name, column in columns.items():
        if column < 0:
            problems.append(Problem(FILE, 1, name, "", f"「{name}」の列がありません。"))
    if problems:
        return (), problems
    places: list[Place] = []
    for row in table.data:
        cells = {name: trim(row.cell(column)) for name, column in columns.items()}
        place = _district(cells, row.number, problems)
        if place and any(known.district.code == place.district.code for known in places):
            problems.append(Problem(FILE, row.number, "code", cells["code"], "同じコードがもうあります。"))
        elif place:
            places.append(place)
    return tuple(places), problems


def _district(cells: Mapping[str, str], row: int, problems: list[Problem]) -> Place | None:
    before = len(problems)
    empty = [name for name in ("code", "ward", "district") if not cells[name]]
    problems.extend(Problem(FILE, row, name, "", "空です。値を入れてください。") for name in empty)
    postcodes = tuple(cells["postal_codes"].replace("-", "").split())
    if odd := next((code for code in postcodes if not re.fullmatch(r"[0-9]{7}", code)), None):
        problems.append(Problem(FILE, row, "postal_codes", odd, "郵便番号は7けたの数字です。"))
    position = _position(cells["latitude"], cells["longitude"])
    if position is None:
        where = f"{cells['latitude']},{cells['longitude']}"
        problems.append(
            Problem(FILE, row, "latitude", where, "緯度20〜46、経度122〜154の数で書いてください。")
        )
    if position is None or len(problems) > before:
        return None
    names = (cells[name] for name in ("code", "ward", "district", "kana", "garbage_area"))
    return Place(District(*names), *position, postcodes)


def _position(latitude: str, longitude: str) -> tuple[float, float] | None:
    try:
        found = float(latitude), float(longitude)
    except ValueError:
        return None
    return found if 20 <= found[0] <= 46 and 122 <= found[1] <= 154 else None
