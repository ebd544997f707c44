"""What the pretend LINE is told by the environment. It knows nothing of the product but its webhook's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path


class Misconfigured(Exception):
    """The environment does not allow the sandbox to start; the text says what to change."""


@dataclass(frozen=True, slots=True)
class Settings:
    """All settings of one sandbox, read once at start."""

    port: int
    data: Path
    channel_id: str
    channel_secret: str
    access_token: str
    bot_id: str
    basic_id: str
    webhook_url: str
    clock_offset_file: Path | None
    font: Path | None
    landmarks: Path | None


def from_environment(environment: Mapping[str, str]) -> Settings:
    """Read the settings. Misconfigured in production, without a secret, or with a port that is no number."""
    if environment.get("ENVIRONMENT") == "production":
        raise Misconfigured("The sandbox pretends to be LINE and never runs with ENVIRONMENT=production.")
    try:
        port = int(environment.get("SANDBOX_PORT") or 8001)
    except ValueError as error:
        raise Misconfigured("SANDBOX_PORT must be a number.") from error
    secret = environment.get("LINE_CHANNEL_SECRET", "")
    token = environment.get("LINE_CHANNEL_ACCESS_TOKEN", "")
    if not secret or not token:
        raise Misconfigured("Set LINE_CHANNEL_SECRET and LINE_CHANNEL_ACCESS_TOKEN to any made-up values.")
    return Settings(
        port=port,
        data=Path(environment.get("SANDBOX_DATA") or ".kairan/sandbox"),
        channel_id=environment.get("LINE_CHANNEL_ID") or "1000000001",
        channel_secret=secret,
        access_token=token,
        bot_id=environment.get("LINE_BOT_ID") or "U" + "b" * 32,
        basic_id=environment.get("LINE_BASIC_ID") or "@kairan-demo",
        webhook_url=environment.get("SANDBOX_WEBHOOK_URL") or "http://127.0.0.1:8000/line/webhook",
        clock_offset_file=_path(environment.get("CLOCK_OFFSET_FILE")),
        font=_path(environment.get("SANDBOX_FONT")),
        landmarks=_path(environment.get("SANDBOX_LANDMARKS")),
    )


def _path(value: str | None) -> Path | None:
    return Path(value) if value else None
