"""Every setting once, typed, read from the environment at start. ``kairan doctor`` explains each."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, SecretStr, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

LINE_ITSELF = "https://api.line.me"
LINE_DATA_ITSELF = "https://api-data.line.me"


class Settings(BaseSettings):
    """The description of each field is what ``kairan doctor`` prints."""

    model_config = SettingsConfigDict(frozen=True, env_ignore_empty=True, extra="ignore")

    environment: Literal["demo", "drill", "production"] = Field(
        "demo", description="demo, drill or production; drill and demo never reach LINE itself"
    )
    database_url: str = Field(description="PostgreSQL 15 or newer, as postgresql+psycopg://…; the only truth")
    redis_url: str = Field(description="Redis 6.2 or Valkey; may be lost at any time without losing a fact")
    secret_key: SecretStr = Field(description="signs the console's cookies; 32 random bytes or more")
    field_keys: SecretStr = Field(
        SecretStr(""), description="keys that encrypt personal fields at rest, newest first, comma separated"
    )
    public_base_url: str = Field(
        "http://127.0.0.1:8000", description="how phones reach this server, without a trailing slash"
    )
    line_channel_id: str = Field("", description="the Messaging API channel's id")
    line_channel_secret: SecretStr = Field(
        description="signs LINE's webhooks; without it every event is refused"
    )
    line_channel_access_token: SecretStr = Field(description="lets us call LINE; renew before it expires")
    line_api_base_url: str = Field(LINE_ITSELF, description="LINE itself, or the sandbox in demo and drill")
    line_bot_id: str = Field("", description="the account's own user id (U…), checked against webhooks")
    line_basic_id: str = Field("@kairan-demo", description="the account's id as people type it (@…)")
    town_dir: Path = Field(
        Path(__file__).parents[1] / "content" / "town", description="the folder of the town pack"
    )
    photo_dir: Path = Field(
        Path(__file__).parents[1] / ".kairan" / "photos",
        description="residents' photos, a folder no web server serves; web, workers and clock share it",
    )
    watermark_dir: Path = Field(
        Path(__file__).parents[1] / ".kairan" / "watermark",
        description="where the last send is noted outside the database, so that a restored copy is noticed; "
        "web, workers and clock of all machines share it, and it must not be on the database's disk",
    )
    port: int = Field(8000, description="the port of the web server")
    clock_offset_file: Path | None = Field(
        None, description="a file with seconds that move the clock in demo, drill and test"
    )
    lease_seconds: float = Field(
        15.0, gt=0, description="how long a claimed batch stays claimed without news"
    )
    reconcile_seconds: float = Field(
        10.0, gt=0, description="how often the reconciler looks for stalled work"
    )
    silence_seconds: float = Field(
        30.0, gt=0, description="how long nothing is sent after five requests LINE did not answer"
    )
    metrics_token: SecretStr = Field(SecretStr(""), description="lets others than loopback read /metrics")

    @model_validator(mode="after")
    def _walls(self) -> Settings:
        if self.environment == "production":
            if self.clock_offset_file is not None:
                raise ValueError("CLOCK_OFFSET_FILE moves the clock and is refused in production")
            if not self.public_base_url.startswith("https://"):
                raise ValueError("PUBLIC_BASE_URL must start with https:// in production")
        elif self.line_api_base_url == LINE_ITSELF:
            raise ValueError("LINE_API_BASE_URL must name the sandbox in demo and drill, never LINE itself")
        return self

    @property
    def line_data_base_url(self) -> str:
        """Where images and content live: LINE keeps them on a second host, the sandbox on the same."""
        return LINE_DATA_ITSELF if self.line_api_base_url == LINE_ITSELF else self.line_api_base_url
