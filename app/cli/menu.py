"""``kairan menu draw|publish``: the rich menus of the town pack."""

from __future__ import annotations

from pathlib import Path

import click

from app import parts
from app.cli import out
from app.line.richmenu import RichMenus
from app.menus import actions, rules
from app.town import actions as town_actions
from app.town import queries as town_queries


@click.group()
def menu() -> None:
    """Rich menus."""


@menu.command()
@click.argument("pack")
@click.argument("folder")
def draw(pack: str, folder: str) -> None:
    """Draw the menus of a pack's folder as PNG files, to look at before publishing."""
    menus, problems = rules.read_menus(town_actions.folder_files(Path(pack)))
    out.problems(problems)
    Path(folder).mkdir(parents=True, exist_ok=True)
    for ready in rules.make_ready(menus):
        target = Path(folder) / f"{ready.alias}.png"
        target.write_bytes(ready.picture)
        click.echo(f"{target} {len(ready.picture):,} bytes")


@menu.command()
def publish() -> None:
    """Publish the loaded town's menus; running it again changes nothing."""
    made_of = parts.build()
    with made_of.sessions() as session:
        files = town_queries.stored(session)
    menus, problems = rules.read_menus(files)
    if problems:
        out.problems(problems)
        raise click.ClickException("the menus have problems and were not published")
    settings = made_of.settings
    token = settings.line_channel_access_token.get_secret_value()
    api = RichMenus(settings.line_api_base_url, settings.line_data_base_url, token)
    done = actions.publish(api, rules.make_ready(menus))
    click.echo(f"created {len(done.created)}, kept {len(done.kept)}, deleted {done.deleted}")
    made_of.close()
