"""Passwords and sessions, as numbers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.staff import rules

NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("short", "12文字以上"),
        ("a" * 129, "128文字まで"),
        ("abababababab", "同じ文字"),
        ("password2026", "password"),
        ("sakusei-2026", "sakusei"),
    ],
)
def test_a_weak_password_is_refused_with_the_reason(password: str, word: str) -> None:
    assert word in (rules.password_problem(password, known_words=("sakusei",)) or "")


@pytest.mark.parametrize(
    "password",
    [
        "hanami-no-yoru-26",
        "みなとまつりのよるのはなび",
        "x" * 3 + "correct horse",
        "密 の 味 ＋ 12 文字 以上",
    ],
)
def test_any_characters_make_a_password(password: str) -> None:
    assert rules.password_problem(password) is None


def test_one_password_has_one_spelling() -> None:
    assert rules.plain_password("か\u3099") == rules.plain_password("が")


@pytest.mark.parametrize(
    ("created", "seen", "ended", "is_open"),
    [
        (timedelta(hours=7, minutes=59), timedelta(minutes=29), False, True),
        (timedelta(hours=8), timedelta(minutes=1), False, False),
        (timedelta(hours=1), timedelta(minutes=30), False, False),
        (timedelta(minutes=1), timedelta(), True, False),
    ],
)
def test_how_long_a_session_lasts(created: timedelta, seen: timedelta, ended: bool, is_open: bool) -> None:
    found = rules.is_open(
        created_at=NOW - created, seen_at=NOW - seen, ended_at=NOW if ended else None, now=NOW
    )
    assert found is is_open


def test_roles_are_read_in_one_order() -> None:
    assert rules.role_words(["approver", "author"]) == "作成・承認"
