"""``kairan places check``: place lists of municipal open data on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli import out
from app.places.rules import read_places


@click.group()
def places() -> None:
    """Place lists of municipal open data."""


@places.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def check(file: str, as_json: bool) -> None:
    """Tell which list it is, and list every problem with file, row and column."""
    found = read_places(out.file_bytes(file), Path(file).name)
    if as_json:
        problems = [problem.json() for problem in found.problems]
        out.document({"kind": found.kind, "places": found.places, "problems": problems})
        return
    click.echo(f"{found.kind}　{found.places}件")
    out.problems(found.problems)
