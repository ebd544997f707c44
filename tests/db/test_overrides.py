"""A change of collection days: answered at once, reminders stop, and exactly those reminded are told."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import orjson
import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.claiming import actions as claiming
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries as delivery_queries
from app.delivery.claims import Result
from app.errors import Refused
from app.garbage.models import OverriddenArea, Override
from app.line.answers import Answer
from app.notices.models import Notice
from app.recording import actions as recording
from app.release import actions as release
from app.reminders import actions, overriding
from app.reminders.models import Correction
from app.settings import Settings
from app.staff.models import Staff
from app.town import actions as town_actions
from app.town.queries import TownCache
from app.town.rules import LoadedTown
from tests import builders as given

EVENING = datetime(2026, 12, 2, 9, 0, tzinfo=UTC)
"""Wednesday 2026-12-02, 18:00 in Japan; burnable garbage is collected on Thursdays in several areas."""
THURSDAY = date(2026, 12, 3)
HERE, THERE, ELSEWHERE = "naka-01", "naka-03", "naka-05"
"""Districts of three areas: two read the same text that evening, the third another or none."""


@pytest.fixture
def towns(db: Sessions) -> Iterator[TownCache]:
    with db.begin() as session:
        folder = Path(str(Settings.model_fields["town_dir"].default))
        town_actions.load(session, folder, now=EVENING)
    yield TownCache(db)


def person(db: Sessions, district: str, slot: str = "-1 18:00") -> int:
    with db.begin() as session:
        return given.resident(session, topics=["garbage"], district=district, reminder=slot).id


def by(db: Sessions) -> Staff:
    with db.begin() as session:
        return given.staff(session)


def area(town: LoadedTown, code: str) -> str:
    found = town.district(code)
    assert found is not None
    return found.garbage_area


def remind(db: Sessions, town: LoadedTown, at: datetime = EVENING) -> list[int]:
    with db.begin() as session:
        return actions.remind_due(session, lambda _: town, at)


def freeze(db: Sessions, notice_id: int, at: datetime) -> None:
    with db.begin() as session:
        assert release.release(session, notice_id, at)
    with db.begin() as session:
        release.plan(session, notice_id, at)


def send(db: Sessions, notice_id: int, at: datetime) -> None:
    """Until LINE has accepted everything of it that may still go."""
    with db.begin() as session:
        claims = claiming.claim(session, notice_id, claiming.Sender("test", 10, 15), at)
    with db.begin() as session:
        accepted = Answer(status=200, request_id="r")
        recording.record(session, notice_id, [Result(each, accepted) for each in claims], at)
    with db.begin() as session:
        closing.finish(session, notice_id, at)


def got(db: Sessions, notice_id: int) -> list[int]:
    with db() as session:
        return delivery_queries.people(session, notice_id, "accepted")


def words(db: Sessions, notice_id: int) -> str:
    with db() as session:
        return str(orjson.loads(session.get_one(Notice, notice_id).messages or b"")[0]["text"])


def register(
    db: Sessions, towns: TownCache, codes: list[str], at: datetime, **changes: object
) -> overriding.Registered:
    town, staff = towns.town(), by(db)
    what = {"day": THURSDAY, "new_day": None, "reason": "snow"} | changes
    change = overriding.Change(tuple(area(town, code) for code in codes), **what)
    with db.begin() as session:
        return overriding.register(session, town, change, by=staff, now=at)


def corrections(db: Sessions) -> list[int]:
    with db() as session:
        return [id_ for id_ in session.scalars(select(Correction.notice_id).order_by(Correction.id)) if id_]


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
