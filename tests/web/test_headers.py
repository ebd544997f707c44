"""What every answer carries: nobody frames us, nothing of anybody else's runs, nothing personal is kept."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from app import parts
from app.settings import Settings
from app.web import asset, create_app
from tests.web.browser import Browser

PAGES = (
    "/console/sign-in",
    "/console/",
    "/healthz",
    "/n/nothing",
    "/l/nothing",
    "/nothing",
    "/console/nothing",
)


@pytest.mark.parametrize("address", PAGES)
def test_every_answer_is_closed_to_others(app: Flask, address: str) -> None:
    headers = app.test_client().get(address).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "*" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_the_nonce_is_new_every_time_and_is_the_one_on_the_page(app: Flask) -> None:
    client = app.test_client()
    nonces = set()
    for _ in range(3):
        policy = client.get("/console/sign-in").headers["Content-Security-Policy"]
        nonces.add(policy.partition("script-src 'nonce-")[2].partition("'")[0])
    assert len(nonces) == 3
    assert all(len(nonce) >= 22 for nonce in nonces)


def test_the_page_and_its_policy_agree(person: Callable[..., Browser]) -> None:
    answer = person("sato", "author").client.get("/console/")
    nonce = answer.headers["Content-Security-Policy"].partition("script-src 'nonce-")[2].partition("'")[0]
    assert f'nonce="{nonce}"' in answer.text


def test_pages_of_the_console_are_not_kept(person: Callable[..., Browser]) -> None:
    assert person("sato", "author").client.get("/console/").headers["Cache-Control"] == "no-store"


def test_the_cookie_is_for_this_server_alone(app: Flask) -> None:
    cookie = app.test_client().get("/console/sign-in").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert cookie.startswith("kairan=")


def test_over_https_the_cookie_is_secure_and_browsers_remember(
    made_of: parts.Parts, settings: Settings
) -> None:
    https = settings.model_copy(update={"public_base_url": "https://line.town.example"})
    changed = parts.Parts(
        **{name: getattr(made_of, name) for name in made_of.__slots__} | {"settings": https}
    )
    answer = create_app(changed).test_client().get("/console/sign-in")
    assert answer.headers["Set-Cookie"].startswith("__Host-kairan=")
    assert "Secure" in answer.headers["Set-Cookie"]
    assert "Path=/" in answer.headers["Set-Cookie"]
    assert "Domain" not in answer.headers["Set-Cookie"]
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.parametrize("address", ["/healthz", "/n/nothing", "/n/nothing.ics", "/l/nothing"])
def test_residents_get_no_cookie(app: Flask, address: str) -> None:
    assert "Set-Cookie" not in app.test_client().get(address).headers


def test_static_files_are_named_after_their_content(app: Flask) -> None:
    with app.test_request_context():
        address = asset("base.css")
    assert "?v=" in address
    assert app.test_client().get(address).status_code == 200


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    browser.get("/console/sign-in")
    answer = browser.client.post("/console/sign-in", data={"login": "x" * (1024 * 1024 + 1)})
    assert answer.status_code == 413


def test_an_unexpected_fault_gives_a_number_and_no_detail(app: Flask) -> None:
    def broken() -> str:
        raise RuntimeError("a secret inside")

    app.add_url_rule("/broken", "broken", broken)
    answer = app.test_client().get("/broken")
    assert answer.status_code == 500
    assert "番号" in answer.text
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text


def test_the_environment_is_said_in_words(browser: Browser) -> None:
    assert "練習（住民には届きません）" in browser.get("/console/sign-in")
