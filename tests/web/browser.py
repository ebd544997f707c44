"""Somebody at a browser: follows the tokens of forms, and every page that is opened is inspected."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

from flask.testing import FlaskClient
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.test import TestResponse

from app.clock import Clock
from app.staff import actions as staff_actions
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
        self.at, self.wrong_by = at, timedelta()

    def now(self) -> datetime:
        return self.at

    def machine(self) -> datetime:
        return super().machine() + self.wrong_by


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
