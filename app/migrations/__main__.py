"""``python -m app.migrations [upgrade|check]``: bring DATABASE_URL's schema to the newest step."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from alembic import command
from alembic.config import Config


def config(url: str) -> Config:
    """Alembic's configuration without an ini file: the folder and the database."""
    settings = Config()
    settings.set_main_option("script_location", str(Path(__file__).parent))
    settings.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    settings.set_main_option("sqlalchemy.url", url.replace("%", "%%"))
    return settings


def upgrade(url: str) -> None:
    command.upgrade(config(url), "head")


def main() -> None:
    url = os.environ["DATABASE_URL"]
    act = sys.argv[1] if len(sys.argv) > 1 else "upgrade"
    if act == "upgrade":
        upgrade(url)
    elif act == "check":
        command.check(config(url))
    else:
        sys.exit(f"unknown act {act!r}: upgrade or check")


if __name__ == "__main__":
    main()
