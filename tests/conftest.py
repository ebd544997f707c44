"""Real servers for every test that asks, a clean database each time, no network beyond this machine.

``make test`` starts one PostgreSQL and one Valkey for all test processes; plain ``pytest`` starts its own.
Each test process has its own database, cloned from a migrated template, and its own Valkey database.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from redis import Redis
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import Sessions, make_engine, make_sessions
from app.setup.servers import postgres_server, valkey_server
from tests.databases import cloned, emptying

pytest_plugins = ["tests.not_run", "tests.scheduling"]
LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")


def _stay_at_home(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook (docs.python.org, "Audit events table"): connecting elsewhere is an error of the test."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(LOOPBACK):
            raise PermissionError(f"tests stay on this machine, but something connects to {host}")


sys.addaudithook(_stay_at_home)


@pytest.fixture(scope="session")
def process_number() -> int:
    """0, 1, …: which of the test processes this is."""
    return int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A PostgreSQL in which databases may be made."""
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        yield url


@pytest.fixture(scope="session")
def database_url(postgres_url: str, process_number: int) -> Iterator[str]:
    """This test process's own database, migrated. Take ``db`` when rows are written."""
    with cloned(postgres_url, f"kairan_test_{process_number}_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="session")
def _sessions(database_url: str) -> Iterator[Sessions]:
    engine = make_engine(database_url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def _emptying(_sessions: Sessions) -> str:
    """Empties what the migrations left empty."""
    return emptying(_sessions)


@pytest.fixture
def db(_sessions: Sessions, _emptying: str) -> Sessions:
    """The session factory on an empty, migrated database: ``with db.begin() as session``. Commits are real."""
    try:
        with _sessions.begin() as session:
            session.execute(text(_emptying))
    except OperationalError as error:
        raise AssertionError("an earlier test left a transaction open in this database") from error
    return _sessions


@pytest.fixture(scope="session")
def redis_url(tmp_path_factory: pytest.TempPathFactory, process_number: int) -> Iterator[str]:
    """This test process's own Valkey database. Take ``redis`` for an empty one."""
    with valkey_server(tmp_path_factory.mktemp("valkey")) as url:
        yield f"{url.partition('?')[0]}?db={process_number + 1}"


@pytest.fixture
def redis(redis_url: str) -> Iterator[Redis]:
    """A client on an empty Valkey database."""
    with Redis.from_url(redis_url) as client:
        client.flushdb()
        yield client
