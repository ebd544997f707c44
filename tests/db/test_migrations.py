"""The steps of the schema build exactly what the models say, and each can be taken back."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from alembic import command
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.engine import make_url

from app.db import make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.notices import actions as notice_actions
from app.notices.models import Notice
from tests import builders as given


def test_the_steps_build_what_the_models_say(database_url: str) -> None:
    command.check(migrations.config(database_url))


@contextmanager
def reading(engine: Engine, table: str, seconds: float) -> Iterator[list[float]]:
    """Somebody reads this table in one long transaction, and meanwhile others want to, who come after the step: how long
    each of them waits."""
    reader, waited = engine.connect(), list[float]()
    reader.execute(text(f"SELECT FROM {table} LIMIT 1"))
    over = threading.Timer(seconds, reader.close)
    over.start()
    others = threading.Thread(target=_come_by, args=(engine, table, over, waited))
    others.start()
    yield waited
    assert not over.is_alive(), "a step did not need the lock"
    over.join()
    others.join()


def _come_by(engine: Engine, table: str, over: threading.Timer, waited: list[float]) -> None:
    while over.is_alive():
        began = time.monotonic()
        with engine.connect() as connection:
            connection.execute(text(f"SELECT FROM {table} LIMIT 1"))
        waited.append(time.monotonic() - began)
        time.sleep(0.05)


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
            with reading(engine, "pushes", 2.0) as waited:
                migrations.upgrade(url)
            assert 0.2 < max(waited) < 1.5, (
                "behind a step that waits, everybody does, and half a second is the most"
            )
            command.check(migrations.config(url))
            with make_sessions(engine)() as session:
                restored = select(Notice.restored_at).where(Notice.pause_reason == "restored")
                assert session.scalars(restored).one() is not None, "nobody has said that it was not sent"
                session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
                session.commit()
            migrations.upgrade(url)
            with engine.connect() as program:
                assert program.scalar(text("SELECT version_num FROM alembic_version")) == "9999", (
                    "of a newer release"
                )
            engine.dispose()
        finally:
            connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    door.dispose()
