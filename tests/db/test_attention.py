"""How much a resident wants to hear: what they say is kept, and what is sent obeys it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.audit import AuditRow
from app.conversations import effects, facts
from app.db import Sessions
from app.delivery import queries
from app.notices.models import Notice
from app.release import actions as release
from app.residents.models import Resident, StopReason
from app.segments import queries as segment_queries
from app.segments.words import HasTopic
from bot_flows import stop_facts
from bot_flows.stop_facts import Attention
from bot_flows.types import Effect, ForgetSettings, SetArea, SetReminder
from tests import builders as given
from tests.db.ledger import OK, take, tell
from tests.db.test_staff_inbox import TOWN, says

NOON = given.NOON
EVENTS = HasTopic("events")


@pytest.fixture
def person(db: Sessions) -> Resident:
    with db.begin() as session:
        return given.resident(session)


def kept(db: Sessions, person: Resident) -> Attention:
    with db() as session:
        return facts.resident_facts(session.get_one(Resident, person.id)).attention


def set_for(db: Sessions, ids: list[int], **values: object) -> None:
    with db.begin() as session:
        for id_ in ids:
            person = session.get_one(Resident, id_)
            for name, value in values.items():
                setattr(person, name, value)


def under_way(
    db: Sessions,
    people: int,
    *,
    lane: str = "ordinary",
    now: datetime = NOON,
    rule: Mapping[str, Any] | None = None,
) -> int:
    """A notice to so many people, released and planned at ``now``."""
    with db.begin() as session:
        notice = given.scheduled(session, people=people, lane=lane, rule=rule)
        notice.night_reason, notice.scheduled_at = "夜でも", now
        notice.expires_at = now + timedelta(hours=24)
        notice_id = notice.id
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    with db.begin() as session:
        release.plan(session, notice_id, now)
    return notice_id


def send(db: Sessions, notice_id: int, now: datetime = NOON) -> int:
    """Send what can be sent now; answers to how many people."""
    claims = take(db, notice_id, now=now)
    tell(db, notice_id, [(claim, OK) for claim in claims])
    return sum(claim.size for claim in claims)


def sums(db: Sessions, notice_id: int) -> tuple[dict[str, int], dict[str, int], bool]:
    """People by outcome, the excluded by reason, and whether every one is explained."""
    with db() as session:
        tally = queries.tally(session, session.get_one(Notice, notice_id))
        by_state = {state: people for state, people in tally.by_state.items() if people}
        return by_state, queries.excluded_by_reason(session, notice_id), tally.closed


# ---- what is said is kept ------------------------------------------------------------------------------


def test_a_stop_is_kept_with_its_audit_row_and_its_reason_without_the_person(
    db: Sessions, person: Resident
) -> None:
    for text in ("配信停止", "全部", "1", "1"):
        says(db, person, text)
    assert kept(db, person).stopped == "ordinary"
    with db() as session:
        rows = session.scalars(select(AuditRow).order_by(AuditRow.id)).all()
        reason = session.scalars(select(StopReason)).one()
    assert [row.action for row in rows if row.action.startswith("resident.")] == ["resident.stop"]
    assert (reason.reason, reason.count, reason.month.day) == ("many", 1, 1)
    says(db, person, "再開")
    assert kept(db, person).stopped == ""


def test_pause_digest_and_quiet_hours_are_kept(db: Sessions, person: Resident) -> None:
    for texts in (("配信停止", "1週間"), ("配信停止", "週1回にまとめる"), ("配信停止", "夜", "22時から6時")):
        for text in texts:
            says(db, person, text)
    now = kept(db, person)
    assert now.paused_until is not None and f"{now.paused_until:%m-%d %H:%M}" == "12-08 23:59"
    assert (now.digest, now.quiet) == (True, (22, 6))


def test_what_is_left_out_is_kept_and_forgotten_with_the_settings(db: Sessions, person: Resident) -> None:
    day = date(2026, 12, 2)
    left_out = (
        stop_facts.SetNear(frozenset({"events"})),
        stop_facts.SetUnwanted(frozenset({"燃えるごみ"})),
        stop_facts.SetRest(day),
    )
    for effect in left_out:
        done(db, person, effect)
    now = kept(db, person)
    assert (now.near, now.unwanted, now.rests_until) == ({"events"}, {"燃えるごみ"}, day)
    done(db, person, ForgetSettings())
    assert kept(db, person) == Attention()


@pytest.mark.parametrize(
    "change",
    [
        SetArea("東区", "e01", False),
        SetReminder("-1 20:00"),
        stop_facts.SetUnwanted(frozenset({"燃えるごみ"})),
    ],
)
def test_a_rest_ends_with_what_it_was_from(db: Sessions, person: Resident, change: Effect) -> None:
    """「今回だけ」 leaves out one reminder: at another hour, place or of other kinds it would leave out several."""
    done(db, person, stop_facts.SetRest(date(2026, 12, 2)))
    done(db, person, change)
    assert kept(db, person).rests_until is None


def done(db: Sessions, person: Resident, effect: Effect) -> None:
    """What a turn wants done, as the application does it."""
    with db.begin() as session:
        effects.apply(session, session.get_one(Resident, person.id), effect, effects.World(TOWN, NOON, ""))


# ---- who stopped or paused is not in the audience --------------------------------------------------------


def test_counts_leave_out_who_stopped_or_paused_and_say_how_many(db: Sessions) -> None:
    with db.begin() as session:
        ids = given.residents(session, 20)
    set_for(db, ids[:3], stopped="ordinary")
    set_for(db, ids[3:5], paused_until=NOON + timedelta(days=1))
    set_for(db, ids[5:6], paused_until=NOON - timedelta(days=1))
    set_for(db, ids[6:7], stopped="all")
    with db() as session:
        for lane, heard in (("ordinary", 14), ("individual", 14), ("emergency", 19)):
            assert segment_queries.hearers(session, EVENTS, lane=lane, at=NOON) == heard
            silent = segment_queries.silent(session, EVENTS, lane=lane, at=NOON)
            assert silent == 20 - heard


def test_who_stops_or_pauses_before_sealing_is_left_out_by_reason(db: Sessions) -> None:
    with db.begin() as session:
        ids = given.residents(session, 700)
    notice_id = under_way(db, 700)
    set_for(db, ids[:100:10], stopped="ordinary")
    set_for(db, ids[100:200:20], paused_until=NOON + timedelta(days=1))
    assert send(db, notice_id) == 685
    assert sums(db, notice_id) == ({"accepted": 685}, {"stopped": 10, "paused": 5}, True)


def test_an_emergency_reaches_all_but_who_refused_even_that(db: Sessions) -> None:
    with db.begin() as session:
        ids = given.residents(session, 30)
        given.resident(session, setup_done_at=None)
    set_for(db, ids[:4], stopped="ordinary")
    set_for(db, ids[4:6], paused_until=NOON + timedelta(days=1))
    set_for(db, ids[6:7], stopped="all")
    notice_id = under_way(db, 30, lane="emergency")
    set_for(db, ids[7:8], stopped="all")
    assert send(db, notice_id) == 29, "also to the one who has not signed up yet"
    assert sums(db, notice_id) == ({"accepted": 29}, {"stopped": 1}, True)
