"""One running product for all journeys of a test process, as a town finds it after ``kairan seed`` before each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from app.db import make_engine, make_sessions
from tests.databases import cloned
from tests.journeys.product import Product

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
