"""The rows of the audience form and the rule they stand for."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as some
from werkzeug.datastructures import MultiDict

from app.console.audience import LANGUAGES, Row, is_known, rows_in, rows_of, rule_of
from app.errors import Refused
from app.segments import rules
from app.segments.words import (
    All,
    AnyOf,
    Awaits,
    ChildMonths,
    Everyone,
    HasTopic,
    InDistrict,
    InWard,
    Nobody,
    Not,
    Rule,
)

GARBAGE = Row("topic", ("garbage",))


def test_a_category_of_garbage_may_have_a_name_of_any_length() -> None:
    awaits = Awaits(("プラスチック製容器包装・" * 20,), date(2026, 12, 1))
    assert rules.from_json(rules.to_json(awaits)) == awaits
    with pytest.raises(Refused):
        rules.from_json({"awaits": {"day": "2026-12-01", "kinds": [""]}})


def test_no_row_is_nobody() -> None:
    assert rule_of(()) == Nobody()


def test_one_choice_is_that_choice() -> None:
    assert rule_of((GARBAGE,)) == HasTopic("garbage")


def test_any_within_a_row_and_all_between_rows() -> None:
    rows = (Row("topic", ("garbage", "events")), Row("place", ("ward:中区", "district:naka-01")))
    garbage_or_events = AnyOf((HasTopic("garbage"), HasTopic("events")))
    assert rule_of(rows) == All((garbage_or_events, AnyOf((InWard("中区"), InDistrict("naka-01")))))


def test_a_row_can_exclude() -> None:
    rows = (GARBAGE, Row("place", ("ward:西区",), excludes=True))
    assert rule_of(rows) == All((HasTopic("garbage"), Not(InWard("西区"))))


@pytest.mark.parametrize(
    "row", [Row("topic"), Row("place"), Row("language"), Row("child"), Row("topic", excludes=True)]
)
def test_a_row_with_nothing_chosen_reaches_nobody_and_says_which(row: Row) -> None:
    with pytest.raises(Refused) as refused:
        rule_of((GARBAGE, row))
    assert "2行目" in refused.value.sentence
    assert "0人" in refused.value.sentence


def test_excluding_alone_reaches_nobody() -> None:
    with pytest.raises(Refused, match="除く人だけ"):
        rule_of((Row("topic", ("garbage",), excludes=True),))


@pytest.mark.parametrize(
    "months", [("6", ""), ("", "6"), ("a", "b"), ("12", "6"), ("-1", "3"), ("0", "999"), ("²", "3")]
)
def test_months_that_make_no_sense_are_refused_with_an_example(months: tuple[str, str]) -> None:
    with pytest.raises(Refused, match="お子さんの年齢"):
        rule_of((Row("child", months=months),))


def test_a_posted_form_is_read_in_order() -> None:
    form = MultiDict(
        [
            ("row-1-kind", "child"), ("row-1-from", "６"), ("row-1-to", "12"),
            ("row-0-kind", "topic"), ("row-0-value", "garbage"), ("row-0-value", "events"),
            ("row-2-kind", "nonsense"), ("row-x-kind", "topic"), ("name", ""),
        ]
    )  # fmt: skip
    assert rows_in(form) == (Row("topic", ("garbage", "events")), Row("child", months=("6", "12")))


@pytest.mark.parametrize(
    "rule",
    [
        All((HasTopic("a"), All((HasTopic("b"), HasTopic("c"))))),
        AnyOf((HasTopic("a"), InWard("中区"))),
        AnyOf((ChildMonths(0, 3), ChildMonths(9, 12))),
        Not(All((HasTopic("a"), HasTopic("b")))),
    ],
)
def test_a_rule_that_rows_cannot_say_is_not_half_said(rule: Rule) -> None:
    assert rows_of(rule) is None


def test_a_forged_value_is_known_as_one() -> None:
    choices = {"topic": {"garbage"}}
    assert is_known((GARBAGE,), choices)
    assert not is_known((Row("topic", ("everything",)),), choices)


_rows = some.one_of(
    some.builds(
        Row, some.just("topic"), some.lists(some.sampled_from("abc"), min_size=1, unique=True).map(tuple)
    ),
    some.builds(
        Row,
        some.just("place"),
        some.lists(some.sampled_from(["ward:中区", "district:1"]), min_size=1, unique=True).map(tuple),
    ),
    some.builds(
        Row, some.just("language"), some.lists(some.sampled_from(list(LANGUAGES)), min_size=1).map(tuple)
    ),
    some.builds(Row, some.just("child"), months=some.sampled_from([("0", "3"), ("6", "12")])),
    some.just(Row("everyone")),
)


@given(some.lists(_rows, min_size=1, max_size=5).map(tuple), some.lists(_rows, max_size=2))
def test_rows_and_rule_say_the_same_both_ways(rows: tuple[Row, ...], out: list[Row]) -> None:
    both = (*rows, *(Row(row.kind, row.values, row.months, excludes=True) for row in out))
    rule = rule_of(both)
    assert rows_of(rule) == both
    assert rows_of(rules.from_json(rules.to_json(rule))) == both
    assert Everyone() not in (rule,) or rows == (Row("everyone"),)
