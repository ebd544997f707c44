"""Reminders are made seconds ahead of their hour; what anybody changes in these seconds counts all the same, exactly."""

from __future__ import annotations

import contextlib
from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.claiming import actions as claiming
from app.db import Sessions
from app.delivery import packing
from app.delivery.models import Batch
from app.notices import queries as notices
from app.notices.models import Notice
from app.pulling import actions as pulling
from app.release import actions as release
from app.reminders import rules
from app.reminders.models import Reminded
from app.residents import actions as residents
from app.residents.models import Resident
from content.sentences import spoken
from tests import builders as given
from tests.db.evenings import EVENING, choose, remind, with_collection

SLOT = "-1 18:00"
MADE, FROZEN, CHANGED = (EVENING - timedelta(seconds=number) for number in (20, 5, 3))
SEEN = EVENING + timedelta(seconds=2)
DAY = date(2026, 12, 2)

Act = Callable[[Session, Resident], None]


def person(db: Sessions, **changes: object) -> int:
    wants = {"topics": ["garbage"], "district": districts()[0], "reminder": SLOT}
    with db.begin() as session:
        return given.resident(session, **(wants | changes)).id


def districts() -> tuple[str, str]:
    """Two whose people read different texts that evening."""
    one, two, *_ = with_collection().values()
    return one[0], two[0]


def act(db: Sessions, id_: int, done: Act) -> None:
    with db.begin() as session:
        done(session, session.get_one(Resident, id_))


def freeze(db: Sessions, made: list[int], at: datetime) -> None:
    for each in made:
        with db.begin() as session:
            release.release(session, each, at)
        with db.begin() as session:
            release.plan(session, each, at)


def send(db: Sessions, made: list[int]) -> None:
    """Let these go and seal everything of them."""
    for each in made:
        with db.begin() as session:
            release.start(session, each, SEEN)
        with contextlib.suppress(claiming.NotRunning), db.begin() as session:
            claiming.claim(session, each, claiming.Sender("test", 10, 15), SEEN)


def told(db: Sessions) -> dict[int, int]:
    """How often each person is told, by the ledger."""
    with db() as session:
        sealed = session.scalars(select(Batch.members).where(Batch.state == "sending"))
        return Counter(id_ for members in sealed for id_ in packing.unpack(members))


def move(session: Session, who: Resident, district: str = "") -> None:
    residents.choose_area(
        session, who, ward="中区", district=district or districts()[1], outside=False, now=CHANGED
    )


COMES: dict[str, tuple[dict[str, object], Act]] = {
    "a first hour": ({"reminder": ""}, lambda db, who: residents.choose_reminder(db, who, SLOT, CHANGED)),
    "an earlier hour": (
        {"reminder": "-1 20:00"},
        lambda db, who: residents.choose_reminder(db, who, SLOT, CHANGED),
    ),
    "another place": ({}, move),
    "another language": ({}, lambda db, who: residents.choose_language(db, who, "en", CHANGED)),
    "the topic": ({"topics": []}, lambda db, who: residents.choose_topics(db, who, ["garbage"], CHANGED)),
    "no stop": ({"stopped": "ordinary"}, lambda db, who: residents.restart(db, who, CHANGED)),
    "no rest": ({"rests_until": DAY}, lambda db, who: residents.rest(db, who, None, CHANGED)),
    "the set-up": (
        {"setup_done_at": None},
        lambda db, who: residents.finish_setup(db, who, source="", now=CHANGED),
    ),
}


def test_who_comes_to_want_it_in_the_last_seconds_hears_once(db: Sessions) -> None:
    """Whether the others are sealed before or after that is found; one of each way at either time."""
    ways = {how: way for how, way in COMES.items() if how != "another language" or spoken("en") == "en"}
    always = person(db)
    before, after = ({how: person(db, **way[0]) for how, way in ways.items()} for _ in range(2))
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    for how, id_ in before.items():
        act(db, id_, ways[how][1])
    assert remind(db, EVENING - timedelta(seconds=1)) == [], "only when the hour has come"
    late = remind(db, SEEN)
    freeze(db, late, SEEN)
    for how, id_ in after.items():
        act(db, id_, ways[how][1])
    send(db, made)
    later = remind(db, SEEN + timedelta(seconds=5))
    freeze(db, later, SEEN)
    send(db, [*late, *later])
    assert remind(db, SEEN + timedelta(seconds=10)) == []
    often = told(db)
    assert {how: often[id_] for how, id_ in before.items()} == dict.fromkeys(ways, 1)
    assert {how: often[id_] for how, id_ in after.items()} == dict.fromkeys(ways, 1)
    assert often[always] == 1 and late and later


def test_reminders_are_frozen_as_soon_as_they_are_made(db: Sessions) -> None:
    """Everything else a few seconds before its instant; and an emergency before all of them."""
    person(db)
    [made] = remind(db, MADE)
    with db.begin() as session:
        others = [given.scheduled(session, people=1, lane=lane) for lane in ("ordinary", "emergency")]
        for notice in others:
            notice.scheduled_at, notice.expires_at = EVENING, EVENING + timedelta(hours=1)
    ordinary, urgent = (notice.id for notice in others)
    with db() as session:
        assert notices.due(session, MADE + release.AHEAD, EVENING) == [made]
        assert notices.due(session, EVENING, EVENING)[0] == urgent
    with db.begin() as session:
        assert not release.release(session, ordinary, MADE) and release.release(session, made, MADE)


