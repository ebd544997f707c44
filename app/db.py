"""PostgreSQL: the only truth and the only SQL dialect. Constraints keep the promises, names say which."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Engine, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker

Sessions = sessionmaker[Session]

_NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Every table's parent. Instants are ``timestamptz``."""

    metadata = MetaData(naming_convention=_NAMES)


def make_engine(url: str, **options: Any) -> Engine:
    """An engine whose statements end after 30 s, so that nobody waits for ever on a lock."""
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": "-c statement_timeout=30000 -c timezone=UTC", "connect_timeout": 5},
        **options,
    )


def make_sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)
