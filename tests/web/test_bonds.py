"""What a notice says of others and until when it is true: chosen on the form, approved, refused at hand-over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.db import Sessions
from app.notices import actions
from app.notices.models import Notice
from app.release import actions as release
from app.residents.models import Resident
from app.staff.models import Staff
from tests import builders as given
from tests.web.browser import MORNING, Browser, SetClock
from tests.web.writing import choose, form

PEOPLE = 30


@pytest.fixture
def author(person: Callable[..., Browser]) -> Browser:
    return person("sakusei", "author", "approver")


@pytest.fixture
def order(db: Sessions) -> int:
    """A notice that went out an hour ago."""
    with db.begin() as session:
        given.residents(session, PEOPLE)
    return sent(db)


def sent(db: Sessions, **changes: object) -> int:
    with db.begin() as session:
        notice = given.scheduled(session, people=PEOPLE)
        at = (MORNING - timedelta(hours=1)).replace(second=0, microsecond=0)
        session.execute(
            update(Notice)
            .where(Notice.id == notice.id)
            .values(scheduled_at=at, night_reason="x", expires_at=at + timedelta(hours=24))
        )
        notice_id = notice.id
    with db.begin() as session:
        assert release.release(session, notice_id, at)
    with db.begin() as session:
        release.plan(session, notice_id, at)
    if changes:
        with db.begin() as session:
            session.execute(update(Notice).where(Notice.id == notice_id).values(**changes))
    return notice_id


def write(author: Browser, status: int = 303, **bonds: object) -> str:
    """Post the form of a new notice; answers its address, or the page that refuses."""
    author.get("/console/notices/new/event")
    posted = author.post("/console/notices/new/event", status, **form(), **bonds)
    return posted.headers["Location"].removesuffix("/audience") if status == 303 else posted.text


def test_what_was_chosen_is_stored_shown_and_part_of_what_is_approved(
    author: Browser, db: Sessions, order: int
) -> None:
    assert f"{order}番 秋の音楽会" in author.get("/console/notices/new/event")
    address = write(author, supersedes=order, requires=order, until_day="2026-12-04", until_time="17:00")
    choose(author, address)
    check = author.get(f"{address}/check")
    assert "12月4日（金）17:00まで" in check.replace(" ", "") and f"{order}番 秋の音楽会" in check
    author.post(f"{address}/submit")
    assert f"{order}番 秋の音楽会" in author.get(f"{address}/approval")
    with db.begin() as session:
        notice = session.get_one(Notice, int(address.rsplit("/", 1)[1]))
        assert actions.hash_of(notice) == notice.content_hash
        notice.valid_until = notice.valid_until and notice.valid_until + timedelta(minutes=1)
        assert actions.hash_of(notice) != notice.content_hash


def test_what_cannot_be_is_refused_in_a_sentence(author: Browser, db: Sessions, order: int) -> None:
    with db.begin() as session:
        unsent = given.approved(session, people=PEOPLE).id
    stopped = sent(db, state="cancelled", end_reason="x")
    alarm = sent(db, lane="emergency")
    for bonds, sentence in (
        ({"supersedes": unsent}, "もう送ったお知らせから選んでください"),
        ({"supersedes": 99999}, "もう送ったお知らせから選んでください"),
        ({"supersedes": "abc"}, "一覧から選んでください"),
        ({"supersedes": alarm}, "緊急のお知らせでだけ置き換えられます"),
        ({"requires": stopped}, "いま有効ではありません"),
        ({"until_day": "2020-01-01"}, "有効期限が過ぎています"),
        ({"until_day": "2030-01-01"}, "1年以内"),
        ({"until_time": "10:00"}, "有効期限の日と時刻"),
    ):
        page = write(author, 422, **bonds)
        assert sentence in page and "直すところが1つあります" in page


def test_a_notice_cannot_name_itself(author: Browser, order: int) -> None:
    address = write(author)
    own = address.rsplit("/", 1)[1]
    version = author.get(f"{address}/fields").partition('name="version" value="')[2].partition('"')[0]
    answer = author.post(f"{address}/fields", 422, **form(), supersedes=own, version=version)
    assert "もう送ったお知らせから選んでください" in answer.text


def test_a_lifting_from_the_form_is_held_when_its_order_fell(
    author: Browser, db: Sessions, order: int, clock: SetClock
) -> None:
    notice_id = int(write(author, requires=order).rsplit("/", 1)[1])
    at = (clock.at + timedelta(minutes=5)).replace(second=0, microsecond=0)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by, other = session.get_one(Staff, notice.author_id), given.staff(session)
        what = actions.Draft(
            notice.type, notice.title, notice.fields, {"topic": "events"}, bonds=actions.bonds_of(notice)
        )
        actions.edit(session, notice, what, by=by, now=clock.at)
        actions.submit(session, notice, actions.Frozen(given.MESSAGES, PEOPLE), by=by, now=clock.at)
        actions.approve(session, notice, content_hash=notice.content_hash or "", by=other, now=clock.at)
        actions.schedule(session, notice, actions.Release(at, PEOPLE), by=by, now=clock.at)
    sent(db, supersedes_id=order)
    with db.begin() as session:
        assert not release.release(session, notice_id, at)
    with db() as session:
        held = session.get_one(Notice, notice_id)
        assert (held.state, held.pause_reason) == ("paused", "requires")
        assert session.query(Resident).count() == PEOPLE


def test_an_expiry_of_staff_is_the_last_instant_and_must_come_after_the_release(
    author: Browser, db: Sessions, order: int, clock: SetClock
) -> None:
    address = write(author, until_day="2026-12-04", until_time="17:00")
    choose(author, address)
    author.post(f"{address}/submit")
    notice_id = int(address.rsplit("/", 1)[1])
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = given.staff(session)
        actions.approve(session, notice, content_hash=notice.content_hash or "", by=by, now=clock.at)
    author.get(f"{address}/schedule")
    late = author.post(f"{address}/schedule", 422, date="2026-12-04", time="18:00", people=PEOPLE)
    assert "有効期限より後の時刻です" in late.text
    author.post(f"{address}/schedule", date="2026-12-04", time="16:00", people=PEOPLE)
    with db() as session:
        notice = session.get_one(Notice, notice_id)
        assert notice.expires_at == notice.valid_until
