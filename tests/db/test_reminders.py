"""Garbage reminders at each resident's own hour: one notice per text, once, to exactly those who asked."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from app.claiming import actions as claiming
from app.conversations import facts
from app.db import Sessions
from app.delivery import queries as delivery
from app.notices.models import Notice
from app.release import actions as release
from app.reminders import actions, rules
from app.reminders.models import Reminded
from app.residents.models import Resident
from bot_flows.types import Incoming, State
from content.sentences import spoken
from tests import builders as given
from tests.db.evenings import (
    EVENING,
    choose,
    expected,
    frozen,
    remind,
    sent_to,
    town,
    with_collection,
)


@pytest.fixture
def people(db: Sessions) -> list[int]:
    """Five in two districts that read different texts, at two hours; one of them not interested any more."""
    one, two = list(with_collection().values())[:2]
    with db.begin() as session:
        made = [
            given.resident(session, topics=["garbage"], district=one[0], reminder="-1 18:00"),
            given.resident(session, topics=["garbage"], district=one[-1], reminder="-1 18:00"),
            given.resident(session, topics=["garbage"], district=two[0], reminder="-1 18:00"),
            given.resident(session, topics=["garbage"], district=one[0], reminder="-1 20:00"),
            given.resident(session, topics=["events"], district=one[0], reminder="-1 18:00"),
        ]
    return [person.id for person in made]


def test_who_stopped_or_rests_is_not_counted(db: Sessions, people: list[int]) -> None:
    stopped, resting, back, *_ = people
    with db.begin() as session:
        session.get_one(Resident, stopped).stopped = "ordinary"
        session.get_one(Resident, resting).paused_until = EVENING + timedelta(days=1)
        session.get_one(Resident, back).paused_until = EVENING - timedelta(days=1)
    [made] = remind(db, EVENING)
    with db() as session:
        assert session.get_one(Notice, made).approved_count == 1


def test_those_who_read_the_same_are_one_notice(db: Sessions, people: list[int]) -> None:
    made = remind(db, EVENING)
    assert sorted(sent_to(db, each, EVENING)[1] for each in made) == [1, 2]
    with db() as session:
        [first, _] = session.scalars(select(Notice).order_by(Notice.id)).all()
    assert first.title.startswith("明日") and (first.origin, first.lane) == ("reminder", "individual")
    assert first.expires_at == EVENING + timedelta(hours=2)


def test_each_hour_fires_once_even_with_two_clocks(db: Sessions, people: list[int]) -> None:
    with db() as one:
        first = actions.remind_due(one, lambda _: town(), EVENING)
        one.commit()
    assert len(first) == 2
    assert remind(db, EVENING + timedelta(seconds=30)) == []
    assert len(remind(db, EVENING + timedelta(hours=2))) == 1, "the other hour"


def test_a_missed_evening_is_not_made_up_for(db: Sessions, people: list[int]) -> None:
    assert remind(db, EVENING + timedelta(minutes=16)) == []
    assert remind(db, EVENING - rules.AHEAD - timedelta(seconds=1)) == []


def test_who_changes_the_hour_before_it_goes_out_is_left_out(db: Sessions, people: list[int]) -> None:
    made = remind(db, EVENING)
    both = next(each for each in made if expected(db, each) == 2)
    with db.begin() as session:
        assert release.release(session, both, EVENING)
    with db.begin() as session:
        release.plan(session, both, EVENING)
        session.get_one(Resident, people[0]).reminder = ""
    with db.begin() as session:
        [claim] = claiming.claim(session, both, claiming.Sender("test", 10, 15), EVENING)
    assert claim.size == 1


def test_who_leaves_out_what_is_collected_is_not_counted_and_not_reached(
    db: Sessions, people: list[int]
) -> None:
    """Every kind of the day left out, or a rest up to it; one kind of several, or a rest that is over, changes nothing."""
    one = next(iter(with_collection().values()))
    [told] = rules.due(["-1 18:00"], EVENING)
    kinds = next(iter(rules.texts(town(), one[:1], told))).kinds
    with db.begin() as session:
        session.get_one(Resident, people[0]).unwanted = [*kinds, "ほかの種類"]
        session.get_one(Resident, people[1]).unwanted = ["ほかの種類"]
        session.get_one(Resident, people[2]).rests_until = told.day
    [made] = remind(db, EVENING)
    assert expected(db, made) == 1
    assert sent_to(db, made, EVENING)[1] == 1


def test_a_rest_chosen_after_the_reminder_was_made_still_counts(db: Sessions, people: list[int]) -> None:
    [told] = rules.due(["-1 18:00"], EVENING)
    both = next(each for each in remind(db, EVENING) if expected(db, each) == 2)
    with db.begin() as session:
        session.get_one(Resident, people[0]).rests_until = told.day
        session.get_one(Resident, people[1]).rests_until = told.day - timedelta(days=1)
    assert sent_to(db, both, EVENING)[1] == 1


def test_who_was_reminded_and_then_chose_a_later_hour_hears_once(db: Sessions, people: list[int]) -> None:
    """Never two for the same evening; who chose that hour without having been reminded is reminded at it."""
    told, _, other, *_ = people
    half_past, eight = EVENING + timedelta(minutes=30), EVENING + timedelta(hours=2)
    both = next(each for each in remind(db, EVENING) if expected(db, each) == 2)
    assert sent_to(db, both, EVENING)[1] == 2
    for each in (told, other):
        choose(db, each, "-1 20:00", half_past)
    assert (known(db, told, half_past), known(db, other, half_past)) == (date(2026, 12, 2), None)
    made = remind(db, eight)
    assert sum(expected(db, each) or 0 for each in made) == 2, "the other one, and whose hour it always was"
    assert sum(sent_to(db, each, eight)[1] for each in made) == 2
    choose(db, told, "-1 21:00", eight + timedelta(minutes=5))
    assert remind(db, eight + timedelta(hours=1)) == [], "nor at a third hour"


def test_who_chooses_an_hour_whose_reminder_is_made_already_hears_once(
    db: Sessions, people: list[int]
) -> None:
    """Between its making and its freezing; and however close the two hours are, and the look at them, together."""
    told, _, _, later, _ = people
    eight = EVENING + timedelta(hours=2)
    both = next(each for each in remind(db, EVENING) if expected(db, each) == 2)
    assert sent_to(db, both, EVENING)[1] == 2
    [made] = remind(db, eight)
    choose(db, told, "-1 20:00", eight + timedelta(seconds=1))
    assert sent_to(db, made, eight + timedelta(seconds=2))[1] == 1
    with db() as session:
        reasons = delivery.excluded_by_reason(session, made)
        assert (session.get_one(Notice, made).recipients, reasons) == (2, {"opted_out": 1})
    assert (known(db, told, eight), known(db, later, eight)) == (date(2026, 12, 2),) * 2


def test_a_reminder_waits_for_those_who_may_be_telling_the_same_people(
    db: Sessions, people: list[int]
) -> None:
    """Two hours a minute apart; the first is being sealed while somebody changes to the second."""
    soon = EVENING + timedelta(minutes=1)
    with db.begin() as session:
        session.get_one(Resident, people[3]).reminder = "-1 18:01"
    both = next(each for each in remind(db, EVENING) if expected(db, each) == 2)
    frozen(db, both, EVENING)
    with db() as sealing, ThreadPoolExecutor(1) as beside:
        [first] = claiming.claim(sealing, both, claiming.Sender("one", 10, 15), EVENING)
        choose(db, people[0], "-1 18:01", soon)
        [made] = remind(db, soon)
        second = beside.submit(sent_to, db, made, soon)
        assert not wait([second], timeout=0.3).done
        sealing.commit()
        assert (first.size, second.result(timeout=10)[1]) == (2, 1)


def known(db: Sessions, person: int, at: datetime) -> date | None:
    """The day a conversation in the settings knows they were reminded of."""
    with db() as session:
        who = session.get_one(Resident, person)
        filled = facts.fill(town(), who, Incoming("text", "設定"), now=at, public_url="")
        state = State(flow="settings", step="reminder")
        return facts.with_reminded(session, filled, who, state).resident.attention.reminded_of


def test_a_day_without_collection_has_no_text() -> None:
    new_year = datetime(2026, 12, 31, 9, 0, tzinfo=UTC)
    [told] = rules.due(["-1 18:00"], new_year)
    codes = [district.code for ward in town().wards for district in town().districts(ward)]
    assert told.day.isoformat() == "2027-01-01" and rules.texts(town(), codes, told) == {}


def test_hours_come_on_the_day_before_or_the_day_itself() -> None:
    morning = datetime(2026, 12, 1, 21, 5, tzinfo=UTC)
    [told] = rules.due(["0 06:00", "-1 06:30", "-1 18:00"], morning)
    assert (told.slot, told.day.isoformat()) == ("0 06:00", "2026-12-02")


@pytest.mark.skipif(spoken("en") != "en", reason="English lacks sentences: see the table of languages")
def test_each_reads_it_in_their_own_language(db: Sessions) -> None:
    """One text per language; who reads a language that is not whole reads Japanese; a correction keeps the language."""
    [one, *_] = list(with_collection().values())
    with db.begin() as session:
        for language in ("ja", "en", "tlh", "en"):
            chosen = {"topics": ["garbage"], "district": one[0], "reminder": "-1 18:00", "language": language}
            given.resident(session, **chosen)
    texts = dict(sent_to(db, each, EVENING) for each in remind(db, EVENING))
    assert sorted(texts.values()) == [2, 2]
    [english] = [text for text in texts if text.startswith("Tomorrow, Wed 2 Dec: ")]
    assert not re.search("[ぁ-んァ-ヶ一-龠]", re.sub("「[^」]*」", "", english))
    assert "“settings”" in english
    with db() as session:
        assert sorted(session.scalars(select(Reminded.language))) == ["en", "ja"]
