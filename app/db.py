"""PostgreSQL: the only truth and the only SQL dialect. Constraints keep the promises, names say which."""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable, Sequence
from typing import Any

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format
from sqlalchemy import ColumnElement, Engine, MetaData, create_engine, literal, text
from sqlalchemy.orm import DeclarativeBase, Session, sessionmaker
from sqlalchemy.types import UserDefinedType

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


def make_engine(url: str, *, idle_seconds: int = 0, **options: Any) -> Engine:
    """An engine whose statements end after 30 s, so that nobody waits for ever on a lock.

    ``idle_seconds``: after so long without a statement inside a transaction the server ends it (0: never), so that a
    process that stands still, as on a machine that is being moved, does not keep its locks from whoever takes over.
    """
    limits = f"-c statement_timeout=30000 -c idle_in_transaction_session_timeout={1000 * idle_seconds}"
    return create_engine(
        url,
        pool_pre_ping=True,
        connect_args={"options": f"{limits} -c timezone=UTC", "connect_timeout": 5},
        **options,
    )


def make_sessions(engine: Engine) -> Sessions:
    return sessionmaker(engine, expire_on_commit=False)


def take_time(session: Session) -> None:
    """Let this transaction stand for up to a minute between two statements: it reckons, on a busy machine for longer
    than a sender may stand still."""
    session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '60s'"))


class _Numbers:
    """PostgreSQL's own bytes for an ``integer[]``: the driver takes forty times as long for a list."""

    def __init__(self, numbers: Sequence[int]) -> None:
        cells = array("i", [4]) * (2 * len(numbers))
        cells[1::2] = array("i", numbers)
        cells.byteswap()
        has_any = 1 if numbers else 0
        head = struct.pack(">iii", has_any, 0, _INT4) + struct.pack(">ii", len(numbers), 1) * has_any
        self.packed = head + cells.tobytes()


_INT4, _INT4_ARRAY = 23, 1007
"""``pg_type.oid`` of ``integer`` and ``integer[]``; fixed for ever."""


class _NumbersDumper(Dumper):
    format = Format.BINARY
    oid = _INT4_ARRAY

    def dump(self, obj: _Numbers) -> bytes:
        return obj.packed


psycopg.adapters.register_dumper(_Numbers, _NumbersDumper)


class Array:
    """PostgreSQL's own bytes for an array of anything; the statement's cast says of which type it is."""

    def __init__(self, element: int, cells: Sequence[bytes]) -> None:
        length = struct.Struct(">i").pack
        head = (
            struct.pack(">5i", 1, 0, element, len(cells), 1) if cells else struct.pack(">3i", 0, 0, element)
        )
        self.packed = head + b"".join([part for cell in cells for part in (length(len(cell)), cell)])


_BYTEA, _INT8, _TEXT = 17, 20, 25


def byte_strings(values: Iterable[bytes]) -> Array:
    return Array(_BYTEA, list(values))


def texts(values: Iterable[str]) -> Array:
    return Array(_TEXT, [value.encode() for value in values])


def big_numbers(values: Iterable[int]) -> Array:
    return Array(_INT8, [value.to_bytes(8, "big", signed=True) for value in values])


class _ArrayDumper(Dumper):
    format = Format.BINARY

    def dump(self, obj: Array) -> bytes:
        return obj.packed


psycopg.adapters.register_dumper(Array, _ArrayDumper)


class _NumbersType(UserDefinedType[_Numbers]):
    cache_ok = True

    def get_col_spec(self, **_: Any) -> str:
        return "INTEGER[]"


def numbers(values: Sequence[int]) -> ColumnElement[_Numbers]:
    """Any number of whole numbers as one parameter."""
    return literal(_Numbers(values), _NumbersType())
