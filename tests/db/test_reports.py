"""Damage reports in the database: filed once, found near by, news to everybody who follows and to nobody else."""

from __future__ import annotations

from datetime import date, timedelta

import orjson
import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.audit import AuditRow
from app.clock import in_japan
from app.conversations import facts
from app.db import Sessions
from app.errors import Refused
from app.pushes.models import Push
from app.reports import actions, queries, rules
from app.reports.models import Follower, Report
from app.residents.models import Resident
from bot_flows.damage_facts import FileReport, MyReport
from bot_flows.types import Incoming, State
from tests import builders as given

HERE = (33.1450, 133.6050)
STEP = 1 / rules.METRES_PER_DEGREE
"""A metre to the north, in degrees."""


def asked(number: int = 1001, **changes: object) -> FileReport:
    values = {"kind": "hole", "position": HERE, "place": "", "district": "naka-01", "photos": (), "words": ""}
    return FileReport(number=number, **{**values, **changes})


def filed(db: Sessions, *people: Resident, **changes: object) -> None:
    with db.begin() as session:
        author, *others = [session.merge(person) for person in people]
        actions.file(session, author, asked(**changes), given.NOON)
        for other in others:
            actions.join(session, other, asked(**changes).number, given.NOON)


@pytest.fixture
def people(db: Sessions) -> list[Resident]:
    with db.begin() as session:
        return [given.resident(session) for _ in range(3)]


def moved(db: Sessions, state: str, note: str = "", number: int = 1001) -> int:
    with db.begin() as session:
        report = queries.locked(session, number)
        assert report is not None
        return actions.move(session, report, state, note, by=given.staff(session), now=given.NOON)


def test_numbers_are_given_once(db: Sessions) -> None:
    with db.begin() as session:
        first = queries.next_number(session)
    with db.begin() as session:
        assert queries.next_number(session) == first + 1 > 1001


def test_everybody_who_follows_gets_one_push_with_a_key_of_its_own(
    db: Sessions, people: list[Resident]
) -> None:
    filed(db, *people)
    with db.begin() as session:
        actions.quiet(session, session.merge(people[2]), 1001, given.NOON)
    assert moved(db, "working", "あした直します。") == 2
    with db() as session:
        pushes = session.scalars(select(Push).order_by(Push.id)).all()
        assert [push.resident_id for push in pushes] == [people[0].id, people[1].id]
        assert len({push.retry_key for push in pushes}) == 2
        body = orjson.loads(pushes[0].body)
        assert body["to"] == people[0].line_user_id
        said, _, typed = body["messages"][0]["text"].partition("\n\n")
        assert said == "通報 R-1001（道路の穴・段差）：対応中です。\nあした直します。"
        assert "「知らせを止める R-1001」" in typed
        acts = session.scalars(
            select(AuditRow.action).where(AuditRow.subject == "report:1001").order_by(AuditRow.id)
        ).all()
        assert acts == ["report.file", "report.join", "report.join", "report.quiet", "report.move"]


def test_nobody_silences_or_joins_what_is_not_theirs_or_gone(db: Sessions, people: list[Resident]) -> None:
    filed(db, people[0])
    with db.begin() as session:
        actions.quiet(session, session.merge(people[1]), 1001, given.NOON)
        actions.join(session, session.merge(people[1]), 999, given.NOON)
    with db() as session:
        assert session.scalars(select(Follower.quiet)).all() == [False]


def test_what_somebody_still_follows_is_known_newest_first(db: Sessions, people: list[Resident]) -> None:
    for number, kind in ((1001, "hole"), (1002, "light"), (1003, "tree"), (1004, "rail")):
        filed(db, people[0], number=number, kind=kind)
    moved(db, "done", number=1003)
    with db.begin() as session:
        actions.quiet(session, session.merge(people[0]), 1002, given.NOON)
        assert queries.followed(session, people[0].id) == ((1004, "rail"), (1001, "hole"))
        assert queries.followed(session, people[1].id) == ()


def test_a_blocked_resident_is_not_pushed_to(db: Sessions, people: list[Resident]) -> None:
    filed(db, *people[:2])
    with db.begin() as session:
        session.get_one(Resident, people[0].id).state = "blocked"
    assert moved(db, "done") == 1


