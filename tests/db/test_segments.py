"""One language, two readings: Python means a rule, SQL finds its people, and both agree on generated rules."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.orm import selectinload

from app.db import Sessions
from app.errors import Refused
from app.residents.models import Child, Resident
from app.segments import phrases, queries, rules
from app.segments.words import (
    All,
    Among,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    HasTopic,
    InDistrict,
    InDistricts,
    InWard,
    Nobody,
    Not,
    Rule,
    Speaks,
)
from tests import builders

TODAY = date(2026, 11, 30)
TOPICS, WARDS, DISTRICTS, LANGUAGES = (
    ("garbage", "events", "news"),
    ("東区", "西区"),
    ("101", "102"),
    ("ja", "en"),
)

KINDS = ("もえるごみ", "びん・かん")

leaves = st.one_of(
    st.builds(HasTopic, st.sampled_from(TOPICS)),
    st.builds(InWard, st.sampled_from(WARDS)),
    st.builds(InDistrict, st.sampled_from(DISTRICTS)),
    st.builds(Speaks, st.sampled_from(LANGUAGES)),
    st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda p: ChildMonths(min(p), max(p))),
    st.just(Nobody()),
    st.just(Everyone()),
)
some_rules = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda p: All(tuple(p))),
        st.lists(inner, max_size=3).map(lambda p: AnyOf(tuple(p))),
        inner.map(Not),
    ),
    max_leaves=8,
)


reminded = st.builds(
    Awaits,
    st.lists(st.sampled_from(KINDS), min_size=1, max_size=2).map(tuple),
    st.integers(-1, 2).map(lambda days: TODAY + timedelta(days=days)),
)
among = st.builds(Among, st.lists(st.integers(1, 300), min_size=1, max_size=40).map(tuple))
all_rules = st.one_of(
    some_rules,
    reminded,
    reminded.map(Not),
    among,
    among.map(Not),
    st.tuples(some_rules, reminded).map(All),
)
"""What is sent by itself asks one thing more, which no count of a census answers."""


@pytest.fixture(scope="module")
def crowd() -> list[dict[str, Any]]:
    """Every kind of person once: each topic set, place, language, and children around the ages asked for."""
    people = []
    for number in range(240):
        ward = ("", *WARDS)[number % 3]
        people.append(
            {
                "topics": [t for bit, t in enumerate(TOPICS) if number >> bit & 1],
                "ward": ward,
                "district": DISTRICTS[number % 2] if ward else "",
                "language": LANGUAGES[number // 7 % 2],
                "unwanted": [kind for bit, kind in enumerate(KINDS) if number // 5 >> bit & 1],
                "rests_until": TODAY + timedelta(days=number % 3) if number % 4 == 0 else None,
                "state": ("friend", "friend", "friend", "blocked", "stranger")[number % 5],
                "children": [
                    Child(
                        number=1,
                        birth_month=date(2026 - number % 4, number % 12 + 1, 1),
                        expected=number % 9 == 0,
                    )
                ]
                if number % 2
                else [],
            }
        )
    return people


@pytest.fixture
def town(db: Sessions, crowd: list[dict[str, Any]]) -> Sessions:
    with db.begin() as session:
        for number, person in enumerate(crowd):
            row = dict(person)
            children = [
                Child(number=c.number, birth_month=c.birth_month, expected=c.expected)
                for c in row.pop("children")
            ]
            done = None if number % 11 == 0 else builders.NOON
            session.add(
                Resident(
                    line_user_id=builders.line_id(10**6 + number),
                    setup_done_at=done,
                    children=children,
                    **row,
                )
            )
    return db


@pytest.fixture
def listeners(town: Sessions) -> dict[int, rules.Person]:
    """Who can be meant at all, read once for all rules."""
    with town() as session:
        everybody = session.scalars(select(Resident).options(selectinload(Resident.children))).all()
        return {r.id: as_person(r) for r in everybody if r.state == "friend" and r.setup_done_at}


@given(rule=all_rules)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_both_readings_find_the_same_people(
    town: Sessions, listeners: dict[int, rules.Person], rule: Rule
) -> None:
    with town() as session:
        meant = {number for number, person in listeners.items() if rules.matches(rule, person, TODAY)}
        found = queries.audience_ids(session, rule, TODAY, after_id=0, limit=10**6)
        assert found == sorted(meant)
        assert queries.count(session, rule, TODAY) == len(meant)


def as_person(resident: Resident) -> rules.Person:
    return rules.Person(
        id=resident.id,
        topics=frozenset(resident.topics),
        ward=resident.ward,
        district=resident.district,
        language=resident.language,
        unwanted=frozenset(resident.unwanted),
        rests_until=resident.rests_until,
        birth_months=tuple(c.birth_month for c in resident.children if not c.expected),
    )


@given(rule=all_rules)
@settings(max_examples=200, deadline=None)
def test_a_rule_survives_its_json(rule: Rule) -> None:
    assert rules.from_json(rules.to_json(rule)) == rule


@pytest.mark.parametrize(
    "empty", [{}, {"all": []}, {"any": []}, {"not": {}}, {"not": {"all": [{}, {"topic": "events"}]}}]
)
def test_an_empty_rule_means_nobody(town: Sessions, empty: dict[str, Any]) -> None:
    with town() as session:
        assert queries.count(session, rules.from_json(empty), TODAY) == 0


@pytest.mark.parametrize(
    "broken",
    [
        None, [], "x", 3, {"topic": 3}, {"topic": ""}, {"topic": "a", "ward": "b"}, {"unknown": "x"},
        {"all": {}}, {"everyone": False}, {"child_months": {"from": 5, "to": 3}}, {"child_months": {"from": -1, "to": 3}},
        {"child_months": {"from": True, "to": 3}}, {"ward": "x" * 41}, {"all": [{}] * 201},
        {"not": {"not": {"not": {"not": {"not": {"not": {"not": {"topic": "a"}}}}}}}},
    ],
)  # fmt: skip
def test_a_rule_that_is_not_understood_is_refused_with_a_sentence(broken: Any) -> None:
    with pytest.raises(Refused, match=r"条件|年齢"):
        rules.from_json(broken)


def test_a_child_is_six_months_old_from_the_sixth_month_on() -> None:
    six = ChildMonths(6, 6)
    assert rules.matches(six, rules.Person(birth_months=(date(2026, 5, 1),)), date(2026, 11, 1))
    assert not rules.matches(six, rules.Person(birth_months=(date(2026, 5, 1),)), date(2026, 12, 1))
    assert not rules.matches(six, rules.Person(birth_months=(date(2026, 6, 1),)), date(2026, 11, 30))


def test_staff_can_read_a_rule_aloud() -> None:
    names = phrases.Names({"events": "イベント"}, {}, {})
    rule = All((HasTopic("events"), InWard("東区"), ChildMonths(6, 47)))
    assert phrases.sentence(rule, names) == (
        "（「イベント」を選んだ、かつ、東区に住む、かつ、6か月から3歳11か月までの子どもがいる）人"
    )


def test_districts_are_constants_of_their_statement(db: Sessions) -> None:
    """Whatever they are called; as parameters PostgreSQL would compare them one by one once it has prepared the
    statement."""
    odd = ("it's", "100%", "%(id)s", "a\\b", ":c", '"d"', "[e]")
    with db.begin() as session:
        people = [builders.resident(session, district=district).id for district in odd]
        builders.resident(session, district="elsewhere")
    many = InDistricts((*odd, *map(str, range(500))))
    with db() as session:
        for _ in range(7):
            assert queries.audience_ids(session, many, TODAY, after_id=0, limit=100) == people
        known = text("SELECT max(cardinality(parameter_types)) FROM pg_prepared_statements")
        assert 0 < (session.scalar(known) or 0) < 100
