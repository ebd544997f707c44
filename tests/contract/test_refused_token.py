"""LINE refuses our token: notices stand still, and go on by themselves once LINE knows it again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, update

from app.closing import actions as closing
from app.db import Sessions
from app.delivery.models import Batch
from app.notices import actions as notice_actions
from app.notices import rules
from app.notices.models import Notice
from app.parts import Parts
from app.staff.models import Staff
from tests.contract.test_personal_sending import PEOPLE, parts_for, released, send
from tests.sandbox import SandboxServer
from worker import upkeep
from worker.delivery import Sending


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    made = parts_for(line, database_url, redis_url, tmp_path)
    settings = made.settings.model_copy(update={"line_bot_id": line.bot_id})
    yield replace(made, settings=settings)
    made.close()


def look(db: Sessions, notice_id: int) -> tuple[str, str]:
    with db() as session:
        notice = session.get_one(Notice, notice_id)
        return notice.state, notice.pause_reason


def refused(db: Sessions, parts: Parts, notice_id: int) -> None:
    """Send, and stand still for the token."""
    with db.begin() as session:
        session.execute(update(Batch).values(next_attempt_at=func.now()))
    sending = Sending(parts, notice_id)
    sending.run()
    sending.wait()
    assert look(db, notice_id) == ("paused", "token")


def test_it_goes_on_by_itself_once_line_knows_the_token(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    line.order("error", endpoint="*", count=None, when="before", status=401)
    refused(db, parts, notice_id)
    upkeep.go_on_with_token(parts)
    assert look(db, notice_id) == ("paused", "token"), "LINE still refuses it"
    line.control("DELETE", "/sandbox/faults")
    upkeep.go_on_with_token(parts)
    assert look(db, notice_id) == ("running", "")
    assert send(parts, notice_id) == {"accepted": PEOPLE}
    assert set(Counter(each["user"] for each in line.record()).values()) == {1}


def test_another_account_s_token_lets_nothing_go_on(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    notice_id = released(db, line)
    line.order("error", endpoint="push", count=60, when="before", status=403)
    refused(db, parts, notice_id)
    other = parts.settings.model_copy(update={"line_bot_id": "U" + "c" * 32})
    upkeep.go_on_with_token(replace(parts, settings=other))
    assert look(db, notice_id) == ("paused", "token")


def test_a_line_that_knows_the_token_and_still_refuses_is_asked_more_and_more_rarely(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    assert [rules.until_token_is_tried(n).total_seconds() / 60 for n in (0, 1, 2, 5, 6, 99)] == [
        0,
        1,
        3,
        31,
        60,
        60,
    ]
    notice_id = released(db, line)
    line.order("error", endpoint="push", count=None, when="before", status=403)
    refused(db, parts, notice_id)
    upkeep.go_on_with_token(parts)
    refused(db, parts, notice_id)
    upkeep.go_on_with_token(parts)
    assert look(db, notice_id) == ("paused", "token")
    with db.begin() as session:
        assert closing.go_on_with_token(session, notice_id, datetime.now(UTC) + timedelta(seconds=70))


def test_what_staff_stopped_or_is_out_of_date_stays_so(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    with db.begin() as session:
        notice = session.get_one(Notice, notice_id)
        by = session.get_one(Staff, notice.author_id)
        notice_actions.pause(session, notice, by=by.login, now=datetime.now(UTC))
    upkeep.go_on_with_token(parts)
    assert look(db, notice_id) == ("paused", "staff")
    with db.begin() as session:
        session.execute(update(Notice).values(pause_reason="token"))
    with db.begin() as session:
        assert not closing.go_on_with_token(session, notice_id, datetime.now(UTC) + timedelta(hours=21))
