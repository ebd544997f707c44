"""A worker sends through the account it is registered for, or not at all."""

from __future__ import annotations

import os
import subprocess
import sys
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
    return build(Settings(watermark_dir=folder, **(values | changes)))


def test_our_own_account_is_taken(line: SandboxServer, tmp_path: Path) -> None:
    wait_for_our_account(parts(line, tmp_path))


def test_another_account_ends_the_process(line: SandboxServer, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing is sent"):
        wait_for_our_account(parts(line, tmp_path, line_bot_id="U" + "0" * 32))


def test_while_line_does_not_know_the_token_nothing_begins(
    line: SandboxServer, redis_url: str, tmp_path: Path
) -> None:
    environment = {
        **os.environ,
        **line.environment(),
        "PYTHONUNBUFFERED": "1",
        "LINE_CHANNEL_ACCESS_TOKEN": "expired",
        "DATABASE_URL": "postgresql+psycopg://kairan@/kairan?host=/nowhere",
        "REDIS_URL": redis_url,
        "SECRET_KEY": "only-for-tests",
        "WATERMARK_DIR": str(tmp_path),
    }
    worker = subprocess.Popen(
        [sys.executable, "-m", "worker", "ordinary"], env=environment, stdout=subprocess.PIPE, text=True
    )
    assert worker.stdout is not None
    asked = [next(worker.stdout) for _ in range(2)]
    assert worker.poll() is None and all("account_not_confirmed" in said for said in asked)
    worker.terminate()
    worker.communicate(timeout=10)
