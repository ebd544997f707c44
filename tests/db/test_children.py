"""Marks of children in the database: they stay with their child, and are exported and erased with it."""

from __future__ import annotations

from datetime import date

import pytest

from app.db import Sessions
from app.residents import actions
from app.residents.models import Child, Resident
from app.residents.rules import staying
from tests import builders as given

MAY, JUNE, JULY = (date(2026, month, 1) for month in (5, 6, 7))
BCG = "vaccination:BCG"


@pytest.mark.parametrize(
    ("known", "told", "stays"),
    [
        ([MAY], [MAY, JUNE], [0, None]),
        ([MAY, JUNE, JULY], [JUNE, JULY], [1, 2]),
        ([MAY, JUNE], [JULY, MAY], [None, 0]),
        ([MAY, JUNE], [JUNE, MAY], [1, None]),
        ([MAY, MAY], [MAY, MAY], [0, 1]),
        ([MAY, MAY], [MAY], [None]),
    ],
)
def test_who_stays(known: list[date], told: list[date], stays: list[int | None]) -> None:
    assert staying([(each, False) for each in known], [(each, False) for each in told]) == stays


def told(db: Sessions, person: Resident, months: list[date]) -> list[tuple[int, date, list[str], bool]]:
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        actions.choose_children(session, mine, [(month, False) for month in months], given.NOON)
    return children(db, person)


def children(db: Sessions, person: Resident) -> list[tuple[int, date, list[str], bool]]:
    with db() as session:
        mine = session.get_one(Resident, person.id).children
        return [(child.number, child.birth_month, child.done, child.stopped) for child in mine]


def test_marks_go_with_their_child_whatever_its_number(db: Sessions) -> None:
    with db.begin() as session:
        person = given.resident(session, born=[MAY, JUNE])
        for _ in range(2):
            actions.mark_done(session, person, 2, BCG, given.NOON)
        actions.stop_child(session, person, 2, on=True, now=given.NOON)
        actions.mark_done(session, person, 6, BCG, given.NOON)
    kept = (JUNE, [BCG], True)
    assert children(db, person) == [(1, MAY, [], False), (2, *kept)]
    assert told(db, person, [MAY, JUNE, JULY]) == [(1, MAY, [], False), (2, *kept), (3, JULY, [], False)]
    assert told(db, person, [JUNE, JULY]) == [(1, *kept), (2, JULY, [], False)]
    assert told(db, person, [MAY, MAY, JUNE]) == [(1, MAY, [], False), (2, MAY, [], False), (3, *kept)]
    with db.begin() as session:
        mine = session.get_one(Resident, person.id)
        actions.undo_done(session, mine, 3, BCG, given.NOON)
        actions.stop_child(session, mine, 3, on=False, now=given.NOON)
    assert children(db, person)[2] == (3, JUNE, [], False)
    assert told(db, person, []) == []


def test_which_of_two_born_together_went_nobody_can_tell(db: Sessions) -> None:
    """A mark is lost rather than given to the other child; a wish for silence is kept rather than lost."""
    with db.begin() as session:
        person = given.resident(session, born=[MAY, MAY])
        actions.mark_done(session, person, 1, BCG, given.NOON)
        actions.stop_child(session, person, 2, on=True, now=given.NOON)
    assert told(db, person, [MAY]) == [(1, MAY, [], True)]
    with db() as session:
        assert session.get(Child, (person.id, 2)) is None
