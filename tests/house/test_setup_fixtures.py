"""The fixtures everybody stands on: real servers, emptied between tests, nothing beyond this machine."""

from __future__ import annotations

import socket

import pytest
from redis import Redis
from sqlalchemy import text

from app.db import Sessions


@pytest.mark.parametrize("time", [1, 2])
def test_rows_that_were_committed_are_gone_in_the_next_test(db: Sessions, time: int) -> None:
    with db.begin() as session:
        assert session.scalar(text("SELECT count(*) FROM heartbeats")) == 0
        session.execute(text("INSERT INTO heartbeats (process, at) VALUES ('x', now())"))


def test_emptying_keeps_what_the_migrations_wrote(db: Sessions) -> None:
    with db() as session:
        assert session.scalar(text("SELECT count(*) FROM alembic_version")) == 1


@pytest.mark.parametrize("time", [1, 2])
def test_valkey_is_empty_at_the_start_of_a_test(redis: Redis, time: int) -> None:
    assert redis.dbsize() == 0
    redis.set("x", "1")


def test_valkey_evicts_nothing_and_keeps_its_log(redis: Redis) -> None:
    found = redis.config_get("maxmemory-policy", "appendfsync", "appendonly")
    assert found == {"maxmemory-policy": "noeviction", "appendfsync": "everysec", "appendonly": "yes"}


def test_connecting_beyond_this_machine_is_refused() -> None:
    with socket.socket() as line, pytest.raises(PermissionError, match="tests stay on this machine"):
        line.connect(("192.0.2.1", 80))
