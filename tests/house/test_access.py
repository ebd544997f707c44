"""Each route of the console says who may open it, and the table is what happens."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from app.console import access, pages
from app.staff.rules import ROLES


def _routes() -> list[Rule]:
    app = Flask("routes")
    app.register_blueprint(pages.console)
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("console.")]


ROUTES = _routes()


@pytest.mark.parametrize("rule", ROUTES, ids=str)
def test_every_route_of_the_console_says_who_may_open_it(rule: Rule) -> None:
    assert rule.endpoint in access.ACCESS


def test_the_table_names_no_route_that_is_gone() -> None:
    assert set(access.ACCESS) == {rule.endpoint for rule in ROUTES}


def test_every_role_of_the_table_exists() -> None:
    named = frozenset().union(*access.ACCESS.values()) - access.OPEN
    assert named <= set(ROLES)


@pytest.mark.parametrize("rule", ROUTES, ids=str)
def test_nothing_is_changed_by_get(rule: Rule) -> None:
    assert ("POST" in (rule.methods or set())) != ("GET" in (rule.methods or set()))


@pytest.mark.parametrize("rule", ROUTES, ids=str)
def test_addresses_are_kebab_case(rule: Rule) -> None:
    bare = re.sub(r"<[^>]+>", "", str(rule))
    assert re.fullmatch(r"[a-z0-9/-]*", bare)


def test_only_the_sign_in_and_static_files_are_open() -> None:
    assert {name for name in access.ACCESS if access.is_open(name)} == {
        "console.static",
        "console.sign_in",
        "console.sign_in_post",
    }


def test_an_endpoint_without_a_row_is_for_nobody() -> None:
    assert not access.allowed("console.forgotten", ROLES)
    assert not access.allowed(None, ROLES)
