"""A worker sends through the account it is registered for, or not at all."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from app.parts import Parts, build
from app.settings import Settings
from tests.sandbox import SandboxServer
from worker.__main__ import wait_for_our_account


def parts(line: SandboxServer, folder: Path, **changes: str) -> Parts:
    """Database and queue are nowhere: they are not asked before the account is confirmed."""
    values = {
        "database_url": "postgresql+psycopg://kairan@/kairan?host=/nowhere",
        "redis_url": "unix:///nowhere",
        "secret_key": "only-for-tests",
        "line_channel_secret": line.secret,
        "line_channel_access_token": line.token,
        "line_api_base_url": line.url,
        "line_bot_id": line.bot_id,
    }
    return build(Settings(watermark_dir=folder, **(values | changes)))  # type: ignore[arg-type]


def test_our_own_account_is_taken(line: SandboxServer, tmp_path: Path) -> None:
    wait_for_our_account(parts(line, tmp_path))


def test_another_account_ends_the_process(line: SandboxServer, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing is sent"):
        wait_for_our_account(parts(line, tmp_path, line_bot_id="U" + "0" * 32))


def test_while_line_does_not_know_the_token_nothing_begins(line: SandboxServer, tmp_path: Path) -> None:
    waiting = threading.Thread(
        target=wait_for_our_account,
        args=(parts(line, tmp_path, line_channel_access_token="expired"),),
        daemon=True,
    )
    waiting.start()
    time.sleep(1.5)
    assert waiting.is_alive()
