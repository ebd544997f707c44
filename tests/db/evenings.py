"""What tests of reminders do: make them, freeze them, seal them, and look at who got what."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import orjson

from app.claiming import actions as claiming
from app.db import Sessions
from app.notices.models import Notice
from app.release import actions as release
from app.reminders import actions, rules
from app.residents import actions as residents
from app.residents.models import Resident
from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack

EVENING = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
"""Tuesday 2026-12-01, 18:00 in Japan."""


@cache
def town() -> LoadedTown:
    return read_pack(folder_files(Path(str(Settings.model_fields["town_dir"].default))))[0]


def with_collection() -> dict[str, list[str]]:
    """Texts of the next day by the districts that read them."""
    [told] = rules.due(["-1 18:00"], EVENING)
    codes = [district.code for ward in town().wards for district in town().districts(ward)]
    return {text.whole: districts for text, districts in rules.texts(town(), codes, told).items()}


def remind(db: Sessions, at: datetime) -> list[int]:
    with db.begin() as session:
        return actions.remind_due(session, lambda _: town(), at)


def frozen(db: Sessions, notice_id: int, at: datetime) -> None:
    with db.begin() as session:
        assert release.release(session, notice_id, at)
    with db.begin() as session:
        release.plan(session, notice_id, at)


def sent_to(db: Sessions, notice_id: int, at: datetime) -> tuple[str, int]:
    """What goes out and to how many."""
    frozen(db, notice_id, at)
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("test", 10, 15), at)
    body = orjson.loads(claims[0].body)
    return body["messages"][0]["text"], sum(claim.size for claim in claims)


def choose(db: Sessions, person: int, hour: str, at: datetime) -> None:
    with db.begin() as session:
        residents.choose_reminder(session, session.get_one(Resident, person), hour, at)


def expected(db: Sessions, notice_id: int) -> int | None:
    with db() as session:
        return session.get_one(Notice, notice_id).expected_count
