"""``kairan seed`` and ``kairan staff`` as somebody at a terminal uses them."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from app.cli.main import kairan
from app.cli.seed import ACCOUNTS
from app.db import Sessions
from app.staff import actions
from app.staff.models import Staff
from app.staff.rules import ROLES
from tests.builders import NOON


class Ear(ThreadingHTTPServer):
    """A LINE that only hears who the invented residents are."""

    def __init__(self) -> None:
        heard = self.heard = list[str]()

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                heard.extend(json.loads(body)["users"])
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Tests keep quiet."""

        super().__init__(("127.0.0.1", 0), Handler)


@pytest.fixture
def ear() -> Iterator[Ear]:
    with Ear() as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def environment(database_url: str, redis_url: str, db: Sessions) -> dict[str, str]:
    return {
        "ENVIRONMENT": "demo",
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "SECRET_KEY": "0123456789abcdef",
        "LINE_CHANNEL_SECRET": "secret",
        "LINE_CHANNEL_ACCESS_TOKEN": "token",
        "LINE_API_BASE_URL": "http://127.0.0.1:8001",
    }


def run(environment: dict[str, str], *words: str, status: int = 0) -> str:
    answer = CliRunner().invoke(kairan, words, env=environment)
    assert answer.exit_code == status, answer.output
    return answer.output


def test_the_printed_accounts_open_the_console(environment: dict[str, str], db: Sessions) -> None:
    said = run(environment, "seed")
    for account, password in ACCOUNTS:
        assert f"{account.login} " in said
        assert password in said
        with db.begin() as session:
            assert actions.sign_in(session, account.login, password, now=NOON)


def test_the_accounts_cover_every_role_and_two_people_can_work_together(environment: dict[str, str]) -> None:
    roles = [set(account.roles) for account, _ in ACCOUNTS]
    assert set().union(*roles) == set(ROLES)
    assert any("author" in held and "approver" not in held for held in roles)
    assert any("approver" in held for held in roles)


def test_seeding_again_changes_nothing(environment: dict[str, str], db: Sessions, ear: Ear) -> None:
    environment["LINE_API_BASE_URL"] = f"http://127.0.0.1:{ear.server_port}"
    first = run(environment, "seed", "--people", "50")
    with db() as session:
        before = session.scalars(select(Staff.password_hash).order_by(Staff.id)).all()
    assert "50 (50 new)" in first
    assert "50 (0 new)" in run(environment, "seed", "--people", "50")
    assert len(ear.heard) == 2 * 50 and len(set(ear.heard)) == 50, "told to LINE, each time the same"
    with db() as session:
        assert session.scalars(select(Staff.password_hash).order_by(Staff.id)).all() == before


def test_production_gets_no_known_passwords(environment: dict[str, str], db: Sessions) -> None:
    production = environment | {
        "ENVIRONMENT": "production",
        "PUBLIC_BASE_URL": "https://line.town.example",
        "LINE_API_BASE_URL": "https://api.line.me",
    }
    assert "kairan staff add" in run(production, "seed", status=1)
    with db() as session:
        assert session.scalars(select(Staff)).all() == []


def test_an_account_is_added_with_a_password_of_its_own_and_retired(
    environment: dict[str, str], db: Sessions
) -> None:
    words = ("staff", "add", "yamada", "--name", "山田", "--section", "news", "--role", "author")
    login, password = run(environment, *words).split()
    with db.begin() as session:
        assert actions.sign_in(session, login, password, now=NOON)
    assert "もう使われています" in run(environment, *words, status=1)
    assert "yamada" in run(environment, "staff", "list")
    run(environment, "staff", "retire", "yamada")
    with db.begin() as session:
        assert actions.sign_in(session, login, password, now=NOON) is None
