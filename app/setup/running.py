"""The addresses of a running demo, lent to ``kairan`` in a second terminal."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LENT = (
    "ENVIRONMENT",
    "DATABASE_URL",
    "REDIS_URL",
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_BASE_URL",
    "LINE_CHANNEL_ID",
    "LINE_CHANNEL_SECRET",
    "LINE_CHANNEL_ACCESS_TOKEN",
    "LINE_API_BASE_URL",
    "LINE_BOT_ID",
    "TOWN_DIR",
    "PORT",
    "SANDBOX_PORT",
    "WATERMARK_DIR",
    "CLOCK_OFFSET_FILE",
)


def data_folder(root: Path = ROOT) -> Path:
    """``.kairan`` of the checkout, or KAIRAN_DATA."""
    given = os.environ.get("KAIRAN_DATA")
    return Path(given).expanduser().resolve() if given else root / ".kairan"


def write(path: Path, values: dict[str, str]) -> None:
    """``NAME='value'`` lines that only we can read, never half written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(path.name + ".partial")
    partial.unlink(missing_ok=True)
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as out:
        out.writelines(f"{name}={shlex.quote(value)}\n" for name, value in values.items())
    partial.rename(path)


def read(path: Path) -> dict[str, str]:
    """What ``write`` wrote; {} when there is no such file."""
    try:
        text = path.read_text(encoding="utf-8")
    except (FileNotFoundError, PermissionError):
        return {}
    parts = (line.partition("=") for line in text.splitlines() if "=" in line)
    return {name.strip(): "".join(shlex.split(value)) for name, _, value in parts}


def lend_settings() -> None:
    """Give this process the running demo's settings, unless it has settings of its own."""
    if os.environ.get("DATABASE_URL") or os.environ.get("ENVIRONMENT", "demo") != "demo":
        return
    for name, value in read(data_folder() / "running.env").items():
        os.environ.setdefault(name, value)
