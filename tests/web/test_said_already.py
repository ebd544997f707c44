"""The same for the same people a second time: only with a reason, which the approver reads."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select, update

from app.console import freezing
from app.db import Sessions
from app.notices import actions as notice_actions
from app.notices.models import Notice
from app.notices.rules import Release
from app.staff.models import Staff
from tests import builders as given
from tests.web.browser import MORNING, Browser, SetClock
from tests.web.writing import choose, write


def test_the_same_that_waits_for_its_approval_needs_a_reason(author: Browser, db: Sessions) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    drafts = []
    for _ in range(2):
        author.get("/console/notices/new/event")
        drafts.append(write(author))
        choose(author, drafts[-1])
    assert "承認を依頼しました" in author.follow(author.post(f"{drafts[0]}/submit"))
    assert "理由を書いてください" in author.follow(author.post(f"{drafts[1]}/submit"))


def test_of_two_who_submit_the_same_in_one_moment_the_second_needs_a_reason(
    author: Browser, db: Sessions
) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    for _ in range(2):
        author.get("/console/notices/new/event")
        draft = write(author)
        choose(author, draft)
    answers: list[str] = []
    second = threading.Thread(target=lambda: answers.append(author.follow(author.post(f"{draft}/submit"))))
    with db.begin() as session:
        freezing.one_submits(session)
        first = session.scalars(select(Notice).order_by(Notice.id)).first()
        assert first is not None
        by = session.get_one(Staff, first.author_id)
        notice_actions.submit(session, first, notice_actions.Frozen(b"[]", 30), by=by, now=MORNING)
        session.flush()
        second.start()
        second.join(0.5)
    second.join(10)
    assert "理由を書いてください" in answers[0]


def test_the_same_that_was_held_needs_a_reason(
    author: Browser, person: Callable[..., Browser], db: Sessions
) -> None:
    """It is still going to be sent."""
    with db.begin() as session:
        given.residents(session, 30)
    person("shounin", "approver")
    for _ in range(2):
        author.get("/console/notices/new/event")
        draft = write(author)
        choose(author, draft)
        with db.begin() as session:
            waiting = session.scalar(select(Notice).where(Notice.state != "draft"))
            if waiting is not None:
                by = session.scalars(select(Staff).where(Staff.login == "shounin")).one()
                notice_actions.approve(
                    session, waiting, content_hash=waiting.content_hash or "", by=by, now=given.NOON
                )
                at = Release(given.NOON + timedelta(hours=1), 30)
                notice_actions.schedule(session, waiting, at, by=by, now=given.NOON)
                notice_actions.move(session, waiting, "hold", by="system", now=given.NOON)
                waiting.pause_reason = "late"
        answer = author.follow(author.post(f"{draft}/submit"))
    assert "理由を書いてください" in answer


def test_the_same_for_the_same_people_within_a_day_needs_a_reason(
    author: Browser, person: Callable[..., Browser], db: Sessions, clock: SetClock
) -> None:
    with db.begin() as session:
        given.residents(session, 30)
    first = write(author)
    choose(author, first)
    author.get(f"{first}/check")
    author.post(f"{first}/submit")
    with db.begin() as session:
        session.execute(update(Notice).values(released_at=clock.now() - timedelta(hours=23)))
    author.get("/console/notices/new/event")
    address = write(author)
    choose(author, address)
    assert "もう一度送る理由" in author.get(f"{address}/check")
    assert "理由を書いてください" in author.follow(author.post(f"{address}/submit", again=" "))
    assert "承認を依頼しました" in author.follow(author.post(f"{address}/submit", again="音が出なかったため"))
    assert "理由：音が出なかったため" in person("shounin", "approver").get(f"{address}/approval")
    with db.begin() as session:
        session.execute(update(Notice).values(released_at=clock.now() - timedelta(hours=25)))
    author.get("/console/notices/new/event")
    address = write(author)
    choose(author, address)
    assert "もう一度送る理由" not in author.get(f"{address}/check")
