"""One running product per test that asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.db import Sessions
from tests.journeys.product import Product


@pytest.fixture
def product(
    tmp_path: Path, db: Sessions, database_url: str, redis: Redis, redis_url: str
) -> Iterator[Product]:
    with Product(tmp_path, db, (database_url, redis_url)) as running:
        yield running
