"""``kairan menu draw|publish``: the rich menus of the town pack."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import click

from app import parts
from app.cli import out
from app.line.richmenu import RichMenus
from app.menus import actions, rules, saying
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
    for ready in saying.make_ready(menus):
        target = Path(folder) / f"{ready.alias}.png"
        target.write_bytes(ready.picture)
        click.echo(f"{target} {len(ready.picture):,} bytes")


@menu.command()
def publish() -> None:
    """Publish the loaded town's menus; running it again changes nothing, or goes on where LINE's hour ended."""
    with closing(parts.build()) as made_of:
        key = f"publish-{made_of.clock.now():%Y%m%d%H%M%S}"
        done = actions.publish(_api(made_of), _loaded(made_of), key=key)
    click.echo(f"created {len(done.created)}, kept {len(done.kept)}, deleted {done.deleted}")
    if done.left:
        click.echo(
            f"{done.left} menus left to do: LINE allows {actions.AN_HOUR} an hour, or is still moving people; "
            "run this again in an hour",
            err=True,
        )


@menu.command()
@click.argument("state", type=click.Choice(["on", "off"]))
def disaster(state: str) -> None:
    """Show everybody the menu of a disaster, or the usual menus again."""
    with closing(parts.build()) as made_of:
        now = made_of.clock.now()
        with made_of.sessions.begin() as session:
            actions.note_disaster(session, on=state == "on", now=now)
        key = f"disaster-{state}-{now:%Y%m%d%H%M%S}"
        moved = actions.disaster(_api(made_of), _loaded(made_of), on=state == "on", key=key)
    click.echo(f"the menu of a disaster is {state}; {moved} menus moved")


def _loaded(made_of: parts.Parts) -> tuple[saying.Ready, ...]:
    with made_of.sessions() as session:
        files = town_queries.stored(session)
    menus, problems = rules.read_menus(files)
    if problems:
        out.problems(problems)
        raise click.ClickException("the menus have problems; nothing was changed at LINE")
    return saying.make_ready(menus)


def _api(made_of: parts.Parts) -> RichMenus:
    settings = made_of.settings
    token = settings.line_channel_access_token.get_secret_value()
    return RichMenus(settings.line_api_base_url, settings.line_data_base_url, token)
