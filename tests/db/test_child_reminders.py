"""Reminders about children: each once, one message a family and day, by day, to those who want them, also after trouble."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import cast

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.childcare import actions, rules
from app.childcare.models import ChildDay, ChildReminder
from app.clock import Clock
from app.conversations import effects
from app.db import Sessions
from app.mine import Erasing
from app.mydata import own
from app.parts import Parts, build
from app.pushes.models import Push
from app.residents import actions as resident_actions
from app.residents.models import Child, Resident
from app.settings import Settings
from app.town import actions as town_actions
from app.town.rules import LoadedTown
from bot_flows import types
from bot_flows.stop_facts import Pause, StopAll
from tests import builders as given
from tests.flows.town import SmallTown
from worker import upkeep

FIRST = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
"""10:00 in Japan on a first of the month."""
BABY, THREE = date(2026, 7, 1), date(2023, 12, 1)
TOWN = SmallTown()


class TenOClock(Clock):
    """It is ``FIRST``."""

    def now(self) -> datetime:
        return FIRST


def remind(db: Sessions, at: datetime = FIRST) -> None:
    with db.begin() as session:
        actions.remind(session, TOWN, at)


def pushes(db: Sessions) -> list[tuple[int, str]]:
    with db() as session:
        found = session.scalars(select(Push).order_by(Push.id)).all()
        return [(each.resident_id, orjson.loads(each.body)["messages"][0]["text"]) for each in found]


def family(db: Sessions, *born: date, **changes: object) -> int:
    with db.begin() as session:
        return given.resident(session, topics=["childcare"], born=born, **changes).id


def test_everything_of_a_day_is_one_message_and_comes_once(db: Sessions) -> None:
    one = family(db, BABY, THREE)
    for minutes in (-1, 0, 1, 60, 8 * 60, 24 * 60, 2 * 24 * 60):
        remind(db, FIRST + timedelta(minutes=minutes))
    ((who, said),) = pushes(db)
    assert who == one
    with db() as session:
        assert session.scalars(select(Push.expires_at)).one() == FIRST + timedelta(days=2), (
            "as late as it is still made"
        )
    assert said.splitlines()[:6] == [
        "1人目（5か月ごろ）",
        "・4か月児健診：12月31日（木）ごろまで",
        "・BCG：2026年12月に始まります",
        "2人目（3歳ごろ）",
        "・3歳児健診：2026年12月に始まります",
        "・年齢に合わせて、届く内容を変えます。",
    ]
    remind(db, FIRST + timedelta(days=23))
    assert pushes(db)[1][1].splitlines()[:2] == [
        "1人目（5か月ごろ）",
        "・4か月児健診：12月31日（木）ごろまで",
    ]
    assert len(pushes(db)) == 2


@pytest.mark.parametrize("hour", [0, 6, 9, 18, 21, 23])
def test_never_outside_the_hours(hour: int) -> None:
    assert not rules.is_time(datetime(2026, 12, 1, hour, 59, tzinfo=given.NOON.tzinfo) - timedelta(hours=9))


def test_only_those_who_want_to_hear(db: Sessions) -> None:
    later = FIRST + timedelta(days=1, hours=3)
    for changes in (
        {"state": "blocked", "blocked_at": FIRST},
        {"stopped": "ordinary"},
        {"stopped": "all"},
        {"setup_done_at": None},
    ):
        family(db, BABY, **changes)
    with db.begin() as session:
        given.resident(session, topics=["garbage"], born=[BABY])
    rests = family(db, BABY, paused_until=FIRST + timedelta(hours=20))
    sleeps = family(db, BABY, quiet_from=22, quiet_to=11)
    remind(db)
    assert pushes(db) == []
    remind(db, FIRST + timedelta(hours=1))
    assert [who for who, _ in pushes(db)] == [sleeps]
    remind(db, later)
    assert [who for who, _ in pushes(db)] == [sleeps, rests]


def test_what_was_had_is_not_spoken_of_and_comes_when_that_was_a_mistake(db: Sessions) -> None:
    one = family(db, BABY)
    with db.begin() as session:
        mine = session.get_one(Resident, one)
        resident_actions.mark_done(session, mine, 1, "vaccination:BCG", FIRST)
        resident_actions.mark_done(session, mine, 1, "checkup:4か月児健診", FIRST)
    remind(db)
    assert pushes(db) == []
    with db.begin() as session:
        resident_actions.undo_done(session, session.get_one(Resident, one), 1, "vaccination:BCG", FIRST)
    remind(db, FIRST + timedelta(hours=1))
    assert pushes(db) == []
    remind(db, FIRST + timedelta(days=1))
    ((_, said),) = pushes(db)
    assert "BCG" in said and "4か月児健診" not in said


def test_a_stopped_child_is_never_spoken_of(db: Sessions) -> None:
    one = family(db, BABY, THREE)
    with db.begin() as session:
        resident_actions.stop_child(session, session.get_one(Resident, one), 1, on=True, now=FIRST)
    remind(db)
    ((_, said),) = pushes(db)
    assert "1人目" not in said and said.startswith("2人目")


def test_a_stop_takes_back_what_has_not_left_yet(db: Sessions) -> None:
    one, two = family(db, BABY), family(db, BABY, THREE)
    remind(db)
    for person in (one, two):
        with db.begin() as session:
            actions.stop(session, session.get_one(Resident, person), 1, on=True, now=FIRST)
    assert [who for who, _ in pushes(db)] == [two], "what is about another child, too, goes"


@pytest.mark.parametrize(
    ("effect", "left"),
    [
        (StopAll(emergencies=False), 0),
        (Pause(FIRST + timedelta(days=30)), 0),
        (Pause(FIRST - timedelta(minutes=1)), 1),
        (types.SetTopics(frozenset({"garbage"})), 0),
        (types.SetTopics(frozenset({"garbage", "childcare"})), 1),
    ],
)
def test_who_stops_pauses_or_leaves_the_topic_hears_nothing_that_waited(
    db: Sessions, effect: types.Effect, left: int
) -> None:
    one = family(db, BABY)
    remind(db)
    with db.begin() as session:
        world = effects.World(cast(LoadedTown, TOWN), FIRST, "")
        effects.apply(session, session.get_one(Resident, one), effect, world)
    assert len(pushes(db)) == left


def test_an_expected_child_is_not_spoken_of_four_weeks_after_its_month_began() -> None:
    assert rules.is_awaited(date(2026, 12, 1), date(2026, 12, 28))
    assert not rules.is_awaited(date(2026, 12, 1), date(2026, 12, 29))


def test_an_expected_child_past_its_month_hears_nothing(db: Sessions) -> None:
    one = family(db, BABY)
    with db.begin() as session:
        session.get_one(Child, (one, 1)).expected = True
    remind(db)
    assert pushes(db) == []


def test_the_database_lets_each_be_told_once_and_moves_it_with_its_child(db: Sessions) -> None:
    one = family(db, THREE, BABY)
    remind(db)
    twice = ChildReminder(resident_id=one, number=2, window="vaccination:BCG", kind="opens", told_at=FIRST)
    with pytest.raises(IntegrityError), db.begin() as session:
        session.add(twice)
    with pytest.raises(IntegrityError), db.begin() as session:
        session.add(ChildDay(resident_id=one, day=date(2026, 12, 1)))
    with db.begin() as session:
        resident_actions.choose_children(session, session.get_one(Resident, one), [(BABY, False)], FIRST)
    with db() as session:
        told = session.execute(select(ChildReminder.number, ChildReminder.window, ChildReminder.kind)).all()
        assert sorted(map(tuple, told)) == [
            (1, "checkup:4か月児健診", "month"),
            (1, "vaccination:BCG", "opens"),
        ]


def test_nothing_of_it_outlives_the_children(db: Sessions) -> None:
    one = family(db, BABY)
    remind(db)
    with db.begin() as session:
        own.CHILDREN.erase(session, Erasing(session.get_one(Resident, one), FIRST))
    with db.begin() as session:
        assert session.scalar(select(func.count()).select_from(ChildReminder)) == 0
        assert session.scalar(select(func.count()).select_from(ChildDay)) == 0
        session.add(ChildDay(resident_id=one, day=date(2026, 12, 1)))
    with db.begin() as session:
        actions.forget_old(session, FIRST + timedelta(days=9))
        assert session.scalar(select(func.count()).select_from(ChildDay)) == 0


def test_windows_that_open_as_they_end_are_told_once_less(db: Sessions) -> None:
    """A window of one month: 30 days before its end it was not open yet."""
    kinds = [
        (today, call.kind)
        for today in (date(2026, 12, 1) + timedelta(days=n) for n in range(31))
        for call in rules.calls(TOWN.windows, date(2026, 8, 1), today)
        if call.window == "checkup:4か月児健診"
    ]
    assert kinds == [(date(2026, 12, day), "opens") for day in (1, 2, 3)]


def test_the_clock_reminds_with_the_loaded_town(db: Sessions, parts: Parts) -> None:
    one = family(db, BABY, language="en")
    upkeep.remind_of_children(parts)
    assert pushes(db) == []
    with db.begin() as session:
        town_actions.store(
            session,
            town_actions.folder_files(Path(str(Settings.model_fields["town_dir"].default))),
            now=FIRST,
            by="test",
        )
    assert "children" in [duty.name for duty in upkeep.duties(parts)]
    for _ in range(2):
        upkeep.remind_of_children(parts)
    ((who, said),) = pushes(db)
    assert who == one
    assert "- BCG: starts in Dec 2026" in said and "until about Thu 31 Dec" in said


@pytest.fixture
def parts(db: Sessions, database_url: str, redis_url: str) -> Iterator[Parts]:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="only-for-tests",
        line_channel_secret="only-for-tests",
        line_channel_access_token="only-for-tests",
        line_api_base_url="http://127.0.0.1:9",
    )
    made = build(settings)
    yield replace(made, clock=TenOClock())
    made.close()
