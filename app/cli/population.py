"""Invented residents in any number, for seeing and measuring how the product behaves with a town's worth of people."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.residents.models import Resident

PREFIX = "U5eed"
"""Begins every invented LINE user id; 28 hexadecimal digits of a running number follow."""
SEED = 482_013
TOPIC_CHANCE = {
    "garbage": 0.78,
    "disaster": 0.71,
    "childcare": 0.24,
    "safety": 0.33,
    "news": 0.42,
    "events": 0.47,
}
LANGUAGES = ("ja", "ja-easy", "en", "zh-Hans", "vi", "ko")
LANGUAGE_WEIGHTS = (93, 2, 2, 1.2, 1.2, 0.6)
REMINDERS = ("-1 18:00", "-1 20:00", "0 06:00", "")
CHILDREN, CHILDREN_WEIGHTS = (1, 2, 3), (60, 33, 7)
OLDEST_CHILD_MONTHS = 216

RESIDENT_COLUMNS = (
    "line_user_id, state, followed_at, blocked_at, topics, ward, district, outside, reminder, language, source, "
    "setup_done_at"
)


@dataclass(frozen=True, slots=True)
class Setting:
    """What invented people can choose from."""

    districts: Sequence[tuple[str, str]]
    """(ward, district code)"""
    topics: Sequence[str]
    now: datetime


def user_id(number: int) -> str:
    return f"{PREFIX}{number:028x}"


def fill_up(session: Session, people: int, setting: Setting) -> int:
    """Bring the number of invented residents up to ``people``; answers how many were added. The same every time."""
    there = session.scalar(select(func.count()).where(Resident.line_user_id.startswith(PREFIX))) or 0
    if people <= there:
        return 0
    new = [_person(number, setting) for number in range(there, people)]
    cursor: Any = session.connection().connection.cursor()
    with cursor.copy(f"COPY residents ({RESIDENT_COLUMNS}) FROM STDIN") as copy:
        for row, _ in new:
            copy.write_row(row)
    found = select(Resident.id).where(
        Resident.line_user_id >= user_id(there), Resident.line_user_id.startswith(PREFIX)
    )
    ids = session.scalars(found.order_by(Resident.line_user_id)).all()
    with cursor.copy("COPY children (resident_id, number, birth_month, expected) FROM STDIN") as copy:
        for resident_id, (_, months) in zip(ids, new, strict=True):
            for number, month in enumerate(months, start=1):
                copy.write_row((resident_id, number, month, False))
    return len(new)


def _person(number: int, setting: Setting) -> tuple[tuple[Any, ...], list[date]]:
    """One row of residents and the birth months of the person's children."""
    chance = random.Random(SEED + number)  # noqa: S311  (invented people, no secret)
    topics = [topic for topic in setting.topics if chance.random() < TOPIC_CHANCE.get(topic, 0.3)]
    topics = topics or [chance.choice(setting.topics)]
    outside = chance.random() < 0.04
    ward, district = ("", "") if outside else chance.choice(setting.districts)
    blocked = chance.random() < 0.03
    followed = setting.now - timedelta(minutes=chance.randrange(60, 500_000))
    months = list(_birth_months(chance, setting.now.date())) if "childcare" in topics else []
    row = (
        user_id(number),
        "blocked" if blocked else "friend",
        followed,
        setting.now if blocked else None,
        topics,
        ward,
        district,
        outside,
        chance.choice(REMINDERS) if "garbage" in topics and not outside else "",
        chance.choices(LANGUAGES, LANGUAGE_WEIGHTS)[0],
        "",
        followed if chance.random() < 0.96 else None,
    )
    return row, months


def _birth_months(chance: random.Random, today: date) -> Iterator[date]:
    for _ in range(chance.choices(CHILDREN, CHILDREN_WEIGHTS)[0]):
        index = today.year * 12 + today.month - 1 - chance.randrange(OLDEST_CHILD_MONTHS)
        yield date(index // 12, index % 12 + 1, 1)
