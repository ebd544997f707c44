"""Every group of the command line exists, says what it is, and comes up without the SDK or a database."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli.main import GROUPS, kairan

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_answers_for_help(group: str) -> None:
    ran = CliRunner().invoke(kairan, [group, "--help"])
    assert ran.exit_code == 0, ran.output
    assert "Usage" in ran.output


def test_reading_a_calendar_loads_neither_sdk_nor_database() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from app.cli.main import kairan; "
        "CliRunner().invoke(kairan, ['garbage', 'check', '/nowhere']); "
        "print([m for m in ('linebot', 'sqlalchemy', 'flask', 'rq') if m in sys.modules])"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    "arguments",
    [
        ["garbage", "check", "/nowhere"],
        ["events", "check", "/nowhere.csv"],
        ["text", "check", "/nowhere.txt"],
    ],
)
def test_what_cannot_be_read_is_one_line_and_exit_2(arguments: list[str]) -> None:
    command = [sys.executable, "-m", "app.cli.main", *arguments]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert (ran.returncode, ran.stdout) == (2, "")
    assert len(ran.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("keys", "word", "says"),
    [
        ("", "WARNING", "nobody can order a bulky collection"),
        ("short", "NOT OK", "32 bytes in URL-safe base64"),
        ("a2tra2tra2tra2tra2tra2tra2tra2tra2tra2tra2s=", "OK", ""),
    ],
)
def test_the_doctor_says_what_a_missing_field_key_means(keys: str, word: str, says: str) -> None:
    nowhere = "127.0.0.1:1"
    ran = CliRunner().invoke(
        kairan,
        ["doctor"],
        env={
            "FIELD_KEYS": keys,
            "DATABASE_URL": f"postgresql+psycopg://kairan@{nowhere}/kairan",
            "REDIS_URL": f"redis://{nowhere}/0",
            "LINE_API_BASE_URL": f"http://{nowhere}",
            "SECRET_KEY": "0123456789abcdef0123456789abcdef",
            "LINE_CHANNEL_SECRET": "channel-secret",
            "LINE_CHANNEL_ACCESS_TOKEN": "channel-token",
        },
    )
    (line,) = (line for line in ran.output.splitlines() if line.startswith(f"{word}  FIELD_KEYS"))
    assert says in line and (not keys or keys not in line)
    assert "NOT OK  PostgreSQL" in ran.output and ran.exit_code == 1
