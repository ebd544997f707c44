"""``kairan town load|check``: the town pack on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from app import parts
from app.cli import out
from app.town import actions, rules


@click.group()
def town() -> None:
    """The town pack."""


@town.command()
@click.argument("folder")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def check(folder: str, as_json: bool) -> None:
    """Read a pack and list every problem; changes nothing."""
    loaded, problems = rules.read_pack(actions.folder_files(Path(folder)))
    counts = {
        "districts": len(loaded.places),
        "places": sum(map(len, loaded.facilities.by_kind.values())),
        "events": len(loaded.events),
        "windows": len(loaded.windows),
        "bulky": len(loaded.bulky.items) if loaded.bulky else 0,
    }
    if as_json:
        out.document({"name": loaded.name, **counts, "problems": [p.json() for p in problems]})
        return
    click.echo(f"{loaded.name}　地区 {len(loaded.places)}　分別辞典 {len(loaded.dictionary)}品目")
    click.echo(
        f"場所 {counts['places']}　イベント {counts['events']}　子どもの時期 {counts['windows']}　粗大ごみ {counts['bulky']}品目"
    )
    out.problems(problems)


@town.command()
@click.argument("folder", required=False)
def load(folder: str | None) -> None:
    """Load a pack into the database (TOWN_DIR when no folder is given); the same files again change nothing."""
    made_of = parts.build()
    where = Path(folder) if folder else made_of.settings.town_dir
    with made_of.sessions.begin() as session:
        loaded = actions.load(session, where, now=made_of.clock.now(), by="cli")
    click.echo(
        f"変わったファイル {len(loaded.changed)}　同じファイル {len(loaded.unchanged)}　使えないファイル {len(loaded.refused)}"
    )
    out.problems(loaded.problems)
    made_of.close()
