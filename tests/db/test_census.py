"""The census: the same numbers as PostgreSQL's own, never an old one, and nothing lost without it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from app.census import actions, queries
from app.census import rules as census_rules
from app.db import Sessions
from app.segments import queries as segment_queries
from app.segments.words import All, Everyone, HasTopic, InDistricts, Not, Received, Rule, WantsReminder
from tests import builders
from tests.db.test_segments import some_rules

NOON = builders.NOON
LATER = NOON + timedelta(seconds=30)
LANES = ("ordinary", "individual", "emergency")
more_rules = st.one_of(
    some_rules,
    st.builds(WantsReminder, st.sampled_from(("-1 18:00", "0 06:00"))),
    st.builds(InDistricts, st.sampled_from((("101",), ("101", "102", "999")))),
    some_rules.map(lambda rule: All((rule, Not(WantsReminder("-1 18:00"))))),
)


@pytest.fixture
def people(db: Sessions) -> list[int]:
    """All sorts, some of whom stopped, paused, blocked, or never finished; ids with gaps."""
    made = []
    with db.begin() as session:
        for number in range(150):
            ward = ("", "東区", "西区")[number % 3]
            person = builders.resident(
                session,
                topics=[t for bit, t in enumerate(("garbage", "events", "news")) if number >> bit & 1],
                born=[date(2026 - number % 3, number % 12 + 1, 1)] if number % 2 else [],
                ward=ward,
                district=("101", "102")[number // 3 % 2] if ward else "",
                language=("ja", "en")[number // 7 % 2],
                reminder=("", "-1 18:00", "0 06:00")[number // 5 % 3],
                stopped=("", "", "", "ordinary", "all")[number % 5],
                paused_until=(None, NOON - timedelta(days=1), NOON + timedelta(days=1))[number // 4 % 3],
            )
            person.state = ("friend", "friend", "friend", "blocked", "stranger")[number // 2 % 5]
            person.setup_done_at = None if number % 11 == 0 else NOON
            for child in person.children:
                child.expected = number % 9 == 0
            made.append(person.id)
        session.execute(text("DELETE FROM residents WHERE id % 10 = 3"))
    return made


def take(db: Sessions, at: datetime = NOON) -> bool:
    with db.begin() as session:
        return actions.take(session, at)


def both(db: Sessions, rule: Rule, lane: str = "ordinary", at: datetime = LATER) -> list[tuple[int, int]]:
    """The census's numbers and PostgreSQL's own, for the moment the census was taken."""
    with db() as session:
        found = queries.count(session, rule, lane=lane, at=at)
        assert found.at == NOON
        own = (
            segment_queries.hearers(session, rule, lane=lane, at=NOON),
            segment_queries.silent(session, rule, lane=lane, at=NOON),
        )
    return [(found.people, found.silent), own]


def test_the_census_finds_the_same_numbers(db: Sessions, people: list[int]) -> None:
    take(db)

    @given(rule=more_rules, lane=st.sampled_from(LANES))
    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
    def holds(rule: Rule, lane: str) -> None:
        census, own = both(db, rule, lane)
        assert census == own

    holds()
    everyone, _ = both(db, Everyone())
    assert min(everyone) > 10


def test_bits_survive_packing() -> None:
    many = list(range(3, 3 * census_rules.FEW, 2))
    for places in ([], [0], [7, 8], [9], [800, 16, 802], list(range(1000)), many):
        held = set(places)
        number = int("".join("01"[place in held] for place in range(max(places, default=0), -1, -1)), 2)
        assert census_rules.at_places(places) == census_rules.pack(number).number == number
    assert census_rules.run(3, 4) == 0b1111000


def test_who_changed_is_counted_by_the_next_census(db: Sessions) -> None:
    rule = HasTopic("events")
    with db.begin() as session:
        builders.residents(session, 5)
    take(db)
    with db.begin() as session:
        builders.resident(session)
    assert not take(db, LATER), "the last one is fresh"
    with db() as session:
        assert queries.count(session, rule, lane="ordinary", at=LATER).people == 5
    assert take(db, NOON + census_rules.FRESH)
    with db() as session:
        found = queries.count(session, rule, lane="ordinary", at=NOON + census_rules.FRESH)
    assert (found.people, found.at) == (6, NOON + census_rules.FRESH)


@pytest.mark.parametrize("minutes", [-1, 6])
def test_an_old_census_is_not_shown(db: Sessions, minutes: int) -> None:
    """Nor one from the future, after the clock was set back."""
    take(db)
    with db.begin() as session:
        builders.residents(session, 3)
    at = NOON + timedelta(minutes=minutes)
    with db() as session:
        found = queries.count(session, Everyone(), lane="ordinary", at=at)
    assert (found.people, found.at) == (3, None)


def test_what_is_lost_or_not_in_it_is_counted_by_postgresql(db: Sessions) -> None:
    with db.begin() as session:
        builders.residents(session, 3)
    take(db)
    with db.begin() as session:
        found = queries.count(session, Not(Received(1)), lane="ordinary", at=LATER)
        assert (found.people, found.at) == (3, None)
        session.execute(text("TRUNCATE census"))
        found = queries.count(session, Everyone(), lane="ordinary", at=LATER)
        assert (found.people, found.at) == (3, None)


def test_nothing_is_kept_of_it_once_it_is_old(db: Sessions) -> None:
    """Whoever deleted their data since is still among its bits."""
    take(db)
    for at, left in ((LATER, True), (NOON + timedelta(hours=1), False)):
        with db.begin() as session:
            actions.forget_old(session, at)
            assert bool(session.scalar(text("SELECT count(*) FROM census"))) == left


def test_only_a_large_town_takes_one_and_only_when_it_has_no_fresh_one(db: Sessions) -> None:
    assert not is_due(db)
    with builders.large_town(db):
        assert is_due(db)
        take(db)
        assert not is_due(db)
        assert is_due(db, NOON + census_rules.FRESH)


def is_due(db: Sessions, at: datetime = NOON) -> bool:
    with db() as session:
        return queries.is_due(session, at)


def test_no_id_is_in_it(db: Sessions) -> None:
    with db.begin() as session:
        builders.residents(session, 20)
        session.execute(text("DELETE FROM residents WHERE id < (SELECT max(id) FROM residents)"))
    take(db)
    with db() as session:
        kept = session.scalars(text("SELECT DISTINCT skipped FROM census")).all()
    assert kept == [0]


def test_counting_may_think_longer_than_a_sender_may_stand_still(db: Sessions) -> None:
    with db.begin() as session:
        actions.take(session, NOON)
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "1min"
