"""``kairan staff``: open and close accounts of the console. There is no default account anywhere."""

from __future__ import annotations

import secrets
from contextlib import closing

import click

from app import parts
from app.audit import SYSTEM
from app.errors import KairanError
from app.staff import actions, queries, rules

PASSWORD_BYTES = 12
"""16 characters: 96 random bits."""


@click.group()
def staff() -> None:
    """Accounts of the staff console."""


@staff.command()
@click.argument("login")
@click.option("--name", required=True, help="the person's name, as colleagues know it")
@click.option("--section", required=True, help="the section's id in the town pack")
@click.option("--role", "roles", multiple=True, required=True, type=click.Choice(list(rules.ROLES)))
def add(login: str, name: str, section: str, roles: tuple[str, ...]) -> None:
    """Open an account and print its first password once."""
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    account = actions.Account(login, name, section, roles)
    try:
        with closing(parts.build()) as made_of, made_of.sessions.begin() as session:
            actions.add(session, account, password=password, by=SYSTEM, now=made_of.clock.now())
    except KairanError as error:
        raise click.ClickException(error.sentence) from None
    click.echo(f"{login}  {password}")


@staff.command()
@click.argument("login")
def retire(login: str) -> None:
    """Close an account; it is signed out everywhere at once."""
    with closing(parts.build()) as made_of, made_of.sessions.begin() as session:
        found = queries.by_login(session, login)
        if found is None:
            raise click.ClickException(f"there is no account {login}")
        actions.retire(session, found, by=SYSTEM, now=made_of.clock.now())


@staff.command("list")
def list_all() -> None:
    """Open accounts with their roles."""
    with closing(parts.build()) as made_of, made_of.sessions() as session:
        for each in queries.everybody(session):
            click.echo(f"{each.login}\t{each.name}\t{each.section}\t{','.join(each.roles)}")
