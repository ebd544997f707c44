"""Real servers for every test that asks, a clean database each time, no network beyond this machine.

``make test`` starts one PostgreSQL and one Valkey for all test processes; plain ``pytest`` starts its own.
Each test process has its own database, cloned from a migrated template, and its own Valkey database.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

from app.db import Sessions, make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.setup.servers import postgres_server, valkey_server

MUST_RUN = os.environ.get("KAIRAN_MUST_RUN") == "1"
NEVER_SKIPPED_THERE = ("real_data", "browser", "setup", "chaos")
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
LOOPBACK = ("127.", "::1", "localhost", "::ffff:127.")
MIGRATED = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = :name"


def _stay_at_home(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook (docs.python.org, "Audit events table"): connecting elsewhere is an error of the test."""
    if event == "socket.connect" and isinstance(arguments[1], tuple):
        host = str(arguments[1][0])
        if not host.startswith(LOOPBACK):
            raise PermissionError(f"tests stay on this machine, but something connects to {host}")


sys.addaudithook(_stay_at_home)


def pytest_runtest_setup(item: pytest.Item) -> None:
    if item.get_closest_marker("browser") and CHROMIUM is None:
        pytest.skip("Chromium is missing: apt install chromium")
    if item.get_closest_marker("real_data") and not os.environ.get("KAIRAN_REAL_DATA"):
        pytest.skip("real data are missing: KAIRAN_REAL_DATA=/folder/of/real/data make test")


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    """Where everything must run, a test that did not run has failed."""
    report = yield
    if MUST_RUN and report.skipped and any(map(item.get_closest_marker, NEVER_SKIPPED_THERE)):
        report.outcome = "failed"
        report.longrepr = f"did not run, but must here: {report.longrepr}"
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Names every test that did not run, with what would make it run."""
    skipped = terminalreporter.stats.get("skipped", [])
    if skipped:
        terminalreporter.section("not run")
    for report in skipped:
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
        terminalreporter.line(f"NOT RUN {report.nodeid}: {reason.removeprefix('Skipped: ')}")


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of the system's Chromium; mark the test ``browser``."""
    return CHROMIUM or pytest.skip("Chromium is missing: apt install chromium")


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
            template = _template(url)
            if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": template}):
                connection.execute(text(f"CREATE DATABASE {template}_half"))
                migrations.upgrade(_named(url, f"{template}_half"))
                connection.execute(text(MIGRATED), {"name": f"{template}_half"})
                connection.execute(text(f"ALTER DATABASE {template}_half RENAME TO {template}"))
            connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
            connection.execute(text("SELECT pg_advisory_unlock(20)"))
        yield _named(url, name)
        with door.connect() as connection:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
        door.dispose()


def _template(url: str) -> str:
    steps = sorted(Path(migrations.__file__).parent.rglob("*.py"))
    return "kairan_template_" + hashlib.sha256(b"".join(s.read_bytes() for s in steps)).hexdigest()[:12]


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
