"""The command line ``kairan``. A group's module is imported only when it is called, so help is quick."""

from __future__ import annotations

import importlib
import sys

import click

from app.errors import KairanError

GROUPS = {
    "garbage": ("app.cli.garbage", "garbage calendars and sorting dictionaries (5374 format)"),
    "events": ("app.cli.events", "event lists of municipal open data"),
    "places": ("app.cli.places", "place lists of municipal open data"),
    "text": ("app.cli.text", "standard text: check and read back"),
    "town": ("app.cli.town", "load the town pack"),
    "menu": ("app.cli.menu", "draw and publish rich menus"),
    "staff": ("app.cli.staff", "accounts of the console"),
    "seed": ("app.cli.seed", "demo accounts, the sample town, invented residents"),
    "restore": ("app.cli.restore", "after a restored backup: why sending is held, and go on"),
    "doctor": ("app.cli.doctor", "explain every setting and say what is missing"),
}
"""Name to (module, one line of help); the module's command has the group's name."""


class Lazy(click.Group):
    """Finds a group in the table and imports it on use."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(GROUPS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in GROUPS:
            return None
        module = importlib.import_module(GROUPS[cmd_name][0])
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, line) for name, (_, line) in GROUPS.items()])


@click.group(cls=Lazy)
def kairan() -> None:
    """A municipal LINE official account."""


def main() -> None:
    """Exit 2 with one clear line when an input cannot be read at all."""
    try:
        kairan.main(standalone_mode=True)
    except KairanError as error:
        click.echo(error.sentence, err=True)
        sys.exit(2)


if __name__ == "__main__":
    main()
