"""A change of collection days: answered at once, told by every reminder made after it, refused where it cannot be meant."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.db import Sessions
from app.errors import Refused
from app.garbage.models import OverriddenArea, Override
from app.notices.models import Notice
from app.release import actions as release
from app.reminders import actions, overriding, rules
from app.reminders.models import Correction
from app.town.queries import TownCache
from tests.db.changes import (
    EVENING,
    HERE,
    THERE,
    THURSDAY,
    area,
    by,
    corrections,
    freeze,
    got,
    person,
    register,
    remind,
    send,
    words,
)


def test_every_process_answers_with_a_change_at_once(db: Sessions, towns: TownCache) -> None:
    here = area(towns.town(), HERE)
    [before] = towns.town().collections(here, THURSDAY, THURSDAY)
    found = register(db, towns, [HERE], EVENING, new_day=date(2026, 12, 5))
    [stopped, moved] = towns.town().collections(here, THURSDAY, date(2026, 12, 5))[
        :1
    ] + towns.town().collections(here, date(2026, 12, 5), date(2026, 12, 5))
    assert before.categories and stopped.categories == () and stopped.stopped == before.categories
    assert set(before.categories) <= set(moved.categories)
    assert stopped.notes == ("大雪のため、12月3日（木）の燃えるごみは、12月5日（土）に収集します。",)
    staff = by(db)
    with db.begin() as session:
        overriding.withdraw(session, towns.town(), found.override_id, by=staff, now=EVENING)
    assert towns.town().collections(here, THURSDAY, THURSDAY) == [before]


@pytest.mark.parametrize("act", ["register", "withdraw"])
def test_a_reminder_made_while_a_change_is_written_down_tells_of_it(
    db: Sessions, towns: TownCache, act: str
) -> None:
    """Whoever makes it waits for the change: nobody would correct what was read before it."""
    reminded, staff, town = person(db, HERE), by(db), towns.town()
    change = overriding.Change((area(town, HERE),), THURSDAY, None, "snow")
    if act == "withdraw":
        found = register(db, towns, [HERE], EVENING)
    with db() as console, ThreadPoolExecutor(1) as clock:
        if act == "register":
            overriding.register(console, town, change, by=staff, now=EVENING)
        else:
            overriding.withdraw(console, towns.town(), found.override_id, by=staff, now=EVENING)

        def make() -> list[int]:
            with db.begin() as session:
                return actions.remind_due(session, towns.town_in, EVENING)

        made = clock.submit(make)
        with pytest.raises(TimeoutError):
            made.result(timeout=0.3)
        console.commit()
        [notice] = made.result(timeout=5)
    freeze(db, notice, EVENING)
    send(db, notice, EVENING)
    assert got(db, notice) == [reminded]
    assert ("中止" in words(db, notice)) == (act == "register")


def test_a_change_in_the_last_seconds_is_read_at_the_hour(db: Sessions, towns: TownCache) -> None:
    """Reminders that are made already are made anew: nobody is left without a word, and nobody has to be corrected."""
    stopped, other = person(db, HERE), person(db, THERE)
    made, frozen = EVENING - rules.AHEAD, EVENING - timedelta(seconds=5)
    [first] = remind(db, towns.town(), made)
    freeze(db, first, frozen)
    change = register(db, towns, [HERE], frozen)
    told, kept = sorted(waiting(db), key=lambda each: "中止" not in words(db, each))
    freeze(db, kept, frozen)
    assert remind(db, towns.town(), EVENING) == []
    for each in (told, kept):
        start(db, each, EVENING)
        send(db, each, EVENING)
    assert "中止" in words(db, told) and (got(db, told), got(db, kept)) == ([stopped], [other])
    assert got(db, first) == [] and corrections(db) == []
    with db() as session:
        assert session.get_one(Notice, first).state == "cancelled"
        assert (
            session.scalars(select(Correction.id).where(Correction.override_id == change.override_id)).all()
            == []
        )


def test_a_change_taken_back_in_the_last_seconds_is_not_told(db: Sessions, towns: TownCache) -> None:
    """And a collection that a change brings to a day is told of at the hour, too."""
    reminded, staff = person(db, HERE), by(db)
    found = register(db, towns, [HERE], EVENING - timedelta(hours=1))
    made = EVENING - rules.AHEAD
    remind(db, towns.town(), made)
    with db.begin() as session:
        overriding.withdraw(session, towns.town(), found.override_id, by=staff, now=made)
    [kept] = waiting(db)
    assert "中止" not in words(db, kept)
    register(db, towns, [HERE], made, day=date(2026, 12, 10), new_day=THURSDAY)
    [brought] = waiting(db)
    start(db, brought, EVENING)
    send(db, brought, EVENING)
    assert got(db, brought) == [reminded] and brought != kept


def waiting(db: Sessions) -> list[int]:
    with db() as session:
        found = select(Notice.id).where(Notice.state.in_(("scheduled", "recipients_frozen")))
        return list(session.scalars(found.order_by(Notice.id)))


def start(db: Sessions, notice_id: int, at: datetime) -> None:
    """Freeze what is not frozen yet, and let it go."""
    with db.begin() as session:
        release.release(session, notice_id, at)
    with db.begin() as session:
        release.plan(session, notice_id, at)
    with db.begin() as session:
        release.start(session, notice_id, at)


def test_what_cannot_be_meant_is_refused(db: Sessions, towns: TownCache) -> None:
    for changes, sentence in (
        ({"day": date(2026, 12, 1)}, "今日から1年先まで"),
        ({"new_day": THURSDAY}, "ちがう日"),
        ({"reason": "because"}, "理由を選んで"),
        ({"day": date(2026, 12, 6)}, "収集がありません"),
    ):
        with pytest.raises(Refused, match=sentence):
            register(db, towns, [HERE], EVENING, **changes)
    with pytest.raises(Refused, match="地区を1つ以上"):
        register(db, towns, [], EVENING)


def test_an_area_has_one_change_a_day(db: Sessions, towns: TownCache) -> None:
    found = register(db, towns, [HERE], EVENING)
    with pytest.raises(Refused, match="もう登録されています"):
        register(db, towns, [HERE, THERE], EVENING)
    with db() as session:
        assert len(session.scalars(select(OverriddenArea)).all()) == 1
    with pytest.raises(IntegrityError), db.begin() as session:
        [first] = session.scalars(select(Override)).all()
        again = Override(day=THURSDAY, reason="rain", by_id=first.by_id, at=EVENING)
        session.add(again)
        session.flush()
        session.add(OverriddenArea(override_id=again.id, area=found.areas[0], day=THURSDAY))
