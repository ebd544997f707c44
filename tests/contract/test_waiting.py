"""Whose answer is late sees LINE's loading animation (C15); nobody else does, and nothing waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from app.conversations import queries
from app.conversations.models import Conversation, Event
from app.db import Sessions
from app.inbox.models import Thread
from app.parts import Parts, build
from app.queue import SHOW_WAITING
from app.settings import Settings
from content.sentences import say
from tests import builders as given
from tests.sandbox import SandboxServer, user
from worker import runtime, upkeep, waiting


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    settings = Settings(
        database_url=database_url, redis_url=redis_url, secret_key="only-for-tests", line_channel_secret=line.secret,
        line_channel_access_token=line.token, line_api_base_url=line.url, watermark_dir=tmp_path,
    )  # fmt: skip
    made = build(settings)
    runtime.use(made)
    waiting._shown.clear()
    yield made
    made.close()


def wrote(
    db: Sessions, who: int, *, ago: float, kind: str = "message", state: str = "new", body: bytes = b"{}"
) -> None:
    now = datetime.now(UTC)
    with db.begin() as session:
        session.add(
            Event(
                webhook_event_id=f"event-{who}-{ago}-{kind}", line_user_id=user(who), type=kind, occurred_at=0,
                body=body, state=state, received_at=now - timedelta(seconds=ago),
                done_at=None if state == "new" else now,
            )
        )  # fmt: skip


def dots(line: SandboxServer, who: int) -> bool:
    """Whether this person's phone shows the animation now."""
    log = line.control("GET", f"/phone/{user(who)}")["log"]
    return any(row["id"] == "loading" for row in log)


def asked(line: SandboxServer) -> int:
    return sum(call["path"] == "/v2/bot/chat/loading/start" for call in line.calls())


def test_only_who_has_waited_for_a_second_sees_it_and_sees_it_once(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    for who in (1, 2, 3, 4):
        line.follow(user(who))
    wrote(db, 1, ago=1.5)
    wrote(db, 2, ago=0.2)
    wrote(db, 3, ago=3, state="done")
    wrote(db, 4, ago=300)  # the word for a reply is long gone: an animation would promise what cannot come
    waiting.show()
    assert [dots(line, who) for who in (1, 2, 3, 4)] == [True, False, False, False]
    waiting.show()
    assert asked(line) == 1


def test_it_goes_away_with_the_next_message(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    line.follow(user(1))
    wrote(db, 1, ago=2)
    waiting.show()
    assert dots(line, 1)
    body = orjson.dumps({"to": user(1), "messages": [{"type": "text", "text": "お待たせしました。"}]})
    assert parts.line.send("push", body).result().status == 200
    assert not dots(line, 1)


def test_who_waits_for_more_than_ten_seconds_reads_it_once_in_their_language(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    for who in (1, 2, 3, 4):
        line.follow(user(who))
    with db.begin() as session:
        given.resident(session, language="en").line_user_id = user(2)
    wrote(db, 1, ago=9)
    wrote(db, 2, ago=11)
    wrote(db, 2, ago=12)
    wrote(db, 3, ago=11, state="done")
    wrote(db, 4, ago=300)
    waiting.show()
    pushed = [call for call in line.calls() if call["path"] == "/v2/bot/message/push"]
    assert len(pushed) == 1
    assert [
        say("way.late", "en") in str(line.control("GET", f"/phone/{user(who)}")["log"])
        for who in (1, 2, 3, 4)
    ] == [False, True, False, False]
    wrote(db, 2, ago=10.5)
    waiting.show()
    assert sum(call["path"] == "/v2/bot/message/push" for call in line.calls()) == 1, "said once in a wait"


def test_what_nobody_answers_is_not_called_late(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    now = datetime.now(UTC)
    for who in range(1, 7):
        line.follow(user(who))
    with db.begin() as session:
        people = [given.resident(session, line_user_id=user(who)) for who in range(1, 7)]
        for person, live in ((people[1], True), (people[2], False)):
            session.add(
                Thread(resident_id=person.id, section="garbage", live=live, opened_at=now, last_at=now)
            )
        for person, ago in ((people[3], 30), (people[4], 90)):
            kept = {"hush": {"at": (now - timedelta(seconds=ago)).isoformat()}}
            session.add(Conversation(resident_id=person.id, state={"kept": kept}, updated_at=now))
    switched = orjson.dumps({"postback": {"params": {"newRichMenuAliasId": "safe", "status": "SUCCESS"}}})
    wrote(db, 1, ago=11, kind="postback", body=switched)
    for who in range(2, 6):
        wrote(db, who, ago=11)
    wrote(db, 6, ago=11, kind="postback", body=b'{"postback": {"data": "f=menu&a=garbage"}}')
    with db.begin() as session:
        # A tap leads away from staff: it is answered, and so it can be late.
        assert queries.say_late(session, now, 9).keys() == {user(who) for who in (3, 5, 6)}
    wrote(db, 2, ago=12, kind="postback")
    with db.begin() as session:
        assert queries.say_late(session, now, 9).keys() == {user(2)}


def test_what_is_being_answered_at_this_moment_is_not_called_late(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    line.follow(user(1))
    wrote(db, 1, ago=11)
    with db.begin() as session:
        assert len(queries.next_events(session, datetime.now(UTC))) == 1
        waiting.show()
    assert not [call for call in line.calls() if call["path"] == "/v2/bot/message/push"]


def test_a_line_that_is_away_is_nobody_s_fault(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    line.follow(user(1))
    wrote(db, 1, ago=2)
    line.order("error", endpoint="loading", status=500)
    waiting.show()
    assert not dots(line, 1)
    with db() as session:
        assert session.scalar(select(Event.state)) == "new"


def test_the_clock_wakes_the_job_only_while_somebody_waits(db: Sessions, parts: Parts) -> None:
    upkeep.show_waiting(parts)
    assert parts.queue.queue("chores").count == 0
    wrote(db, 1, ago=2)
    upkeep.show_waiting(parts)
    upkeep.show_waiting(parts)
    jobs = parts.queue.queue("chores").jobs
    assert [job.func_name for job in jobs] == [SHOW_WAITING]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"loadingSeconds": 5}, 202),
        ({"loadingSeconds": 60}, 202),
        ({}, 202),
        ({"loadingSeconds": 0}, 400),
        ({"loadingSeconds": 7}, 400),
        ({"loadingSeconds": 65}, 400),
        ({"loadingSeconds": "20"}, 400),
        ({"loadingSeconds": True}, 400),
        ({"chatId": "C" + "1" * 32, "loadingSeconds": 5}, 400),
    ],
)
def test_the_sandbox_takes_what_line_takes(parts: Parts, body: dict[str, Any], status: int) -> None:
    asked = orjson.dumps({"chatId": user(1)} | body)
    assert parts.line.send("loading", asked).result().status == status
