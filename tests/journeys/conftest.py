"""One running product for all journeys of a test process, as a town finds it after ``kairan seed`` before each of them.

For photos and single pushes only the worker's parts, against a pretend LINE without a product around it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.db import Sessions, make_engine, make_sessions
from app.line.client import LineClient
from app.line.pace import Pace
from app.parts import Parts
from app.queue import Wakeups
from app.residents.models import Resident
from app.settings import Settings
from tests import builders as given
from tests.databases import cloned
from tests.journeys.pretend_line import NOW
from tests.journeys.product import Product
from tests.sandbox import SandboxServer, user
from tests.web.browser import SetClock
from worker import runtime

OTHER_QUEUE = 9
"""Added to the number of the test process: tests that start no product have the Valkey databases below."""


@pytest.fixture(scope="package")
def _running(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, redis_url: str, process_number: int
) -> Iterator[Product]:
    """On a database and a queue of its own, so that its clock and workers never meet the rows of other tests."""
    queue = f"{redis_url.partition('?')[0]}?db={process_number % 6 + OTHER_QUEUE}"
    with cloned(postgres_url, f"kairan_journeys_{process_number}_{os.getpid()}") as url:
        engine = make_engine(url)
        with Product(tmp_path_factory.mktemp("product"), make_sessions(engine), (url, queue)) as product:
            yield product
        engine.dispose()


@pytest.fixture
def product(_running: Product) -> Product:
    _running.begin_again()
    return _running


@pytest.fixture(scope="package")
def line(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SandboxServer]:
    with SandboxServer(tmp_path_factory.mktemp("line")) as server:
        yield server


@pytest.fixture
def clock() -> SetClock:
    return SetClock(NOW)


@pytest.fixture
def parts(
    line: SandboxServer,
    db: Sessions,
    database_url: str,
    redis: Redis,
    redis_url: str,
    clock: SetClock,
    tmp_path: Path,
) -> Iterator[Parts]:
    """The worker's parts against the pretend LINE."""
    line.reset()
    settings = Settings(
        environment="demo", database_url=database_url, redis_url=redis_url, secret_key="only-for-tests",
        line_channel_secret=line.secret, line_channel_access_token=line.token, line_api_base_url=line.url,
        photo_dir=tmp_path / "photos",
    )  # fmt: skip
    made = Parts(
        settings=settings, clock=clock, engine=db.kw["bind"], sessions=db, redis=redis,
        queue=Wakeups(redis, "test"), pace=Pace(redis, "test"), line=LineClient(line.url, line.token),
    )  # fmt: skip
    runtime.use(made)
    yield made
    made.line.close()


@pytest.fixture
def person(line: SandboxServer, parts: Parts) -> Resident:
    line.follow(user(1))
    with parts.sessions.begin() as session:
        made = given.resident(session)
        made.line_user_id = user(1)
        return made
