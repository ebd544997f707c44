"""When sending stands still because LINE does not answer: the rule all senders share, and a stream's own gate."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.circuits.rules import PATIENCE, URGENT, Circuit, Heard, May, after, asked, heard, may, sentence
from app.line.answers import Answer
from app.line.gate import DOUBTS, Gate

NOW = datetime(2026, 12, 1, 3, 0, tzinfo=UTC)
HOLD = timedelta(seconds=30)
YES, NO = Answer(200), Answer(503)


def held(at: datetime = NOW) -> Circuit:
    return after(Circuit(), Heard(False, DOUBTS), HOLD, at)


@pytest.mark.parametrize(
    ("answers", "told"),
    [
        ([YES, YES], Heard(True, 0)),
        ([YES, NO, NO], Heard(True, 2)),
        ([NO, Answer(400), NO], Heard(True, 1)),
        ([NO, None, Answer(0), Answer(0, sent=False), Answer(302), Answer(504)], Heard(False, 5)),
        ([None, None], Heard(False, 0)),
    ],
)
def test_only_what_came_after_line_s_last_answer_is_doubtful(
    answers: list[Answer | None], told: Heard
) -> None:
    assert heard(answers) == told


@pytest.mark.parametrize("status", [200, 400, 401, 403, 409, 413, 429])
def test_every_answer_of_line_s_own_breaks_the_row(status: int) -> None:
    assert heard([NO] * 9 + [Answer(status)]) == Heard(True, 0)
    assert after(held(), heard([Answer(status)]), HOLD, NOW) == Circuit()


def test_five_in_a_row_hold_whoever_saw_them() -> None:
    four = after(after(Circuit(), Heard(False, 2), HOLD, NOW), Heard(False, 2), HOLD, NOW)
    assert may(four, "ordinary", NOW) is May.ALL
    assert may(after(four, Heard(True, 4), HOLD, NOW), "ordinary", NOW) is May.ALL
    assert may(after(four, Heard(False, 1), HOLD, NOW), "ordinary", NOW) is May.NOTHING


def test_after_the_hold_one_asks_and_the_others_wait_for_it() -> None:
    then = NOW + HOLD
    assert may(held(), "ordinary", then - timedelta(seconds=1)) is May.NOTHING
    assert may(held(), "ordinary", then) is May.ONE
    waits = asked(held(), then)
    assert may(waits, "individual", then + PATIENCE - timedelta(seconds=1)) is May.NOTHING
    assert may(waits, "individual", then + PATIENCE) is May.ONE, "its sender may have died"
    again = after(waits, Heard(False, 1), HOLD, then)
    assert again.held_until == then + HOLD
    assert again.since == NOW


def test_what_was_under_way_when_the_hold_began_does_not_make_it_longer() -> None:
    later = NOW + timedelta(seconds=9)
    assert after(held(), Heard(False, 30), HOLD, later).held_until == NOW + HOLD


def test_an_emergency_asks_every_second_for_everybody() -> None:
    one = NOW + URGENT
    assert may(held(), "emergency", NOW) is May.NOTHING
    assert may(held(), "emergency", one) is May.ONE
    waits = asked(held(), one)
    assert may(waits, "emergency", one) is May.NOTHING
    assert may(waits, "emergency", one + URGENT) is May.ONE
    assert may(after(waits, Heard(False, 1), HOLD, one), "ordinary", NOW + HOLD) is May.NOTHING
    assert after(waits, Heard(True, 0), HOLD, one) == Circuit()


def test_staff_read_for_how_long() -> None:
    assert sentence(None) == ""
    assert sentence(20).startswith("1分ほど前から")
    assert sentence(200).startswith("3分前から")


def test_a_gate_shuts_at_the_fifth_doubt_and_opens_with_an_answer() -> None:
    gate = Gate()
    for _ in range(DOUBTS - 1):
        gate.heard(NO)
    assert gate.lets
    gate.heard(NO)
    assert not gate.lets
    gate.heard(YES)
    assert gate.lets


def test_a_shut_gate_lets_through_exactly_those_that_ask() -> None:
    gate = Gate()
    gate.let_one()
    gate.shut()
    assert gate.lets
    gate.begun()
    assert not gate.lets
    gate.heard(NO)
    assert not gate.lets
    gate.let_one()
    gate.begun()
    gate.heard(YES)
    assert gate.lets and gate.is_open


def test_a_reopened_gate_shuts_at_the_next_doubt() -> None:
    gate = Gate()
    gate.shut()
    gate.reopen()
    assert gate.lets
    gate.heard(NO)
    assert not gate.lets
