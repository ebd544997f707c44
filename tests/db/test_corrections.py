"""Who is told of a change of collection days: exactly those who were reminded, once, and of its undoing, too."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries as delivery_queries
from app.delivery.claims import Result
from app.line.answers import Answer
from app.notices.models import Notice
from app.recording import actions as recording
from app.reminders import overriding
from app.town.queries import TownCache
from tests import builders as given
from tests.db.changes import (
    EVENING,
    HERE,
    THERE,
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


def test_exactly_those_reminded_hear_of_the_change(db: Sessions, towns: TownCache) -> None:
    reminded, other_area = person(db, HERE), person(db, THERE)
    person(db, HERE, "-1 20:00")
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    send(db, notice, EVENING)
    assert got(db, notice) == [reminded, other_area]
    later = EVENING + timedelta(minutes=30)
    register(db, towns, [HERE], later)
    [correction] = corrections(db)
    assert words(db, correction).startswith("大雪のため、12月3日（木）の燃えるごみの収集は中止です。")
    freeze(db, correction, later)
    send(db, correction, later)
    assert got(db, correction) == [reminded]


def test_who_is_reminded_later_reads_that_it_was_called_off(db: Sessions, towns: TownCache) -> None:
    late = person(db, HERE, "-1 20:00")
    register(db, towns, [HERE], EVENING)
    at = EVENING + timedelta(hours=2)
    [notice] = remind(db, towns.town(), at)
    assert "中止です" in words(db, notice) and "の日です" not in words(db, notice)
    freeze(db, notice, at)
    send(db, notice, at)
    assert got(db, notice) == [late] and corrections(db) == []


def test_a_reminder_under_way_loses_the_people_concerned(db: Sessions, towns: TownCache) -> None:
    concerned, other_area = person(db, HERE), person(db, THERE)
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    register(db, towns, [HERE], EVENING)
    send(db, notice, EVENING)
    assert got(db, notice) == [other_area]
    with db.begin() as session:
        assert overriding.correct_due(session, EVENING) == [], "nobody concerned was told"
        assert delivery_queries.excluded_by_reason(session, notice) == {"pulled": 1}
    assert concerned != other_area


def test_what_is_in_the_air_is_waited_for_and_then_corrected_once(db: Sessions, towns: TownCache) -> None:
    reminded = person(db, HERE)
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    with db.begin() as session:
        claims = claiming.claim(session, notice, claiming.Sender("test", 10, 15), EVENING)
    register(db, towns, [HERE], EVENING)
    assert corrections(db) == []
    with db.begin() as session:
        results = [Result(each, Answer(status=200, request_id="r")) for each in claims]
        recording.record(session, notice, results, EVENING)
    with db.begin() as session:
        closing.finish(session, notice, EVENING)
    with db() as one, db() as other:
        made = overriding.correct_due(one, EVENING)
        assert overriding.correct_due(other, EVENING) == [], "another clock passes it over"
        one.commit()
    with db.begin() as session:
        assert overriding.correct_due(session, EVENING) == []
    freeze(db, made[0], EVENING)
    send(db, made[0], EVENING)
    assert len(made) == 1 and got(db, made[0]) == [reminded]


def test_a_change_taken_back_is_told_to_those_who_heard_of_it(db: Sessions, towns: TownCache) -> None:
    reminded = person(db, HERE)
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    send(db, notice, EVENING)
    found = register(db, towns, [HERE], EVENING)
    [correction] = corrections(db)
    freeze(db, correction, EVENING)
    send(db, correction, EVENING)
    staff = by(db)
    with db.begin() as session:
        overriding.withdraw(session, towns.town(), found.override_id, by=staff, now=EVENING)
    [_, undone] = corrections(db)
    assert words(db, undone).startswith("12月3日（木）の燃えるごみは、予定どおり収集します。")
    freeze(db, undone, EVENING)
    send(db, undone, EVENING)
    assert got(db, undone) == [reminded]


def test_a_correction_not_sent_yet_is_dropped_with_its_change(db: Sessions, towns: TownCache) -> None:
    person(db, HERE)
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    send(db, notice, EVENING)
    found, staff = register(db, towns, [HERE], EVENING), by(db)
    with db.begin() as session:
        overriding.withdraw(session, towns.town(), found.override_id, by=staff, now=EVENING)
    [correction] = corrections(db)
    with db() as session:
        assert session.get_one(Notice, correction).state == "cancelled"


def test_at_night_a_correction_waits_for_the_morning() -> None:
    night = datetime(2026, 12, 2, 14, 0, tzinfo=UTC)
    assert overriding.by_day(night) == datetime(2026, 12, 2, 22, 0, tzinfo=UTC)
    assert overriding.by_day(EVENING) == EVENING


def test_a_correction_and_its_undoing_speak_as_the_reminder_did(db: Sessions, towns: TownCache) -> None:
    """The button below, too: an undoing follows a correction, which follows the reminder."""
    with db.begin() as session:
        chosen = {"topics": ["garbage"], "district": HERE, "reminder": "-1 18:00", "language": "en"}
        given.resident(session, **chosen)
    [notice] = remind(db, towns.town())
    freeze(db, notice, EVENING)
    send(db, notice, EVENING)
    found, staff = register(db, towns, [HERE], EVENING), by(db)
    [correction] = corrections(db)
    freeze(db, correction, EVENING)
    send(db, correction, EVENING)
    with db.begin() as session:
        overriding.withdraw(session, towns.town(), found.override_id, by=staff, now=EVENING)
    made = [notice, *corrections(db)]
    assert len(made) == 3
    with db() as session:
        messages = [orjson.loads(session.get_one(Notice, each).messages or b"")[0] for each in made]
    labels = [each["quickReply"]["items"][-1]["action"]["label"] for each in messages]
    assert labels == ["Settings for this"] * 3
    assert "Thu 3 Dec" in messages[2]["text"]
