"""``kairan seed``: the sample town, accounts to try the console with, and invented residents. Never in production."""

from __future__ import annotations

import time
from contextlib import closing
from datetime import datetime
from http.client import HTTPConnection
from urllib.parse import urlsplit

import click
import orjson
from sqlalchemy.orm import Session

from app import parts
from app.audit import SYSTEM
from app.cli import population
from app.staff import actions, queries
from app.town import actions as town_actions
from app.town.queries import TownCache

ACCOUNTS = (
    (actions.Account("sakusei", "佐藤 みなと", "events", ("author",)), "hanami-no-yoru-26"),
    (actions.Account("shonin", "鈴木 しおり", "news", ("approver", "author")), "asagao-no-mado-26"),
    (actions.Account("madoguchi", "高橋 なぎさ", "childcare", ("counter", "viewer")), "donguri-no-michi-26"),
    (actions.Account("kanri", "田中 いさな", "general", ("admin",)), "yukidoke-no-kawa-26"),
)
"""For demonstration and drills only; printed, so that whoever starts the demo can sign in."""


CROWD = 10_000
"""Invented residents announced to the pretend LINE at once."""


@click.command()
@click.option("--people", default=0, show_default=True, help="how many invented residents there shall be")
def seed(people: int) -> None:
    """Load the town pack and make demo accounts. Running it again changes nothing."""
    with closing(parts.build()) as made_of:
        _seed(made_of, people)
    _print_accounts()


def _seed(made_of: parts.Parts, people: int) -> None:
    if made_of.settings.environment == "production":
        raise click.ClickException(
            "seed makes accounts with known passwords and is refused in production; "
            "use: kairan staff add LOGIN --name NAME --section SECTION --role author"
        )
    now = made_of.clock.now()
    with made_of.sessions.begin() as session:
        _load_town(session, made_of, now)
    with made_of.sessions.begin() as session:
        for account, password in ACCOUNTS:
            if queries.by_login(session, account.login) is None:
                actions.add(session, account, password=password, by=SYSTEM, now=now)
    if people:
        _fill_up(made_of, people, now)
        _announce(made_of, people)


def _load_town(session: Session, made_of: parts.Parts, now: datetime) -> None:
    town_actions.load(session, made_of.settings.town_dir, now=now)


def _fill_up(made_of: parts.Parts, people: int, now: datetime) -> None:
    town = TownCache(made_of.sessions).town()
    districts = [(ward, each.code) for ward in town.wards for each in town.districts(ward)]
    setting = population.Setting(districts, [topic.id for topic in town.topics], now)
    with made_of.sessions.begin() as session:
        added = population.fill_up(session, people, setting)
    click.echo(f"Invented residents: {people:,} ({added:,} new)")


def _announce(made_of: parts.Parts, people: int) -> None:
    """Tell the pretend LINE who the invented residents are; it refuses to reach people it does not know."""
    address = urlsplit(made_of.settings.line_api_base_url)
    for first in range(0, people, CROWD):
        users = [population.user_id(number) for number in range(first, min(first + CROWD, people))]
        body = orjson.dumps({"users": users})
        _post(address.hostname or "", address.port or 80, body)


def _post(host: str, port: int, body: bytes) -> None:
    """The sandbox may still be starting: try for ten seconds, then go on without it."""
    for _ in range(20):
        connection = HTTPConnection(host, port, timeout=30)
        try:
            connection.request("POST", "/sandbox/crowd", body, {"Content-Type": "application/json"})
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.5)
        finally:
            connection.close()
    click.echo("The pretend LINE did not answer; invented residents will not be reached.", err=True)


def _print_accounts() -> None:
    click.echo("Accounts of the console (sign-in name, password, roles):")
    for account, password in ACCOUNTS:
        click.echo(f"  {account.login:<10} {password:<20} {', '.join(account.roles)}")
