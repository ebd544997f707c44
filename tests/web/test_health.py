"""What machines ask: ready or not, and numbers for those who may read them."""

from __future__ import annotations

import pytest
from flask import Flask
from pydantic import SecretStr

from app import parts
from app.db import make_engine, make_sessions
from app.web import create_app

AWAY = "postgresql+psycopg://kairan@/kairan?host=/nowhere"


def _with(made_of: parts.Parts, **changes: object) -> parts.Parts:
    return parts.Parts(**{name: getattr(made_of, name) for name in made_of.__slots__} | changes)


def test_ready(app: Flask) -> None:
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (200, {"status": "ready"})


def test_without_the_database_it_is_not_ready_and_says_no_more(made_of: parts.Parts) -> None:
    app = create_app(_with(made_of, sessions=make_sessions(make_engine(AWAY))))
    answer = app.test_client().get("/healthz")
    assert (answer.status_code, answer.json) == (503, {"status": "unavailable"})


def test_the_numbers_are_for_this_machine(app: Flask) -> None:
    answer = app.test_client().get("/metrics")
    assert answer.status_code == 200
    assert 'kairan_notices{state="draft"} 0.0' in answer.text
    assert "kairan_inbox_waiting 0.0" in answer.text


@pytest.mark.parametrize(
    ("address", "headers"),
    [
        ("203.0.113.9", {}),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.9"}),
        ("127.0.0.1", {"Forwarded": "for=203.0.113.9"}),
        ("203.0.113.9", {"Authorization": "Bearer "}),
        ("203.0.113.9", {"Authorization": "Bearer guessed"}),
    ],
)
def test_to_others_there_are_no_numbers(app: Flask, address: str, headers: dict[str, str]) -> None:
    answer = app.test_client().get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": address})
    assert answer.status_code == 404


def test_a_token_opens_the_numbers(made_of: parts.Parts) -> None:
    settings = made_of.settings.model_copy(update={"metrics_token": SecretStr("prometheus-may-read")})
    app = create_app(_with(made_of, settings=settings))
    answer = app.test_client().get(
        "/metrics",
        headers={"Authorization": "Bearer prometheus-may-read"},
        environ_base={"REMOTE_ADDR": "203.0.113.9"},
    )
    assert answer.status_code == 200
