"""The whole matrix: every route of the console tried by every single role."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app.console import access
from app.staff.rules import ROLES
from tests.web.browser import TOKEN, Browser

VALUES = {
    "day": "2026-12-10",
    "notice_id": 987654,
    "repeat_id": 987654,
    "override_id": 987654,
    "thread_id": 987654,
    "number": 987654,
    "message_id": "987654",
    "type_id": "event",
    "code": "KODOMO-3",
    "filename": "base.css",
}
REFUSED = 403


def _addresses(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, address) of every route of the console."""
    found = []
    with app.test_request_context():
        for rule in app.url_map.iter_rules():
            if rule.endpoint.startswith("console.") and rule.endpoint != "console.sign_out":
                wanted = {name: VALUES[name] for name in rule.arguments}
                method = "POST" if "POST" in (rule.methods or set()) else "GET"
                found.append((rule.endpoint, method, rule.build(wanted)[1]))
    return found


@pytest.mark.parametrize("role", ROLES)
def test_a_role_opens_what_the_table_says_and_nothing_else(
    app: Flask, person: Callable[..., Browser], role: str
) -> None:
    there = person("tester", role)
    there.get("/console/words")
    token = TOKEN.search(there.page)
    assert token is not None
    for endpoint, method, address in _addresses(app):
        answer = there.client.open(address, method=method, data={"csrf_token": token[1]})
        allowed = not access.ACCESS[endpoint].isdisjoint({role, "*"})
        assert (answer.status_code != REFUSED) == allowed, (endpoint, method, answer.status_code)


def test_nobody_gets_in_without_signing_in(app: Flask, browser: Browser) -> None:
    browser.get("/console/sign-in")
    token = TOKEN.search(browser.page)
    assert token is not None
    for endpoint, method, address in _addresses(app):
        if access.is_open(endpoint):
            continue
        answer = browser.client.open(address, method=method, data={"csrf_token": token[1]})
        assert answer.status_code == 303, endpoint
        assert "/console/sign-in" in answer.headers["Location"]


def test_a_refusal_is_a_page_with_a_way_on(person: Callable[..., Browser]) -> None:
    page = person("madoguchi", "counter").get("/console/approvals", 403)
    assert "この画面を開く役割がありません" in page
    assert "管理者に役割の追加を依頼" in page
