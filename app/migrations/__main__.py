"""``python -m app.migrations [upgrade|check]``: bring DATABASE_URL's schema to the newest step.

A step waits half a second at most for a table's lock and is then tried again: behind a step that waits, everybody waits, and a
webhook must be answered within two seconds. A schema that is newer than this program is left as it is: after a roll back
the older program lives with it (docs/production.md, "Updates").
"""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from psycopg.errors import DeadlockDetected, LockNotAvailable
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import NullPool

from app import logs

_log = logs.get("migrations")
TRIES, PAUSE = 60, 1.0
"""How often a step that finds its table locked is tried, and the seconds between."""


def config(url: str) -> Config:
    """Alembic's configuration without an ini file: the folder and the database."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return settings


def upgrade(url: str) -> None:
    steps = ScriptDirectory.from_config(config(url))
    head, found = steps.get_current_head() or "", _step(url)
    if found > head and found not in {each.revision for each in steps.walk_revisions()}:
        _log.warning("schema_is_newer", schema=found, program=head)
        return
    tries = 1
    while not _try(url, is_last=tries >= TRIES):
        _log.warning("table_is_in_use", tries=tries)
        time.sleep(PAUSE)
        tries += 1


def _try(url: str, *, is_last: bool) -> bool:
    """False when somebody holds a table's lock."""
    try:
        command.upgrade(config(url), "head")
    except OperationalError as error:
        if is_last or not isinstance(error.orig, LockNotAvailable | DeadlockDetected):
            raise
        return False
    return True


def _step(url: str) -> str:
    """Where the schema stands; empty for an empty database."""
    with create_engine(url, poolclass=NullPool).connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.scalar(text("SELECT max(version_num) FROM alembic_version")) or ""


def main() -> None:
    url = os.environ["DATABASE_URL"]
    act = sys.argv[1] if len(sys.argv) > 1 else "upgrade"
    logs.configure()
    if act == "upgrade":
        upgrade(url)
    elif act == "check":
        command.check(config(url))
    else:
        sys.exit(f"unknown act {act!r}: upgrade or check")


if __name__ == "__main__":
    main()
