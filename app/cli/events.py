"""``kairan events check``: an event list on the command line."""

from __future__ import annotations

from pathlib import Path

import click

from app.cli import out
from app.events.rules import read_events
from content.standard import render


@click.group()
def events() -> None:
    """Event lists of municipal open data."""


@events.command()
@click.argument("file")
@click.option("--json", "as_json", is_flag=True, help="print one JSON document")
def check(file: str, as_json: bool) -> None:
    """Read a list, name every problem with row and column, and show each event as standard text."""
    found = read_events(out.file_bytes(file), Path(file).name)
    texts = [render(event.notice) for event in found.events]
    if as_json:
        notices = [
            {"text": text, "fields": dict(event.notice.fields)}
            for text, event in zip(texts, found.events, strict=True)
        ]
        problems = [problem.json() for problem in found.problems]
        out.document({"events": len(found.events), "problems": problems, "notices": notices})
        return
    for text in texts:
        click.echo(text + "\n")
    click.echo(f"イベント {len(texts)}　問題 {len(found.problems)}")
    out.problems(found.problems)
