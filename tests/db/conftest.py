"""The people and the town that several files of ledger tests begin with."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.db import Sessions
from app.settings import Settings
from app.town import actions as town_actions
from app.town.queries import TownCache
from tests import builders as given
from tests.db.changes import EVENING


@pytest.fixture
def crowd(db: Sessions) -> int:
    """1,100 people who asked for events."""
    with db.begin() as session:
        return len(given.residents(session, 1100))


@pytest.fixture
def towns(db: Sessions) -> Iterator[TownCache]:
    with db.begin() as session:
        folder = Path(str(Settings.model_fields["town_dir"].default))
        town_actions.load(session, folder, now=EVENING)
    yield TownCache(db)
