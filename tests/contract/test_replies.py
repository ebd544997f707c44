"""Answers on their way hold nobody up: the real job beside a LINE that takes its time."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import orjson
import pytest
from redis import Redis
from sqlalchemy.event import listen

from app.conversations import actions, queries, rules
from app.db import Sessions
from app.line.gate import DOUBTS
from app.parts import Parts, build
from app.settings import Settings
from app.town.actions import load
from tests.bench.__main__ import wait_for
from tests.contract.test_personal_sending import parts_for
from tests.sandbox import SandboxServer, free_port, user
from worker import inbound, runtime
from worker.replying import ASK_AGAIN, Replying

SLOW = 0.8
"""Seconds until LINE answers."""


@pytest.fixture
def slow_line() -> Iterator[str]:
    port = free_port()
    stub = subprocess.Popen([sys.executable, "-m", "tests.bench.stub", str(port), str(1000 * SLOW)])
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        stub.terminate()
        stub.wait(timeout=10)


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, slow_line: str, tmp_path: Path
) -> Iterator[Parts]:
    settings = Settings(
        database_url=database_url,
        redis_url=redis_url,
        secret_key="only-for-tests",
        line_channel_secret="only-for-tests",
        line_channel_access_token="only-for-tests",
        line_api_base_url=slow_line,
        watermark_dir=tmp_path,
    )
    made = build(settings)
    yield made
    made.close()


def accepted(url: str) -> dict[str, float]:
    """When each reply token was accepted, in monotonic seconds of this machine."""
    with urllib.request.urlopen(f"{url}/taps", timeout=5) as answer:
        found: dict[str, float] = json.load(answer)
        return found


def ready(parts: Parts) -> None:
    """As a process of the reply queue before its first job."""
    with parts.sessions.begin() as session:
        load(session, Path(str(Settings.model_fields["town_dir"].default)), now=datetime.now(UTC))
    runtime.use(parts)
    inbound._towns.cache_clear()
    inbound._replying.cache_clear()
    inbound.warm_up()


def reply(event: int, resident: int) -> actions.Reply:
    return actions.Reply(event, resident, orjson.dumps({"replyToken": f"token{event}", "messages": []}))


def test_an_answer_waits_only_for_one_to_the_same_resident(parts: Parts, slow_line: str) -> None:
    replying = Replying(parts)
    replying.start([reply(1, resident=1)])
    replying.start([reply(2, resident=2)])
    assert [call.done() for call in replying.under_way] == [False, False]
    begin = time.monotonic()
    replying.start([reply(3, resident=1), reply(4, resident=3)])
    assert time.monotonic() - begin < SLOW / 2, "nor is anybody else's turn held up by it"
    replying.finish()
    at = accepted(slow_line)
    assert max(at["token2"], at["token4"]) < at["token3"]
    assert at["token3"] - at["token1"] >= SLOW


def test_while_line_is_silent_one_asks_and_the_others_keep_until_it_is_back(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> None:
    """Fifty residents write during half a second of silence; each gets the answer, no request is made in vain."""
    parts = parts_for(line, database_url, redis_url, tmp_path)
    ready(parts)
    replying = inbound._replying()
    line.order("error", endpoint="reply", count=None, when="before", status=503)
    try:
        for event in range(DOUBTS):
            replying.start([reply(event, resident=event)])
        replying.finish()
        begin = time.monotonic()
        for event in range(50):
            replying.start([reply(100 + event, resident=event)])
        replying.finish()
        assert len(line.calls()) == DOUBTS + 1, "one asks"
        assert time.monotonic() - begin < ASK_AGAIN, "and turns go on"
        line.control("DELETE", "/sandbox/faults")
        inbound.drain()
    finally:
        parts.close()
    seen = [call["seen"] for call in line.calls()]
    assert len(seen) == DOUBTS + 50
    assert 0.9 * ASK_AGAIN < seen[DOUBTS + 1] - seen[DOUBTS] < 1.5 * ASK_AGAIN, (
        "the next one asks a second later"
    )


def tapped(db: Sessions, number: int) -> None:
    """Somebody touched the menu."""
    event = {
        "type": "postback",
        "mode": "active",
        "timestamp": int(time.time() * 1000),
        "source": {"type": "user", "userId": user(number)},
        "webhookEventId": f"event{number}",
        "replyToken": f"token{number}",
        "postback": {"data": "f=menu&a=home"},
    }
    with db.begin() as session:
        raw = orjson.dumps({"destination": "", "events": [event]})
        inbox = rules.read_body(raw, "")
        assert actions.receive(session.connection(), inbox, datetime.now(UTC)) == 1


def test_who_taps_while_answers_travel_is_answered_at_once(parts: Parts, slow_line: str) -> None:
    ready(parts)
    parts.line.warm_up()
    tapped(parts.sessions, 1)
    job = threading.Thread(target=inbound.drain)
    job.start()
    time.sleep(SLOW / 2)
    tapped(parts.sessions, 2)
    job.join(timeout=20)
    assert set(accepted(slow_line)) == {"token1", "token2"}
    with parts.sessions() as session:
        assert session.connection().exec_driver_sql("SELECT count(replied_at) FROM events").scalar() == 2


def test_a_handful_of_newcomers_costs_as_many_statements_as_one(parts: Parts) -> None:
    """What a turn asks of the database is asked once for the whole handful, by first words as well."""
    ready(parts)
    said: list[str] = []
    listen(parts.engine, "before_cursor_execute", lambda *given: said.append(given[2]))
    counts = []
    for numbers in (range(1, 2), range(2, 22)):
        for number in numbers:
            tapped(parts.sessions, number)
        said.clear()
        with parts.sessions.begin() as session:
            assert inbound._take(parts, session)[0] == len(numbers)
        counts.append(len(said))
    assert counts[1] <= counts[0] + 1


def test_a_crowd_that_waits_is_no_crowd_to_compare(db: Sessions) -> None:
    """As in the first minute of a disaster: the tables' statistics say that nothing waits."""
    with db.begin() as session:
        run = session.connection().exec_driver_sql
        run("ANALYZE events")
        run(
            "INSERT INTO events (webhook_event_id, line_user_id, type, occurred_at, body, state, received_at) "
            "SELECT 'e' || g, 'U' || lpad(to_hex(mod(g, 1000)), 32, '0'), 'postback', 5000 - g, '{}', 'new', now() "
            "FROM generate_series(1, 3000) g"
        )
        begin = time.monotonic()
        found = queries.next_events(session, datetime.now(UTC), 50)
        assert time.monotonic() - begin < 2
        assert [event.occurred_at for event in found] == [5000 - n for n in range(2001, 2051)]
