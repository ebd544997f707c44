"""Signing in and out: sessions live in the database, guessing is slowed down, nothing tells who exists."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.audit import AuditRow
from app.console.signin import limiter
from app.db import Sessions
from app.staff import actions, rules
from app.staff.models import Staff, StaffSession
from tests.web.browser import HASH, PASSWORD, Browser, SetClock

WRONG = "サインイン名かパスワードがちがいます"


@pytest.fixture
def sato(db: Sessions) -> str:
    with db.begin() as session:
        session.add(Staff(login="sato", name="佐藤", section="news", roles=["author"], password_hash=HASH))
    return "sato"


def test_the_right_password_opens_the_console(browser: Browser, sato: str) -> None:
    page = browser.follow(browser.sign_in(sato))
    assert "佐藤さん" in page


@pytest.mark.parametrize(
    ("login", "password"), [("sato", "wrong-password-1"), ("nobody", PASSWORD), ("", "")]
)
def test_every_failure_gets_the_same_answer(browser: Browser, sato: str, login: str, password: str) -> None:
    browser.sign_in(login, password, status=422)
    assert WRONG in browser.page
    assert f'value="{login}"' in browser.page
    assert password == "" or password not in browser.page


def test_the_table_keeps_no_token_that_opens_a_session(browser: Browser, sato: str, db: Sessions) -> None:
    browser.sign_in(sato)
    with browser.client.session_transaction() as cookie, db() as session:
        stored = session.scalars(select(StaffSession.token_hash)).one()
        assert stored == rules.token_hash(cookie["token"])
        assert stored != cookie["token"]


def test_a_new_sign_in_is_a_new_session(browser: Browser, sato: str) -> None:
    browser.sign_in(sato)
    with browser.client.session_transaction() as cookie:
        first = cookie["token"]
    browser.sign_in(sato)
    with browser.client.session_transaction() as cookie:
        assert cookie["token"] != first


def test_signing_out_ends_the_session_on_the_server(browser: Browser, sato: str, app: Flask) -> None:
    browser.sign_in(sato)
    stolen = browser.client.get_cookie("kairan")
    assert stolen is not None
    browser.get("/console/")
    browser.post("/console/sign-out")
    thief = Browser(app.test_client())
    thief.client.set_cookie("kairan", stolen.value)
    assert thief.client.get("/console/").status_code == 303


@pytest.mark.parametrize(
    ("step", "steps", "status"),
    [(timedelta(minutes=29), 3, 200), (timedelta(minutes=30), 1, 303), (timedelta(minutes=25), 20, 303)],
    ids=["in use", "idle for 30 minutes", "8 hours in all"],
)
def test_a_session_ends_by_itself(
    browser: Browser, sato: str, clock: SetClock, step: timedelta, steps: int, status: int
) -> None:
    browser.sign_in(sato)
    for _ in range(steps):
        clock.at += step
        answer = browser.client.get("/console/")
    assert answer.status_code == status


def test_an_open_progress_page_keeps_nobody_signed_in(browser: Browser, sato: str, clock: SetClock) -> None:
    browser.sign_in(sato)
    for _ in range(7):
        clock.at += timedelta(minutes=5)
        answer = browser.client.get("/console/notices/1/progress/live")
    assert answer.status_code == 303


def test_who_was_signed_out_is_told_and_comes_back(browser: Browser, sato: str, clock: SetClock) -> None:
    browser.sign_in(sato)
    clock.at += timedelta(hours=1)
    page = browser.follow(browser.client.get("/console/notices?state=draft"))
    assert "安全のためサインアウトしました" in page
    answer = browser.post(
        "/console/sign-in", login=sato, password=PASSWORD, next="/console/notices?state=draft"
    )
    assert answer.headers["Location"] == "/console/notices?state=draft"


@pytest.mark.parametrize(
    "next_page",
    [
        "https://evil.example/",
        "//evil.example/console/",
        "/\\evil.example",
        "/console//evil.example",
        "javascript:1",
    ],
)
def test_nobody_is_led_elsewhere(browser: Browser, sato: str, next_page: str) -> None:
    browser.get("/console/sign-in")
    answer = browser.post("/console/sign-in", login=sato, password=PASSWORD, next=next_page)
    assert answer.headers["Location"] == "/console/"


def test_guessing_is_slowed_down_and_says_so(browser: Browser, sato: str) -> None:
    for _ in range(5):
        browser.sign_in(sato, "wrong-password-1", status=422)
    browser.sign_in(sato, PASSWORD, status=429)
    assert "15分ほど待って" in browser.page


def test_a_stranger_elsewhere_locks_nobody_out(app: Flask, sato: str) -> None:
    stranger = Browser(app.test_client())
    stranger.client.environ_base["REMOTE_ADDR"] = "203.0.113.9"
    for _ in range(5):
        stranger.sign_in(sato, "wrong-password-1", status=422)
    assert Browser(app.test_client()).sign_in(sato).status_code == 303


def test_guessing_is_counted_while_redis_is_away(browser: Browser, sato: str) -> None:
    limiter._storage_dead = True
    try:
        for _ in range(5):
            browser.sign_in(sato, "wrong-password-1", status=422)
        browser.sign_in(sato, PASSWORD, status=429)
    finally:
        limiter._storage_dead = False


def test_a_retired_account_is_out_at_once(browser: Browser, sato: str, db: Sessions, clock: SetClock) -> None:
    browser.sign_in(sato)
    with db.begin() as session:
        person = session.scalars(select(Staff)).one()
        actions.retire(session, person, by="system", now=clock.now())
    assert browser.client.get("/console/").status_code == 303
    browser.sign_in(sato, status=422)


def test_every_sign_in_and_failure_is_on_record_without_what_was_typed(
    browser: Browser, sato: str, db: Sessions
) -> None:
    browser.sign_in("typed-a-secret-here", "wrong-password-1", status=422)
    browser.sign_in(sato)
    with db() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        assert [row.action for row in rows][-2:] == ["staff.sign_in_failed", "staff.sign_in"]
        everything = session.scalar(text("SELECT string_agg(audit::text, ' ') FROM audit"))
    assert "secret" not in everything


def test_a_form_without_its_token_changes_nothing(browser: Browser, sato: str) -> None:
    browser.get("/console/sign-in")
    browser.post("/console/sign-in", 400, login=sato, password=PASSWORD, csrf_token="forged")
    assert "時間がたったため" in browser.page


def test_a_character_the_database_cannot_hold_is_refused(browser: Browser, sato: str) -> None:
    browser.sign_in("sa\0to", status=400)
    assert browser.client.get("/console/sign-in?next=%00").status_code == 400


def test_the_menu_shows_only_what_a_role_opens(person: Callable[..., Browser]) -> None:
    page = person("madoguchi", "counter").get("/console/")
    assert "窓口のQR" in page
    assert "/console/approvals" not in page
