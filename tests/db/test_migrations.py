"""The steps of the schema build exactly what the models say, and each can be taken back."""

from __future__ import annotations

from alembic import command
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from app.db import make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.notices import actions as notice_actions
from app.notices.models import Notice
from tests import builders as given


def test_the_steps_build_what_the_models_say(database_url: str) -> None:
    command.check(migrations.config(database_url))


def test_the_newest_steps_can_be_taken_back_and_taken_again(database_url: str) -> None:
    door = create_engine(make_url(database_url), isolation_level="AUTOCOMMIT")
    name = f"{make_url(database_url).database}_steps"
    with door.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        url = make_url(database_url).set(database=name).render_as_string(hide_password=False)
        try:
            migrations.upgrade(url)
            engine = make_engine(url)
            with make_sessions(engine).begin() as session:
                held = given.scheduled(session, people=1)
                notice_actions.move(session, held, "hold", by="system", now=given.NOON)
                held.pause_reason = "restored"
            command.downgrade(migrations.config(url), "0031")
            migrations.upgrade(url)
            command.check(migrations.config(url))
            with make_sessions(engine)() as session:
                restored = select(Notice.restored_at).where(Notice.pause_reason == "restored")
                assert session.scalars(restored).one() is not None, "nobody has said that it was not sent"
            engine.dispose()
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    door.dispose()
