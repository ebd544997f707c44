"""Migrated databases for tests: cloned from a template that is made once per version of the migrations."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, create_engine, text
from sqlalchemy.engine import make_url

from app.db import Sessions
from app.migrations import __main__ as migrations


@contextlib.contextmanager
def cloned(server: str, name: str) -> Iterator[str]:
    """An own, migrated database on this server while the block runs; its address."""
    door = create_engine(make_url(server), isolation_level="AUTOCOMMIT")
    with door.connect() as connection:
        connection.execute(text("SELECT pg_advisory_lock(20)"))  # one process makes the template
        template = _template(connection, server)
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {template}"))
        connection.execute(text("SELECT pg_advisory_unlock(20)"))
    yield _named(server, name)
    with door.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    door.dispose()


def _template(connection: Connection, server: str) -> str:
    """The name of a migrated database that nobody is connected to."""
    steps = sorted(Path(migrations.__file__).parent.rglob("*.py"))
    name = "kairan_template_" + hashlib.sha256(b"".join(s.read_bytes() for s in steps)).hexdigest()[:12]
    if not connection.scalar(text("SELECT 1 FROM pg_database WHERE datname = :n"), {"n": name}):
        connection.execute(text(f"DROP DATABASE IF EXISTS {name}_half WITH (FORCE)"))
        connection.execute(text(f"CREATE DATABASE {name}_half"))
        migrations.upgrade(_named(server, f"{name}_half"))
        gone = "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = :n"
        connection.execute(text(gone), {"n": f"{name}_half"})
        connection.execute(text(f"ALTER DATABASE {name}_half RENAME TO {name}"))
    return name


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)


def emptying(sessions: Sessions) -> str:
    """One statement that empties all tables that are empty now; triggers and foreign keys look away."""
    with sessions() as session:
        tables = session.scalars(text("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")).all()
        empty = [t for t in tables if not session.scalar(text(f'SELECT 1 FROM "{t}" LIMIT 1'))]
    return "SET LOCAL session_replication_role = replica; SET LOCAL lock_timeout = '2s';" + "".join(
        f'DELETE FROM "{table}";' for table in empty
    )
