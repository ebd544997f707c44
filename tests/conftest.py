"""Real servers for every test that asks, a clean database each time, no network beyond this machine.

``make test`` starts one PostgreSQL and one Valkey for all test processes; plain ``pytest`` starts its own.
Each test process has its own database, cloned from a migrated template, and its own Valkey database.
"""

from __future__ import annotations

import hashlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from app.db import Sessions, make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.setup.servers import postgres_server, valkey_server

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
def database_url(tmp_path_factory: pytest.TempPathFactory, process_number: int) -> Iterator[str]:
    """This test process's own database, migrated. Take ``db`` when rows are written."""
    name = f"kairan_test_{process_number}_{os.getpid()}"
    with postgres_server(tmp_path_factory.mktemp("postgres")) as url:
        door = create_engine(make_url(url), isolation_level="AUTOCOMMIT")
        with door.connect() as connection:
            connection.execute(text("SELECT pg_advisory_lock(20)"))  # one process makes the template
            template = _template(connection, url)
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
            connection.execute(text("SELECT pg_advisory_unlock(20)"))
        yield _named(url, name)
        with door.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        door.dispose()


def _template(connection: Connection, url: str) -> str:
    """The name of a migrated database that nobody is connected to; made once per version of the migrations."""
    steps = sorted(Path(migrations.__file__).parent.rglob("*.py"))
    name = "kairan_template_" + hashlib.sha256(b"".join(s.read_bytes() for s in steps)).hexdigest()[:12]
    if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}):
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}_half WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}_half"))
        migrations.upgrade(_named(url, f"{name}_half"))
        gone = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :n"
        connection.execute(text(gone), {"n": f"{name}_half"})
        connection.execute(text(f"ALTER DATABASE {name}_half RENAME TO {name}"))
    return name


def _named(url: str, database: str) -> str:
    return make_url(url).set(database=database).render_as_string(hide_password=False)


@pytest.fixture(scope="session")
def _sessions(database_url: str) -> Iterator[Sessions]:
    engine = make_engine(database_url)
    yield make_sessions(engine)
    engine.dispose()


@pytest.fixture(scope="session")
def _emptying(_sessions: Sessions) -> str:
    """One statement that empties all tables the migrations left empty; triggers and foreign keys look away."""
    with _sessions() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        empty = [t for t in tables if not session.scalar(text(f'SELECT 1 FROM "{t}" LIMIT 1'))]
    return "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '2s';" + "".join(
        f'DELETE FROM "{table}";' for table in empty
    )


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
