"""What is asked at the moment of hand-over: is it time, is it still true, is what was seen still so."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import packing, queries
from app.delivery.models import Batch
from app.errors import Refused
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.notices.rules import Release
from app.release import actions as release
from app.residents.models import Resident
from app.staff.models import Staff
from tests import builders as given
from tests.db.ledger import (
    NOON,
    SECOND,
    notice_of,
    released,
    scheduled,
    states,
    take,
)


def test_a_notice_is_counted_and_planned_before_its_instant_but_nothing_leaves(
    db: Sessions, crowd: int
) -> None:
    notice_id = scheduled(db, crowd)
    early = NOON - 3 * SECOND
    with db.begin() as session:
        assert not release.release(session, notice_id, NOON - 6 * SECOND)
        assert release.release(session, notice_id, early)
    with db.begin() as session:
        release.plan(session, notice_id, early)
        assert not release.start(session, notice_id, early)
    assert (notice_of(db, notice_id).state, states(db, notice_id)) == ("recipients_frozen", {"planned": 3})
    with pytest.raises(claiming.NotRunning):
        take(db, notice_id, now=early)
    with db.begin() as session:
        assert release.start(session, notice_id, NOON)
    assert len(take(db, notice_id)) == 3


def test_a_notice_for_midnight_is_counted_by_the_day_that_begins(db: Sessions) -> None:
    """By yesterday's date it would be the approved 40, and 160 others would get it."""
    midnight = datetime(2026, 12, 31, 15, 0, tzinfo=UTC)
    with db.begin() as session:
        for month, people in ((2, 40), (3, 160)):
            for _ in range(people):
                given.resident(session, born=[date(2026, month, 1)])
        notice = given.approved(session, people=40, rule={"child_months": {"from": 10, "to": 10}})
        by = session.get_one(Staff, notice.author_id)
        what = Release(at=midnight, typed_count=40, night_reason="年始")
        notice_actions.schedule(session, notice, what, by=by, now=midnight - timedelta(hours=6))
        notice_id = notice.id
    with db.begin() as session:
        assert not release.release(session, notice_id, midnight - 4 * SECOND)
    assert (notice_of(db, notice_id).state, notice_of(db, notice_id).expected_count) == (
        "content_frozen",
        160,
    )


def test_a_notice_cannot_be_resumed_into_the_time_before_its_instant(db: Sessions, crowd: int) -> None:
    notice_id = scheduled(db, crowd)
    early = NOON - SECOND
    with db.begin() as session:
        release.release(session, notice_id, early)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.pause(session, notice, by=by.login, now=early)
        with pytest.raises(Refused, match="時刻を過ぎてから"):
            notice_actions.resume(session, notice, by=by, now=early)
        notice_actions.resume(session, notice, by=by, now=NOON)


def test_a_planned_notice_nobody_started_in_time_is_held(db: Sessions, crowd: int) -> None:
    notice_id = scheduled(db, crowd)
    with db.begin() as session:
        release.release(session, notice_id, NOON - SECOND)
    with db.begin() as session:
        release.plan(session, notice_id, NOON - SECOND)
    with db.begin() as session:
        assert not release.start(session, notice_id, NOON + timedelta(minutes=16))
    assert (notice_of(db, notice_id).state, notice_of(db, notice_id).pause_reason) == ("paused", "late")


def test_an_order_that_falls_while_its_follower_is_under_way_holds_the_follower(
    db: Sessions, crowd: int
) -> None:
    order = released(db, crowd)
    follower = released(db, crowd, requires_id=order)
    take(db, follower, limit=1)
    released(db, crowd, supersedes_id=order)
    with pytest.raises(claiming.NotRunning):
        take(db, follower)
    with db.begin() as session:
        assert closing.retire(session, follower, NOON)
    assert notice_of(db, follower).pause_reason == "requires"


def test_a_changed_bond_voids_the_approval(db: Sessions, crowd: int) -> None:
    with db.begin() as session:
        other = given.scheduled(session, people=crowd).id
        notice = given.approved(session, people=crowd)
        assert notice_actions.hash_of(notice) == notice.approved_hash
        notice.supersedes_id = other
        assert notice_actions.hash_of(notice) != notice.approved_hash


def test_who_changed_in_between_is_told_by_reason_even_in_a_large_lot(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    with db.begin() as session:
        ids = session.scalars(select(Resident.id).order_by(Resident.id)).all()
        session.execute(update(Resident).where(Resident.id.in_(ids[::10])).values(state="blocked"))
    claims = take(db, notice_id)
    assert sum(claim.size for claim in claims) == crowd - 110
    with db() as session:
        assert queries.excluded_by_reason(session, notice_id) == {"blocked": 110}
        kept = [
            i for b in session.scalars(select(Batch).order_by(Batch.seq)) for i in packing.unpack(b.members)
        ]
    assert kept == [i for n, i in enumerate(ids) if n % 10]


def test_a_notice_that_changes_between_a_look_and_its_lock_is_read_afresh(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    with db() as planner:
        seen = notice_queries.snapshot(planner, notice_id)
        with db.begin() as other:
            notice = other.get_one(Notice, notice_id)
            notice_actions.pause(other, notice, by="x", now=NOON)
        fresh = notice_queries.locked(planner, notice_id)
        assert seen is not None and fresh is not None
        assert (seen.state, fresh.state) == ("running", "paused")
