"""``kairan garbage check|days|find``: 5374 folders on the command line."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click
from rapidfuzz import process

from app.cli import out
from app.errors import KairanError
from app.garbage.pack import Area, GarbagePack
from app.garbage.rules import read_pack
from app.sorting.rules import Dictionary, Entry
from app.tables import label_key


@click.group()
def garbage() -> None:
    """Garbage calendars and sorting dictionaries (5374 format)."""


def _read(folder: str) -> GarbagePack:
    return read_pack(out.folder_files(Path(folder)))


class Day(click.ParamType[date]):
    """YYYY-MM-DD and nothing else."""

    name = "YYYY-MM-DD"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> date:
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            self.fail(f"「{value}」は日付ではありません。例：2026-12-05", param, ctx)


@garbage.command()
@click.argument("folder")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def check(folder: str, as_json: bool) -> None:
    """Read a folder and list every problem with file, row and column."""
    pack = _read(folder)
    if as_json:
        out.document(
            {
                "areas": len(pack.areas),
                "categories": list(pack.categories),
                "items": len(pack.items),
                "problems": [problem.json() for problem in pack.problems],
            }
        )
        return
    click.echo(f"地区 {len(pack.areas)}　分別 {'、'.join(pack.categories)}　品目 {len(pack.items)}")
    out.problems(pack.problems)


@garbage.command()
@click.argument("folder")
@click.option("--area", required=True, help="the area's name")
@click.option("--from", "first", type=Day(), required=True, help="first day")
@click.option("--to", "last", type=Day(), required=True, help="last day, included")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def days(folder: str, area: str, first: date, last: date, as_json: bool) -> None:
    """What is collected in one area, day by day; only days with a collection."""
    pack = _read(folder)
    if last < first:
        raise KairanError("--to が --from より前です。")
    found = list(pack.days_of(_one(pack, area), first, last))
    if as_json:
        out.document(
            [
                {"date": f"{d.day:%Y-%m-%d}", "categories": list(d.categories), "notes": list(d.notes)}
                for d in found
            ]
        )
        return
    for day in found:
        click.echo(f"{day.day:%Y-%m-%d} {'、'.join(day.categories)}　{' '.join(day.notes)}".rstrip("　"))


def _one(pack: GarbagePack, name: str) -> Area:
    """The area of that name; an unknown or shared name is refused with what would help."""
    areas = pack.named(name)
    if len(areas) == 1:
        return areas[0]
    if areas:
        rows = "、".join(f"{a.row}行目（{a.master} {a.name}）" if a.master else f"{a.row}行目" for a in areas)
        raise KairanError(f"「{name}」という地名は{rows}にあります。どれか分からないため、答えられません。")
    names = {area.key: area.name for area in pack.areas}
    near = [names[key] for key, _, _ in process.extract(label_key(name), list(names), limit=5)]
    raise KairanError(f"「{name}」という地名はありません。近い地名：{'、'.join(near)}")


@garbage.command()
@click.argument("folder")
@click.argument("word")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def find(folder: str, word: str, as_json: bool) -> None:
    """Look a word up in the sorting dictionary; at most five, best first."""
    pack = _read(folder)
    dictionary = Dictionary(Entry(i.name, i.category, i.note, (i.reading,)) for i in pack.items)
    hits = dictionary.find(word)
    if as_json:
        keys = ("item", "category", "note", "score")
        out.document([{key: getattr(hit, key) for key in keys} for hit in hits])
        return
    for hit in hits:
        click.echo(f"{hit.item} → {hit.category}　{hit.note}（{hit.score:.0f}）")
