"""One stage and one report for all acts, whichever file they are in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.chaos.judging import FULL, Judged, Theatre
from tests.chaos.report import Report
from tests.chaos.stage import Stage


@pytest.fixture(scope="session")
def theatre(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Theatre]:
    one = Theatre(lambda: tmp_path_factory.mktemp("chaos"))
    yield one
    one.close()


@pytest.fixture
def play(theatre: Theatre) -> Stage:
    return theatre.stage()


@pytest.fixture(scope="session")
def report() -> Report:
    return Report(FULL)


@pytest.fixture
def judged(report: Report) -> Judged:
    return Judged(report)
