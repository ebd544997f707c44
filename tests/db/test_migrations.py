"""The steps of the schema build exactly what the models say, and each can be taken back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, text
from sqlalchemy.engine import make_url

from app.migrations import __main__ as migrations


def test_the_steps_build_what_the_models_say(database_url: str) -> None:
    command.check(migrations.config(database_url))


def test_the_newest_step_can_be_taken_back_and_taken_again(database_url: str) -> None:
    door = create_engine(make_url(database_url), isolation_level="AUTOCOMMIT")
    name = f"{make_url(database_url).database}_steps"
    with door.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(database_url).set(database=name).render_as_string(hide_password=False)
        try:
            migrations.upgrade(url)
            command.downgrade(migrations.config(url), "-1")
            migrations.upgrade(url)
            command.check(migrations.config(url))
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    door.dispose()
