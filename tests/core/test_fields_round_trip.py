"""read(write(value)) == value for every kind, and no text whatever makes a reader fall."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from content.fields.kinds import KINDS, read, write
from tests.field_values import VALUES

TODAY = date(2026, 11, 23)
_TYPED = st.text(
    "0123456789０１２９年月日時分半午前後令和平成元（）()、，,・から~～〜-−ー:：.／/ 　¥円万無料約組人歳か月以上未満丁目番地号の〒市区町村本@＠#+電話内線ht ps%?=土金曜NE°度'\"",
    max_size=40,
) | st.text(max_size=40)


def test_every_kind_has_a_strategy() -> None:
    assert set(VALUES) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_written_is_read_back(kind: str) -> None:
    seen: list[object] = []

    @settings(
        max_examples=200,
        deadline=None,
        suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow],
    )
    @given(VALUES[kind])
    def holds(value: object) -> None:
        seen.append(value)
        text = write(kind, value)
        reading = read(kind, text, today=TODAY)
        assert (reading.value, reading.text, reading.changes, reading.problems) == (value, text, (), ())

    holds()
    assert len(seen) >= 100


@pytest.mark.parametrize("kind", KINDS)
def test_any_text_gives_a_value_or_a_sentence_and_stays_itself(kind: str) -> None:
    @settings(max_examples=150, deadline=None)
    @given(_TYPED)
    def holds(typed: str) -> None:
        reading = read(kind, typed, today=TODAY)
        if reading.value is None:
            assert bool(reading.problems) == bool(typed.strip())
            assert reading.text == (typed if reading.problems else "")
            return
        again = read(kind, write(kind, reading.value), today=TODAY)
        assert (again.value, again.text, again.changes) == (reading.value, reading.text, ())

    holds()
