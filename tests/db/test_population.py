"""Invented residents: any number, the same every time, and only what a real resident could be."""

from __future__ import annotations

from sqlalchemy import func, select

from app.cli import population
from app.db import Sessions
from app.residents.models import Child, Resident
from app.segments import queries
from app.segments.words import Everyone, HasTopic
from tests.builders import NOON, resident

SETTING = population.Setting(
    districts=[("中区", "naka-01"), ("西区", "nishi-01")], topics=["garbage", "childcare", "events"], now=NOON
)


def fill(db: Sessions, people: int) -> int:
    with db.begin() as session:
        return population.fill_up(session, people, SETTING)


def everybody(db: Sessions) -> list[tuple[object, ...]]:
    with db() as session:
        found = select(Resident.line_user_id, Resident.topics, Resident.district, Resident.state)
        return [tuple(row) for row in session.execute(found.order_by(Resident.line_user_id))]


def test_filling_up_again_adds_only_who_is_missing(db: Sessions) -> None:
    assert [fill(db, 200), fill(db, 200), fill(db, 250), fill(db, 10)] == [200, 0, 50, 0]
    assert len(everybody(db)) == 250


def test_the_same_people_every_time(db: Sessions) -> None:
    fill(db, 100)
    fill(db, 200)
    two_steps = everybody(db)
    with db.begin() as session:
        for person in session.scalars(select(Resident)):
            session.delete(person)
    fill(db, 200)
    assert everybody(db) == two_steps


def test_real_residents_are_left_alone(db: Sessions) -> None:
    with db.begin() as session:
        resident(session)
    assert fill(db, 20) == 20
    assert len(everybody(db)) == 21


def test_a_segment_finds_some_and_children_belong_to_those_who_chose_childcare(db: Sessions) -> None:
    fill(db, 500)
    with db() as session:
        some = queries.count(session, HasTopic("garbage"), NOON.date())
        everyone = queries.count(session, Everyone(), NOON.date())
        assert 0 < some < everyone < 500
        without = (
            select(func.count())
            .select_from(Child)
            .join(Resident)
            .where(~Resident.topics.contains(["childcare"]))
        )
        assert session.scalar(without) == 0
        assert session.scalar(select(func.count()).select_from(Child)) > 50