def test_nothing_leaves_before_the_hour(db: Sessions) -> None:
    person(db)
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    with db.begin() as session:
        assert not release.start(session, made[0], EVENING - timedelta(milliseconds=1))
    with pytest.raises(claiming.NotRunning), db.begin() as session:
        claiming.claim(session, made[0], claiming.Sender("test", 10, 15), EVENING)
    with db.begin() as session:
        assert release.start(session, made[0], EVENING)


def test_who_moves_there_and_back_hears_once(db: Sessions) -> None:
    """Found in neither, told by a notice of their own, then meant by the first again, which has not sealed them."""
    here, there = person(db), person(db, district=districts()[1])
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    act(db, here, move)
    [late] = remind(db, SEEN)
    act(db, here, lambda session, who: move(session, who, districts()[0]))
    send(db, made)
    assert told(db) == {there: 1}
    [again] = remind(db, SEEN + timedelta(seconds=5))
    for each in (late, again):
        freeze(db, [each], SEEN)
        send(db, [each])
    assert told(db) == {here: 1, there: 1}
    with db() as session:
        assert session.get_one(Notice, late).state == "cancelled", "nobody was left in it"


def test_who_turns_away_in_the_last_seconds_hears_nothing_now(db: Sessions) -> None:
    later, without, resting, stays = (person(db) for _ in range(4))
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    choose(db, later, "-1 18:30", CHANGED)
    act(db, without, lambda session, who: residents.choose_topics(session, who, [], CHANGED))
    act(db, resting, lambda session, who: residents.rest(session, who, DAY, CHANGED))
    act(db, stays, lambda session, who: residents.choose_quiet(session, who, (22, 6), CHANGED))
    assert remind(db, SEEN) == [], "nor do those who stay need a notice of their own"
    send(db, made)
    assert told(db) == {stays: 1}
    half_past = EVENING + timedelta(minutes=30)
    [moved] = remind(db, half_past - rules.AHEAD)
    freeze(db, [moved], half_past)
    with db.begin() as session:
        [claim] = claiming.claim(session, moved, claiming.Sender("test", 10, 15), half_past)
    assert (claim.size, told(db)) == (1, {stays: 1, later: 1})


def test_who_chooses_the_hour_when_it_is_over_waits_for_the_next(db: Sessions) -> None:
    person(db), (late := person(db, reminder="-1 20:00"))
    freeze(db, remind(db, MADE), FROZEN)
    choose(db, late, SLOT, EVENING)
    first = person(db, reminder="")
    choose(db, first, "-1 17:55", EVENING)
    assert remind(db, SEEN) == []
    choose(db, first, "-1 17:55", EVENING - timedelta(minutes=6))
    assert len(remind(db, SEEN)) == 1, "chosen in time, made late"


def test_who_was_told_at_an_earlier_hour_is_not_told_again(db: Sessions) -> None:
    half_past = EVENING - timedelta(minutes=30)
    person(db), (early := person(db, reminder="-1 17:30"))
    [first] = remind(db, half_past - rules.AHEAD)
    freeze(db, [first], half_past)
    send(db, [first])
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    choose(db, early, SLOT, CHANGED)
    assert (told(db), remind(db, SEEN)) == ({early: 1}, [])


def test_a_choice_that_becomes_visible_late_is_found_for_a_minute(db: Sessions) -> None:
    """Its turn began before the hour and was stored long after it."""
    person(db)
    freeze(db, remind(db, MADE), FROZEN)
    for seconds, found in ((rules.TURN.total_seconds(), 1), (rules.JOINING.total_seconds() + 1, 0)):
        act(db, person(db, reminder=""), COMES["a first hour"][1])
        assert len(remind(db, EVENING + timedelta(seconds=seconds))) == found


def test_whom_staff_took_out_does_not_join(db: Sessions) -> None:
    here, _ = person(db), person(db, district=districts()[1])
    made = remind(db, MADE)
    freeze(db, made, FROZEN)
    with db.begin() as session:
        notice, staff = session.get_one(Notice, made[0]), given.staff(session)
        pulling.pull(session, notice, [str(here)], reason="本人の希望", by=staff, now=FROZEN)
    act(db, here, move)
    assert remind(db, SEEN) == []


def test_a_reminder_nobody_wants_any_more_ends_by_itself(db: Sessions) -> None:
    only = person(db)
    [made] = remind(db, MADE)
    choose(db, only, "", CHANGED)
    freeze(db, [made], FROZEN)
    with db() as session:
        notice = session.get_one(Notice, made)
        assert (notice.state, notice.released_at) == ("cancelled", None)
        assert session.get_one(Reminded, made).day == DAY


@pytest.mark.parametrize(
    ("slot", "now", "day"),
    [
        ("0 00:00", datetime(2026, 12, 1, 14, 59, 50, tzinfo=UTC), date(2026, 12, 2)),
        ("-1 00:00", datetime(2026, 12, 1, 15, 0, 5, tzinfo=UTC), date(2026, 12, 3)),
        ("-1 23:55", datetime(2026, 12, 1, 15, 4, 59, tzinfo=UTC), date(2026, 12, 2)),
    ],
)
def test_an_hour_beside_midnight_keeps_its_day(slot: str, now: datetime, day: date) -> None:
    [found] = rules.due([slot], now)
    assert slot in rules.soon(now) and found.day == day
    assert abs(found.at - now) <= rules.LATE
