"""A repeat makes each instant's notice once, whoever looks and however late."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest
from sqlalchemy import func, select

from app.db import Sessions
from app.errors import Refused
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.release import actions as release
from app.repeats import actions, rules
from app.repeats.models import Firing, Repeat
from app.staff.models import Staff
from tests import builders as given

NOON = given.NOON
DAY = timedelta(days=1)
DAILY = rules.Pattern("daily", time(12, 0), date(2026, 12, 2), date(2026, 12, 5))


def begun(db: Sessions, pattern: rules.Pattern = DAILY) -> int:
    """A repeat that starts the day after NOON; answers the pattern notice's id."""
    with db.begin() as session:
        given.residents(session, 5)
        notice = given.approved(session, people=5)
        by = session.get_one(Staff, notice.author_id)
        actions.start(session, notice, pattern, by=by, now=NOON)
        return notice.id


def copies(db: Sessions) -> list[Notice]:
    with db() as session:
        made = select(Notice).where(Notice.repeat_of_id.is_not(None)).order_by(Notice.scheduled_at)
        return list(session.scalars(made))


def fire(db: Sessions, at: object) -> list[int]:
    with db.begin() as session:
        return actions.fire_due(session, at)


def test_each_instant_makes_one_notice_to_the_byte(db: Sessions) -> None:
    notice_id = begun(db)
    assert fire(db, NOON) == []
    assert len(fire(db, NOON + DAY)) == 1
    assert fire(db, NOON + DAY) == []
    [copy] = copies(db)
    with db() as session:
        pattern = session.get_one(Notice, notice_id)
    assert (copy.state, copy.scheduled_at) == ("scheduled", NOON + DAY)
    assert (copy.messages, copy.approved_hash) == (pattern.messages, pattern.content_hash)
    assert notice_actions.hash_of(copy) == copy.approved_hash, "what was approved is what goes out"
    with db.begin() as session:
        assert release.release(session, copy.id, NOON + DAY)


def test_two_clocks_at_once_make_one(db: Sessions) -> None:
    begun(db)
    with db() as one, db() as two:
        first, second = actions.fire_due(one, NOON + DAY), actions.fire_due(two, NOON + DAY)
        one.commit(), two.commit()
    assert (len(first), len(second)) == (1, 0)
    assert len(copies(db)) == 1


def test_an_instant_that_is_written_down_already_makes_nothing(db: Sessions) -> None:
    begun(db)
    with db.begin() as session:
        repeat = session.scalars(select(Repeat)).one()
        other = given.scheduled(session, people=5)
        session.add(Firing(repeat_id=repeat.id, instant=NOON + DAY, notice_id=other.id, skipped=False))
    assert fire(db, NOON + DAY) == [] and copies(db) == []


def test_after_days_away_only_the_last_is_made_and_held_for_a_person(db: Sessions) -> None:
    begun(db)
    [made] = fire(db, NOON + 3 * DAY + timedelta(hours=1))
    with db.begin() as session:
        assert session.scalar(select(func.count()).select_from(Firing).where(Firing.skipped)) == 2
        assert not release.release(session, made, NOON + 3 * DAY + timedelta(hours=1))
    [copy] = copies(db)
    assert (copy.state, copy.pause_reason) == ("paused", "late")


def test_it_ends_with_its_last_day(db: Sessions) -> None:
    begun(db)
    for number in range(1, 7):
        fire(db, NOON + number * DAY)
    with db() as session:
        assert session.scalars(select(Repeat)).one().state == "ended"
    assert len(copies(db)) == 4


def test_a_changed_pattern_stops_it(db: Sessions) -> None:
    notice_id = begun(db)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.edit(session, notice, given.draft(), by=by, now=NOON)
    assert fire(db, NOON + DAY) == []
    with db() as session:
        repeat = session.scalars(select(Repeat)).one()
    assert repeat.state == "paused" and "承認をやり直して" in repeat.pause_reason


def test_pause_resume_and_end(db: Sessions) -> None:
    begun(db)
    with db.begin() as session:
        repeat = session.scalars(select(Repeat)).one()
        by = session.get_one(Staff, repeat.by_id)
        actions.pause(session, repeat, by=by, now=NOON)
    assert fire(db, NOON + DAY) == []
    with db.begin() as session:
        repeat = session.scalars(select(Repeat)).one()
        actions.resume(session, repeat, by=session.get_one(Staff, repeat.by_id), now=NOON + DAY)
        assert repeat.next_at == NOON + 2 * DAY, "what was missed is not made up for"
        actions.end(session, repeat, by=session.get_one(Staff, repeat.by_id), now=NOON + DAY)
        with pytest.raises(Refused):
            actions.end(session, repeat, by=session.get_one(Staff, repeat.by_id), now=NOON + DAY)


def test_only_an_approved_notice_is_repeated_and_only_once(db: Sessions) -> None:
    notice_id = begun(db)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        with pytest.raises(Refused, match="もうくり返しに登録"):
            actions.start(session, notice, DAILY, by=by, now=NOON)
        other = given.scheduled(session, people=5)
        with pytest.raises(Refused, match="承認済み"):
            actions.start(session, other, DAILY, by=by, now=NOON)


def test_the_copies_addresses_open_once_one_was_released(db: Sessions) -> None:
    notice_id = begun(db)
    with db() as session:
        token = session.get_one(Notice, notice_id).token
        assert notice_queries.by_token(session, token) is None
    [made] = fire(db, NOON + DAY)
    with db.begin() as session:
        assert release.release(session, made, NOON + DAY)
    with db() as session:
        found = notice_queries.by_token(session, token)
        assert found is not None and found.id == notice_id
