"""Both doors through the test client, on a real database; every page a test opens is inspected."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from redis import Redis

from app import parts
from app.console import shell
from app.db import Sessions
from app.line.client import LineClient
from app.line.pace import Pace
from app.queue import Wakeups
from app.settings import Settings
from app.staff.models import Staff, StaffSession
from app.staff.rules import token_hash
from app.town import actions as town_actions
from app.web import create_app
from tests import builders
from tests.web.browser import COMPILED, HASH, Browser, SetClock


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(database_url: str, redis_url: str) -> Settings:
    return Settings(
        environment="demo",
        database_url=database_url,
        redis_url=redis_url,
        secret_key="0123456789abcdef0123456789abcdef",
        line_channel_secret="channel-secret",
        line_channel_access_token="channel-token",
        line_api_base_url="http://127.0.0.1:8001",
        line_bot_id=builders.line_id(999),
    )


@pytest.fixture
def made_of(settings: Settings, clock: SetClock, db: Sessions, redis: Redis) -> Iterator[parts.Parts]:
    with db.begin() as session:
        town_actions.load(session, Path(settings.town_dir), now=clock.now())
    yield parts.Parts(
        settings=settings,
        clock=clock,
        engine=db.kw["bind"],
        sessions=db,
        redis=redis,
        queue=Wakeups(redis, "test"),
        pace=Pace(redis, "test"),
        line=LineClient(settings.line_api_base_url, "channel-token"),
    )


@pytest.fixture
def app(made_of: parts.Parts) -> Flask:
    made = create_app(made_of)
    made.jinja_env.bytecode_cache = COMPILED
    return made


@pytest.fixture
def browser(app: Flask) -> Browser:
    return Browser(app.test_client())


@pytest.fixture
def person(app: Flask, db: Sessions, clock: SetClock) -> Callable[..., Browser]:
    """``person("sato", "author")``: an account, and a browser of its own in which it signed in a moment ago.

    The form and its argon2 are left to ``test_signin.py``: a tenth of a second in each of several hundred tests.
    """

    def make(login: str, *roles: str) -> Browser:
        token = secrets.token_urlsafe(32)
        account = Staff(
            login=login, name=f"{login}さま", section="events", roles=list(roles), password_hash=HASH
        )
        with db.begin() as session:
            session.add(account)
            session.flush()
            session.add(
                StaffSession(
                    token_hash=token_hash(token), staff_id=account.id, created_at=clock.at, seen_at=clock.at
                )
            )
        there = Browser(app.test_client())
        with there.client.session_transaction() as cookie:
            cookie[shell.SIGNED_IN] = token
        return there

    return make


@pytest.fixture
def author(person: Callable[..., Browser]) -> Browser:
    """Somebody who writes, with the form of an event open."""
    there = person("sakusei", "author")
    there.get("/console/notices/new/event")
    return there
