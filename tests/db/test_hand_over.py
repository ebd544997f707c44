"""What is asked at the moment of hand-over: is it time, is it still true, is it not too fast, did the first go well."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import actions, queries, rules
from app.delivery.claims import Recorded, Result
from app.delivery.models import Batch
from app.errors import Refused
from app.line.answers import Answer
from app.notices import actions as notice_actions
from app.notices import queries as notice_queries
from app.notices.models import Notice
from app.notices.rules import Release
from app.recording import actions as recording
from app.release import actions as release
from app.residents.models import Resident
from app.staff.models import Staff
from tests import builders as given
from tests.db.ledger import LOST, OK, due_again, notice_of, states, take, tell

NOON = given.NOON
SECOND = timedelta(seconds=1)


def scheduled(db: Sessions, people: int, **changes: object) -> int:
    with db.begin() as session:
        notice_id = given.scheduled(session, people=people).id
        if changes:
            session.execute(update(Notice).where(Notice.id == notice_id).values(**changes))
    return notice_id


def released(db: Sessions, people: int, **changes: object) -> int:
    """One that is under way; ``changes`` are columns set while it was scheduled."""
    notice_id = scheduled(db, people, **changes)
    with db.begin() as session:
        assert release.release(session, notice_id, NOON)
    more = True
    while more:
        with db.begin() as session:
            more = release.plan(session, notice_id, NOON)
    return notice_id


@pytest.fixture
def crowd(db: Sessions) -> int:
    """1,100 people who asked for events."""
    with db.begin() as session:
        return len(given.residents(session, 1100))


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


def test_two_senders_of_a_slow_notice_share_its_minute(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=60)
    with db() as one, ThreadPoolExecutor(1) as beside:
        first = claiming.claim(one, notice_id, claiming.Sender("a", 50, 15), NOON)
        second = beside.submit(take, db, notice_id)
        with pytest.raises(TimeoutError):
            second.result(timeout=0.3)
        one.commit()
        assert (sum(claim.size for claim in first), second.result(timeout=5)) == (60, [])


def test_what_is_tried_again_counts_in_a_slow_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=60)
    tell(db, notice_id, [(claim, LOST) for claim in take(db, notice_id)])
    due_again(db)
    later = NOON + timedelta(seconds=61)
    again = take(db, notice_id, now=later)
    assert sum(claim.size for claim in again) == 60
    assert take(db, notice_id, now=later + SECOND) == []
    with db.begin() as session:
        recording.record(session, notice_id, [Result(claim, OK) for claim in again], later)
    assert take(db, notice_id, now=later + 59 * SECOND) == []
    assert sum(claim.size for claim in take(db, notice_id, now=later + 61 * SECOND)) == 60


def test_a_watched_notice_sends_to_50_and_waits(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    assert first.size == rules.WATCHED
    assert take(db, notice_id) == []
    tell(db, notice_id, [(first, OK)])
    assert notice_of(db, notice_id).watch_until == NOON + timedelta(seconds=60)
    assert take(db, notice_id, now=NOON + timedelta(seconds=59)) == []
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - 50


def test_a_watch_can_be_ended_by_hand(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    tell(db, notice_id, [(first, OK)])
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.end_watch(session, notice, by=by, now=NOON + SECOND)
    assert len(take(db, notice_id, now=NOON + SECOND)) == 3


def test_a_first_batch_that_was_refused_stops_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    assert tell(db, notice_id, [(first, Answer(400))]).pause_reason == "watch"


def test_first_people_whose_senders_die_stop_the_notice(db: Sessions, crowd: int) -> None:
    """They are set aside by the reconciler; no sender is left to begin the watch."""
    notice_id = released(db, crowd, watch_seconds=60)
    for _ in range(rules.LOST_LEASES_ALLOWED):
        assert [claim.size for claim in take(db, notice_id)] == [rules.WATCHED]
        with db.begin() as session:
            session.execute(
                update(Batch).where(Batch.state == "sending").values(lease_until=NOON - timedelta(days=900))
            )
        with db.begin() as session:
            closing.mend_leases(session, NOON)
            closing.mend_watch(session, notice_id, NOON)
    assert states(db, notice_id) == {"quarantined": 1, "planned": 3}
    assert (notice_of(db, notice_id).state, notice_of(db, notice_id).pause_reason) == ("paused", "watch")
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        closing.resume(session, notice, by=session.get_one(Staff, notice.author_id), now=NOON + SECOND)
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - rules.WATCHED


def test_first_people_whose_key_is_too_old_stop_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    tell(db, notice_id, [(first, LOST)])
    with db.begin() as session:
        session.execute(update(Notice).values(expires_at=NOON + timedelta(hours=24)))
        session.execute(update(Batch).values(next_attempt_at=NOON - timedelta(days=900)))
    later = NOON + rules.KEY_LIFE
    assert take(db, notice_id, now=later) == []
    with db.begin() as session:
        closing.mend_watch(session, notice_id, later)
    assert states(db, notice_id)["unknown"] == 1
    assert notice_of(db, notice_id).pause_reason == "watch"


def test_the_next_50_are_watched_when_all_of_the_first_are_left_out(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    with db.begin() as session:
        first = session.scalars(select(Batch).order_by(Batch.seq).limit(1)).one()
        session.execute(
            update(Resident).where(Resident.id.in_(rules.unpack(first.members))).values(stopped="all")
        )
    [watched] = take(db, notice_id)
    assert watched.size == rules.WATCHED
    tell(db, notice_id, [(watched, OK)])
    rest = take(db, notice_id, now=NOON + timedelta(seconds=60))
    assert sum(claim.size for claim in rest) == crowd - 2 * rules.WATCHED


def test_more_than_one_refusal_in_twenty_stops_the_notice(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    claims = take(db, notice_id)
    tell(db, notice_id, [(claims[0], OK)])
    told = Recorded()
    for _ in range(12):
        claims = [c for c in take(db, notice_id) or claims[1:] if c.size <= 500]
        told = tell(db, notice_id, [(claim, Answer(400)) for claim in claims])
        if told.pause_reason:
            break
    assert told.pause_reason == "refusals"


def test_a_slow_notice_starts_no_more_people_a_minute_than_asked(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, people_per_minute=240)
    begun = {}
    for second in range(0, 180, 5):
        now = NOON + timedelta(seconds=second)
        claims = take(db, notice_id, now=now)
        tell(db, notice_id, [(claim, OK) for claim in claims])
        begun[second] = sum(claim.size for claim in claims)
    for second in begun:
        assert sum(n for at, n in begun.items() if second <= at < second + 60) <= 240
    assert sum(begun.values()) == 240 * 3


def test_a_running_notice_told_to_go_slower_counts_its_batches_as_they_were_cut(
    db: Sessions, crowd: int
) -> None:
    notice_id = released(db, crowd)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.slow_down(session, notice, 600, by=by, now=NOON)
    begun: list[int] = []
    for minute in range(4):
        for second in (0, 20, 40):
            now = NOON + timedelta(minutes=minute, seconds=second)
            claims = take(db, notice_id, now=now)
            tell(db, notice_id, [(claim, OK) for claim in claims])
            begun.append(sum(claim.size for claim in claims))
    assert [sum(begun[at : at + 3]) for at in range(0, 12, 3)] == [500, 600, 0, 0]


def test_a_pace_below_one_batch_still_moves(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    with db.begin() as session:
        session.execute(update(Notice).values(people_per_minute=12))
    assert [claim.size for claim in take(db, notice_id)] == [500]
    assert take(db, notice_id, now=NOON + timedelta(seconds=59)) == []


def test_what_staff_saw_when_they_resumed_does_not_stop_a_notice_again(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd)
    [refused] = take(db, notice_id, limit=1)
    with db.begin() as session:
        actions.settle(session.get_one(Batch, refused.batch_id), "rejected", "400", NOON)
        bad = session.scalars(select(Resident.line_user_id).order_by(Resident.id)).all()[600].encode()
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.pause(session, notice, reason="refusals", by="x", now=NOON)
        closing.resume(session, notice, by=by, now=NOON)
    while claims := take(db, notice_id):
        told = tell(db, notice_id, [(claim, Answer(400) if bad in claim.body else OK) for claim in claims])
        assert told.pause_reason == ""
    with db() as session:
        by_state = queries.tally(session, session.get_one(Notice, notice_id)).by_state
    assert by_state == {"accepted": 599, "rejected": 501}


@pytest.mark.parametrize(("new", "stops"), [(30, False), (31, True)])
def test_new_refusals_are_counted_from_the_resumption(new: int, stops: bool) -> None:
    by_state = {"accepted": 600 - new, "rejected": 500 + new}
    assert rules.too_many_refused(by_state, settled_before=500, refused_before=500) == stops


def test_a_stop_rule_hides_neither_what_line_said_nor_that_it_was_too_fast(db: Sessions, crowd: int) -> None:
    notice_id = released(db, crowd, watch_seconds=60)
    [first] = take(db, notice_id)
    with db.begin() as session:
        # A second worker's batch, as when the watch was ended by hand.
        session.execute(update(Notice).values(watch_until=NOON - SECOND))
    two, three, *_ = take(db, notice_id)
    with db.begin() as session:
        session.execute(update(Notice).values(watch_until=None))
    told = tell(
        db, notice_id, [(two, Answer(429)), (three, Answer(401, message="invalid")), (first, Answer(400))]
    )
    assert (told.pause_reason, told.slow) == ("watch", True)
    assert "接続認証" in told.detail and "401 invalid" in told.detail


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
            i for b in session.scalars(select(Batch).order_by(Batch.seq)) for i in rules.unpack(b.members)
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