def test_reports_near_by_are_looked_for_where_their_kind_is_known(
    db: Sessions, people: list[Resident]
) -> None:
    filed(db, people[0])
    sent = Incoming("location", position=HERE)
    placed = State("damage", "kind", {"form": {"position": list(HERE)}})
    cases = [
        (placed, Incoming("text", "1"), 1),
        (State("damage", "place", {"form": {"kind": "hole", "what_first": True}}), sent, 1),
        (State("damage", "place", {"form": {}}), sent, 0),
    ]
    with db.begin() as session:
        for state, said, count in cases:
            assert len(facts.of_damage(session, people[1], state, said).near) == count, state.step


def test_only_open_reports_within_thirty_metres_are_near(db: Sessions, people: list[Resident]) -> None:
    filed(db, people[0], number=1001)
    filed(db, people[0], number=1002, position=(HERE[0] + 29 * STEP, HERE[1]))
    filed(db, people[0], number=1003, position=(HERE[0] + 31 * STEP, HERE[1]))
    filed(db, people[0], number=1004, position=None, place="本町の橋")
    filed(db, people[0], number=1005)
    moved(db, "done", number=1005)
    with db() as session:
        near = queries.near(session, HERE)
    assert [(each.id, each.kind, each.state, each.said_on) for each in near] == [
        (1001, "hole", "received", "12月1日"),
        (1002, "hole", "received", "12月1日"),
    ]


@pytest.mark.parametrize(
    ("state", "note", "sentence"),
    [
        ("received", "", "状態が変わっていません"),
        ("exploded", "", "状態をえらんで"),
        ("working", "あ" * 201, "200文字まで"),
        ("working", "1234 5678 9018", "個人番号"),
    ],
)
def test_what_staff_may_not_send(
    db: Sessions, people: list[Resident], state: str, note: str, sentence: str
) -> None:
    filed(db, people[0])
    with pytest.raises(Refused, match=sentence):
        moved(db, state, note)
    with db() as session:
        assert session.scalar(select(func.count()).select_from(Push)) == 0


def test_the_database_refuses_a_report_without_a_place(db: Sessions, people: list[Resident]) -> None:
    with pytest.raises(IntegrityError, match="has_a_place"):
        filed(db, people[0], position=None, place="")


def test_a_finished_report_forgets_what_was_written_after_thirty_days(
    db: Sessions, people: list[Resident]
) -> None:
    filed(db, people[0], words="家の前", photos=("M1",))
    moved(db, "done")
    for days, kept in ((29, True), (31, False)):
        with db.begin() as session:
            actions.forget_old(session, given.NOON + timedelta(days=days))
        with db() as session:
            report = session.get_one(Report, 1001)
            assert (report.words == "家の前", bool(report.photos), report.latitude is not None) == (kept,) * 3


def test_the_promise_counts_working_days() -> None:
    holiday = date(2026, 11, 23)
    assert rules.looked_at_by(date(2026, 11, 19), frozenset()) == holiday
    assert rules.looked_at_by(date(2026, 11, 19), frozenset({holiday})) == date(2026, 11, 24)
    assert rules.looked_at_by(date(2026, 12, 1), frozenset()) == date(2026, 12, 3)


def test_a_report_is_told_to_its_followers_alone_also_when_it_is_done(
    db: Sessions, people: list[Resident]
) -> None:
    filed(db, *people[:2])
    filed(db, people[0], number=1002, kind="light", position=(33.2, 133.7))
    moved(db, "done")
    day = in_japan(given.NOON).date()
    hole, light = MyReport(1001, "hole", "done", day), MyReport(1002, "light", "received", day)
    cases = [("通報の結果", (light, hole), (hole,)), ("R-1001", (hole,), (hole,)), ("R-1002", (light,), ())]
    with db.begin() as session:
        for text, *both in cases:
            for person, expected in zip(people, both, strict=False):
                told = facts.of_damage(session, person, State(), Incoming("text", text))
                assert told.mine == expected, text
            assert facts.of_damage(session, people[2], State(), Incoming("text", text)).mine == ()
