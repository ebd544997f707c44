"""Both doors through the test client, on a real database; every page a test opens is inspected."""

from __future__ import annotations

import re
import secrets
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from redis import Redis
from werkzeug.test import TestResponse

from app import parts
from app.clock import Clock
from app.console import shell
from app.db import Sessions
from app.line.client import LineClient
from app.line.pace import Pace
from app.queue import Wakeups
from app.settings import Settings
from app.staff import actions as staff_actions
from app.staff.models import Staff, StaffSession
from app.staff.rules import token_hash
from app.town import actions as town_actions
from app.web import create_app
from tests import builders
from tests.web.inspect import problems_of

PASSWORD = "tsukimi-no-dango-9"
HASH = staff_actions.HASHER.hash(PASSWORD)
MORNING = datetime(2026, 12, 1, 1, 30, tzinfo=UTC)
"""Tuesday 2026-12-01, 10:30 in Japan."""
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class SetClock(Clock):
    """A clock that a test moves."""

    def __init__(self, at: datetime = MORNING) -> None:
        super().__init__()
        self.at = at

    def now(self) -> datetime:
        return self.at


class Browser:
    """A person at a browser: follows a form's token, looks at every page."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.page = ""

    def get(self, address: str, status: int = 200) -> str:
        return self._look(self.client.get(address), status)

    def post(self, address: str, status: int = 303, **fields: Any) -> TestResponse:
        """Send a form of the page that is open, with its CSRF token."""
        token = TOKEN.search(self.page)
        data = {name.replace("__", "-"): value for name, value in fields.items()}
        data.setdefault("csrf_token", token[1] if token else "")
        answer = self.client.post(address, data=data)
        if answer.status_code != 303:
            self._look(answer, status)
        assert answer.status_code == status, answer.text[:2000]
        return answer

    def follow(self, answer: TestResponse) -> str:
        return self.get(answer.headers["Location"])

    def sign_in(self, login: str, password: str = PASSWORD, status: int = 303) -> TestResponse:
        self.get("/console/sign-in")
        return self.post("/console/sign-in", status, login=login, password=password)

    def _look(self, answer: TestResponse, status: int) -> str:
        assert answer.status_code == status, f"{answer.status_code}: {answer.text[:3000]}"
        if answer.mimetype == "text/html" and "<html" in answer.text:
            assert problems_of(answer.text) == []
        self.page = unescape(answer.text)
        return self.page


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


class Compiled(BytecodeCache):
    """Templates compiled once per test process, though every test has an app of its own."""

    def __init__(self) -> None:
        self.kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.kept:
            bucket.bytecode_from_string(self.kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.kept[bucket.key] = bucket.bytecode_to_string()


COMPILED = Compiled()


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
