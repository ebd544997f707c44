"""Quiet hours, the ceilings and who gathers: set aside, left out, never lost and never twice."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from app.attention.rules import Ceilings, quiet_ends, town_wide
from app.claiming import actions as claiming
from app.db import Sessions
from app.delivery import queries
from app.delivery.claims import Result
from app.notices.models import Notice
from app.recording import actions as recording
from app.release import actions as release
from app.residents import actions as residents
from app.residents.models import Resident
from app.segments import rules as segment_rules
from tests import builders as given
from tests.db.ledger import LOST, OK, due_again, take, tell
from tests.db.test_attention import send, set_for, sums, under_way

NOON = given.NOON
NIGHT = NOON + timedelta(hours=10)
"""22:00 in Japan."""
FIVE, SIX, SEVEN = (NOON + timedelta(hours=hours) for hours in (17, 18, 19))
FEW = Ceilings(per_week=3, per_day=2)


@pytest.fixture
def crowd(db: Sessions) -> list[int]:
    with db.begin() as session:
        return given.residents(session, 1200)


def counted(db: Sessions, notice_id: int, now: datetime = NOON) -> int:
    """Send what can be sent now under a small ceiling; answers to how many people."""
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("t", 50, 15, ceilings=FEW), now)
    tell(db, notice_id, [(claim, OK) for claim in claims])
    return sum(claim.size for claim in claims)


# ---- quiet hours ------------------------------------------------------------------------------------------


def test_at_night_only_who_is_awake_hears_and_the_others_in_their_morning(
    db: Sessions, crowd: list[int]
) -> None:
    set_for(db, crowd[:20], quiet_from=23, quiet_to=6)
    set_for(db, crowd[1000:1010], quiet_to=6)
    notice_id = under_way(db, 1200, now=NIGHT)
    assert send(db, notice_id, NIGHT) == 20
    assert send(db, notice_id, FIVE) == 0
    with db() as session:
        assert queries.asleep(session, notice_id, FIVE) == (1180, SIX)
    assert (send(db, notice_id, SIX), send(db, notice_id, SIX + timedelta(minutes=59))) == (10, 0)
    assert send(db, notice_id, SEVEN) == 1170
    assert sums(db, notice_id) == ({"accepted": 1200}, {}, True)


def test_whose_morning_comes_too_late_is_excluded_as_quiet(db: Sessions, crowd: list[int]) -> None:
    set_for(db, crowd[:5], quiet_from=24)
    set_for(db, crowd[5:12], quiet_to=12)
    notice_id = under_way(db, 1200, now=NIGHT)
    with db.begin() as session:
        session.get_one(Notice, notice_id).expires_at = SEVEN + timedelta(hours=1)
    assert send(db, notice_id, NIGHT) == 5
    assert send(db, notice_id, SEVEN) == 1188
    assert sums(db, notice_id) == ({"accepted": 1193}, {"quiet": 7}, True)


def test_who_stops_while_asleep_is_not_woken(db: Sessions, crowd: list[int]) -> None:
    notice_id = under_way(db, 1200, now=NIGHT)
    assert send(db, notice_id, NIGHT) == 0
    set_for(db, crowd[:3], stopped="ordinary")
    assert send(db, notice_id, SEVEN) == 1197
    assert sums(db, notice_id) == ({"accepted": 1197}, {"stopped": 3}, True)


def test_a_request_that_is_tried_again_at_night_waits_for_the_morning_with_its_key(
    db: Sessions, crowd: list[int]
) -> None:
    evening = NIGHT - timedelta(minutes=70)
    notice_id = under_way(db, 1200, now=evening)
    first = take(db, notice_id, now=evening)
    with db.begin() as session:
        recording.record(session, notice_id, [Result(c, LOST) for c in first], evening)
    due_again(db)
    assert take(db, notice_id, now=NIGHT) == []
    again = take(db, notice_id, now=SEVEN)
    assert {c.retry_key: c.body for c in again} == {c.retry_key: c.body for c in first}
    tell(db, notice_id, [(claim, OK) for claim in again])
    assert sums(db, notice_id) == ({"accepted": 1200}, {}, True)


def test_the_last_seconds_before_the_evening_count_as_evening(db: Sessions, crowd: list[int]) -> None:
    before = NIGHT - timedelta(minutes=60, seconds=10)
    notice_id = under_way(db, 1200, now=before.replace(second=0))
    assert send(db, notice_id, before) == 0


def test_a_watched_notice_whose_first_people_sleep_is_still_watched(db: Sessions, crowd: list[int]) -> None:
    set_for(db, crowd[60:70], quiet_from=24)
    set_for(db, crowd[:1], quiet_to=6)
    with db.begin() as session:
        notice = given.scheduled(session, people=1200)
        notice.watch_seconds = 60
        watched = notice.id
    with db.begin() as session:
        notice = session.get_one(Notice, watched)
        notice.night_reason, notice.scheduled_at = "夜でも", NIGHT
        notice.expires_at = NIGHT + timedelta(hours=24)
    with db.begin() as session:
        release.release(session, watched, NIGHT)
    with db.begin() as session:
        release.plan(session, watched, NIGHT)
    heard = [send(db, watched, NIGHT)]
    heard.append(send(db, watched, NIGHT + timedelta(minutes=2)))
    assert heard == [10, 0]
    send(db, watched, SIX)
    send(db, watched, SEVEN)
    assert sums(db, watched) == ({"accepted": 1200}, {}, True)


def test_an_emergency_wakes_everybody(db: Sessions, crowd: list[int]) -> None:
    notice_id = under_way(db, 1200, lane="emergency", now=NIGHT)
    assert send(db, notice_id, NIGHT) == 1200


def test_what_was_asked_for_at_an_hour_comes_at_that_hour(db: Sessions) -> None:
    with db.begin() as session:
        given.resident(session, reminder="-1 22:00")
        notice = given.scheduled(session, people=1, rule={"reminder": "-1 22:00"}, lane="individual")
        notice.night_reason, notice.scheduled_at = "x", NIGHT
        notice.expires_at = NIGHT + timedelta(hours=2)
        notice_id = notice.id
    with db.begin() as session:
        release.release(session, notice_id, NIGHT)
    with db.begin() as session:
        release.plan(session, notice_id, NIGHT)
    assert send(db, notice_id, NIGHT) == 1


def test_a_morning_is_the_next_one(db: Sessions) -> None:
    assert quiet_ends(NIGHT, 7) == SEVEN
    assert quiet_ends(NIGHT + timedelta(hours=6), 7) == SEVEN
    assert quiet_ends(SEVEN, 7) == SEVEN + timedelta(days=1)


# ---- the ceilings, and who gathers ------------------------------------------------------------------------


def test_the_third_notice_of_a_day_reaches_only_who_had_fewer(db: Sessions, crowd: list[int]) -> None:
    set_for(db, crowd[:100], topics=["news"])
    first = under_way(db, 1100)
    assert counted(db, first) == 1100
    second = under_way(db, 1100)
    set_for(db, crowd[:100], topics=["events"])
    assert counted(db, second) == 1100
    third = under_way(db, 1200)
    assert counted(db, third) == 100
    assert sums(db, third) == ({"accepted": 100}, {"ceiling": 1100}, True)
    tomorrow = NOON + timedelta(days=1)
    fourth = under_way(db, 1200, now=tomorrow)
    assert counted(db, fourth, tomorrow) == 1200
    fifth = under_way(db, 1200, now=tomorrow + timedelta(minutes=1))
    assert counted(db, fifth, tomorrow + timedelta(minutes=1)) == 100, "three within the week"
    week = NOON + timedelta(days=7, minutes=1)
    sixth = under_way(db, 1200, now=week)
    assert counted(db, sixth, week) == 1200, "the first two are a week old"


def test_what_is_under_way_counts_and_two_senders_see_each_other(db: Sessions, crowd: list[int]) -> None:
    ids = [under_way(db, 1200) for _ in range(3)]
    heard = [take(db, notice_id, limit=1) for notice_id in ids[:2]]
    assert [claim.size for claims in heard for claim in claims] == [500, 500]
    with db.begin() as session:
        claims = claiming.claim(session, ids[2], claiming.Sender("t", 50, 15, ceilings=FEW), NOON)
    assert sum(claim.size for claim in claims) == 700
    assert sums(db, ids[2])[1] == {"ceiling": 500}


def test_emergencies_and_corrections_are_not_counted_against_anybody(db: Sessions, crowd: list[int]) -> None:
    for _ in range(2):
        assert counted(db, under_way(db, 1200)) == 1200
    assert counted(db, under_way(db, 1200, lane="emergency")) == 1200


@pytest.mark.parametrize(
    ("rule", "is_town_wide"),
    [
        ({"topic": "events"}, True),
        ({"all": [{"topic": "events"}, {"not": {"ward": "西区"}}]}, True),
        ({"any": [{"topic": "events"}, {"topic": "news"}]}, True),
        ({"any": [{"all": [{"topic": "events"}, {"ward": "東区"}]}, {"topic": "news"}]}, True),
        ({"all": [{"topic": "events"}, {"any": [{"language": "en"}, {"ward": "東区"}]}]}, True),
        ({"all": [{"topic": "events"}, {"ward": "東区"}]}, False),
        ({"all": [{"topic": "events"}, {"any": [{"district": "101"}, {"ward": "東区"}]}]}, False),
        ({"all": [{"topic": "events"}, {"districts": ["101"]}]}, False),
        ({"any": [{"all": [{"topic": "events"}, {"ward": "東区"}]}, {"language": "en"}]}, False),
        ({"everyone": True}, False),
    ],
)
def test_what_names_no_place_is_for_the_whole_town(rule: dict[str, object], is_town_wide: bool) -> None:
    assert town_wide(segment_rules.from_json(rule)) is is_town_wide


def test_who_wants_only_their_own_ward_is_left_out_of_what_names_no_place(
    db: Sessions, crowd: list[int]
) -> None:
    set_for(db, crowd[::12], near=["events"], ward="東区")
    set_for(db, crowd[1::12], near=["childcare"], ward="東区")
    notice_id = under_way(db, 1200)
    assert send(db, notice_id) == 1100
    assert sums(db, notice_id) == ({"accepted": 1100}, {"opted_out": 100}, True)
    own = {"all": [{"topic": "events"}, {"ward": "東区"}]}
    assert send(db, under_way(db, 200, rule=own)) == 200
    assert send(db, under_way(db, 1200, lane="emergency")) == 1200


def test_one_narrowed_topic_takes_away_nothing_of_another(db: Sessions) -> None:
    with db.begin() as session:
        crowd = given.residents(session, 6, topics=("events", "news"))
    set_for(db, crowd, near=["events"], ward="東区")
    set_for(db, crowd[:1], near=["events", "news"])
    set_for(db, crowd[1:2], topics=["events"])
    # Of what they do not hear nothing can be narrowed.
    set_for(db, crowd[2:3], near=["events"], topics=["news"])
    # Moved away: no notice names a ward they have.
    set_for(db, crowd[3:4], topics=["events"], ward="", outside=True)
    notice_id = under_way(db, 6, rule={"any": [{"topic": "events"}, {"topic": "news"}]})
    assert send(db, notice_id) == 4
    assert sums(db, notice_id) == ({"accepted": 4}, {"opted_out": 2}, True)


@pytest.mark.parametrize(
    ("other", "reached"),
    [
        ({"topic": "news"}, 2),
        ({"language": "ja"}, 3),
        ({"all": [{"topic": "news"}, {"not": {"ward": "西区"}}]}, 2),
        ({"all": [{"topic": "news"}, {"topic": "events"}]}, 2),
    ],
)
def test_a_place_beside_one_topic_makes_no_other_local(
    db: Sessions, other: dict[str, object], reached: int
) -> None:
    """An event of 西区, and something for the whole town: who lives in 東区 and wants both topics only of there gets it
    when it is for its readers of Japanese; who lives in 西区, or wants the news of the whole town, gets it anyway."""
    with db.begin() as session:
        crowd = given.residents(session, 3, topics=("events", "news"))
    set_for(db, crowd, near=["events", "news"], ward="東区")
    set_for(db, crowd[1:2], near=["events"])
    set_for(db, crowd[2:], ward="西区")
    rule = {"any": [{"all": [{"topic": "events"}, {"ward": "西区"}]}, other]}
    notice_id = under_way(db, 3, rule=rule)
    assert send(db, notice_id) == reached


def test_what_was_narrowed_to_a_ward_goes_with_the_ward(db: Sessions) -> None:
    with db.begin() as session:
        person = given.resident(session, near=["events"], ward="東区")
        residents.choose_area(session, person, ward="中央区", district="", outside=False, now=NOON)
        assert person.near == ["events"]
        residents.choose_area(session, person, ward="", district="", outside=True, now=NOON)
        assert person.near == []


def test_who_gathers_is_left_out_by_name_and_told_nothing_twice(db: Sessions, crowd: list[int]) -> None:
    set_for(db, crowd[::12], digest=True)
    notice_id = under_way(db, 1200)
    assert send(db, notice_id) == 1100
    assert sums(db, notice_id) == ({"accepted": 1100}, {"digest": 100}, True)
    emergency = under_way(db, 1200, lane="emergency")
    assert send(db, emergency) == 1200
    with db() as session:
        assert session.get_one(Resident, crowd[0]).digest
