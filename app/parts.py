"""What every process is made of, put together in one place; tests pass their own."""

from __future__ import annotations

from dataclasses import dataclass

from redis import Redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from sqlalchemy import Engine

from app.clock import Clock
from app.db import Sessions, make_engine, make_sessions
from app.line.client import LineClient
from app.line.pace import Pace
from app.queue import Wakeups
from app.settings import Settings
from app.watermark import Outside, outside

IDLE_SECONDS = 10
"""Below the lease: who stands still in the middle of a transaction has lost its locks before its claims."""


@dataclass(frozen=True, slots=True)
class Parts:
    settings: Settings
    clock: Clock
    engine: Engine
    sessions: Sessions
    redis: Redis
    queue: Wakeups
    pace: Pace
    line: LineClient

    @property
    def outside(self) -> Outside:
        """Where the last send is noted beside the database."""
        return outside(self.settings.watermark_dir)

    def close(self) -> None:
        self.line.close()
        self.redis.close()
        self.engine.dispose()


def make_redis(url: str) -> Redis:
    """A client that gives up after a second and never tries again by itself: a lost reply that is repeated
    would put the same job twice."""
    return Redis.from_url(
        url,
        socket_timeout=1.0,
        socket_connect_timeout=1.0,
        retry=Retry(NoBackoff(), 0),
        health_check_interval=30,
    )


def build(settings: Settings | None = None) -> Parts:
    """The real parts, from the environment; nothing is contacted before first use."""
    settings = settings or Settings()
    engine = make_engine(
        settings.database_url, idle_seconds=IDLE_SECONDS, pool_size=5, max_overflow=10, pool_timeout=5
    )
    redis = make_redis(settings.redis_url)
    return Parts(
        settings=settings,
        clock=Clock(settings.clock_offset_file),
        engine=engine,
        sessions=make_sessions(engine),
        redis=redis,
        queue=Wakeups(redis, settings.environment),
        pace=Pace(redis, f"{settings.environment}:{settings.line_channel_id}"),
        line=LineClient(
            settings.line_api_base_url,
            settings.line_channel_access_token.get_secret_value(),
            data_url=settings.line_data_base_url,
        ),
    )
