"""LINE is away for a while: few requests are wasted, nothing loses an attempt, and then everybody is reached once."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis
from sqlalchemy import func, insert, select, update

from app.circuits import queries as circuits
from app.circuits.actions import tell
from app.circuits.models import Silence
from app.circuits.rules import Heard
from app.closing import actions as closing
from app.db import Sessions
from app.delivery import queries
from app.delivery.models import Batch
from app.line.answers import Answer
from app.line.gate import DOUBTS
from app.notices.models import Notice
from app.parts import Parts
from app.pushes import actions as pushes
from app.pushes.models import Push
from app.release import actions as release
from app.residents.models import Resident
from tests import builders as given
from tests.breaking import Breaking
from tests.contract.test_personal_sending import PEOPLE as FEW
from tests.contract.test_personal_sending import parts_for
from tests.contract.test_personal_sending import released as personal
from tests.sandbox import SandboxServer, user
from worker import clock, letters, runtime
from worker.delivery import Sending
from worker.hearing import Hearing

SIZE, FIRST, HOLD = 20, 5000, 0.25
PEOPLE = 40 * SIZE
UNDER_WAY = 12
"""Requests that may have begun before the first answer came: LINE's pace times the time it takes here."""


@pytest.fixture
def parts(
    db: Sessions, database_url: str, redis: Redis, redis_url: str, line: SandboxServer, tmp_path: Path
) -> Iterator[Parts]:
    made = parts_for(line, database_url, redis_url, tmp_path, silence_seconds=HOLD)
    yield made
    made.close()


def released(db: Sessions, line: SandboxServer, *, lane: str = "ordinary") -> int:
    """A notice cut into forty batches, small ones as for a slow pace."""
    line.crowd(PEOPLE, first=FIRST)
    now = datetime.now(UTC)
    common = {"topics": ["events"], "state": "friend", "setup_done_at": now} | given.NEVER_QUIET
    minute = now.replace(second=0, microsecond=0)
    with db.begin() as session:
        people = [{"line_user_id": user(FIRST + n)} | common for n in range(PEOPLE)]
        session.execute(insert(Resident), people)
        notice_id = given.scheduled(session, people=PEOPLE, lane=lane).id
        changes = {"scheduled_at": minute, "expires_at": minute + timedelta(hours=1), "night_reason": "test"}
        session.execute(update(Notice).values(**changes, people_per_minute=12 * SIZE))
    with db.begin() as session:
        assert release.release(session, notice_id, now)
    more = True
    while more:
        with db.begin() as session:
            more = release.plan(session, notice_id, now)
    with db.begin() as session:
        session.execute(update(Notice).values(people_per_minute=None))
    return notice_id


def run(db: Sessions, parts: Parts, notice_id: int) -> None:
    """One stretch, as whoever woke the sender would see it end."""
    sending = Sending(parts, notice_id)
    sending.run()
    sending.wait()
    with db.begin() as session:
        due = update(Batch).where(Batch.state == "retry_wait").values(next_attempt_at=func.now())
        session.execute(due)


def to_the_end(db: Sessions, parts: Parts, notice_id: int) -> dict[str, int]:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        run(db, parts, notice_id)
        with db.begin() as session:
            if closing.finish(session, notice_id, datetime.now(UTC)):
                return queries.tally(session, session.get_one(Notice, notice_id)).by_state
    raise AssertionError("not everybody has an outcome")


def tries(line: SandboxServer) -> int:
    return sum(1 for call in line.calls() if call["path"].endswith(("multicast", "push")))


def test_an_outage_costs_few_requests_and_nobody_their_message(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    line.order("error", endpoint="multicast", count=3, when="after", status=500)
    line.order("error", endpoint="multicast", count=None, when="before", status=503)
    run(db, parts, notice_id)
    first = tries(line)
    assert DOUBTS <= first <= DOUBTS + UNDER_WAY
    with db() as session:
        tried = session.scalar(select(func.count()).where(Batch.notice_id == notice_id, Batch.attempts > 0))
        assert tried == first, "what never started has lost no attempt"
        assert circuits.seconds_silent(session).keys() == {"multicast"}
    run(db, parts, notice_id)
    assert tries(line) == first, "while it is held nothing is sent"
    time.sleep(HOLD)
    run(db, parts, notice_id)
    run(db, parts, notice_id)
    assert tries(line) == first + 1, "one asks"
    line.control("DELETE", "/sandbox/faults")
    time.sleep(HOLD)
    assert to_the_end(db, parts, notice_id) == {"accepted": PEOPLE}
    assert Counter(each["user"] for each in line.record()) == {user(FIRST + n): 1 for n in range(PEOPLE)}
    with db() as session:
        assert circuits.seconds_silent(session) == {}


def test_a_stream_that_breaks_ends_its_stretch_and_the_clock_begins_another(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line)
    broken = Sending(replace(parts, pace=Breaking(parts.redis, "c")), notice_id)
    broken.run()
    broken.wait()
    assert broken.held and not broken.running
    with db() as session:
        tried = session.scalar(select(func.count()).where(Batch.notice_id == notice_id, Batch.attempts > 0))
    assert tried == tries(line), "what never started has lost no attempt"
    assert to_the_end(db, parts, notice_id) == {"accepted": PEOPLE}


def test_of_personal_messages_one_person_s_asks(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    notice_id = personal(db, line)
    line.order("error", endpoint="push", count=None, when="before", status=503)
    run(db, parts, notice_id)
    first = tries(line)
    assert first < FEW
    time.sleep(HOLD)
    run(db, parts, notice_id)
    assert tries(line) == first + 1
    line.control("DELETE", "/sandbox/faults")
    time.sleep(HOLD)
    assert to_the_end(db, parts, notice_id) == {"accepted": FEW}
    assert max(Counter(each["user"] for each in line.record()).values()) == 1


def test_an_emergency_asks_again_after_a_second_however_long_the_hold_is(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line, lane="emergency")
    line.order("error", endpoint="multicast", count=None, when="before", status=503)
    run(db, parts, notice_id)
    first = tries(line)
    with db.begin() as session:
        session.execute(update(Silence).values(held_until=func.now() + timedelta(minutes=9)))
    run(db, parts, notice_id)
    assert tries(line) == first
    line.control("DELETE", "/sandbox/faults")
    with db.begin() as session:
        session.execute(update(Silence).values(urgent_from=Silence.urgent_from - timedelta(seconds=1)))
    assert to_the_end(db, parts, notice_id) == {"accepted": PEOPLE}


def test_a_line_that_cannot_be_reached_is_silent_too(db: Sessions, parts: Parts, line: SandboxServer) -> None:
    notice_id = released(db, line)
    line.stop()
    try:
        run(db, parts, notice_id)
    finally:
        line.start()
    with db() as session:
        tried = select(func.count()).where(Batch.notice_id == notice_id, Batch.attempts > 0)
        assert DOUBTS <= (session.scalar(tried) or 0) <= DOUBTS + 2
        assert session.scalar(select(func.count()).where(Batch.ambiguous)) == 0
    time.sleep(HOLD)
    assert to_the_end(db, parts, notice_id) == {"accepted": PEOPLE}


def test_while_it_is_held_the_clock_wakes_only_whoever_may_ask(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    ordinary, queue = released(db, line), parts.queue.queue("ordinary")
    with db.begin() as session:
        tell(session, "multicast", Heard(False, DOUBTS), 30, datetime.now(UTC))
    clock.wake_running(parts)
    assert queue.count == 0
    with db.begin() as session:
        session.execute(update(Silence).values(held_until=func.now(), urgent_from=func.now()))
    clock.wake_running(parts)
    assert (queue.count, queue.jobs[0].args) == (1, [ordinary])


def test_of_single_messages_a_few_find_out_and_the_others_are_not_tried(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    runtime.use(parts)
    line.crowd(SIZE, first=FIRST)
    with db.begin() as session:
        for number in range(SIZE):
            person = given.resident(session, **given.NEVER_QUIET)
            person.line_user_id = user(FIRST + number)
            words = {"type": "text", "text": "x"}
            pushes.add(session, person, [words], subject="report:1", now=datetime.now(UTC))
    line.order("error", endpoint="push", count=None, when="before", status=503)
    letters.send()
    letters.send()
    assert tries(line) == DOUBTS
    with db() as session:
        assert session.scalar(select(func.count()).where(Push.attempts > 0)) == DOUBTS
    line.control("DELETE", "/sandbox/faults")
    time.sleep(HOLD)
    with db.begin() as session:
        session.execute(update(Push).values(next_attempt_at=datetime.now(UTC)))
    letters.send()
    with db() as session:
        assert set(session.scalars(select(Push.state))) == {"accepted"}


def test_what_another_sender_hears_of_line_lets_everybody_go_on(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    """Connections broke in one process; LINE answers what another one has under way."""
    with db.begin() as session:
        tell(session, "multicast", Heard(False, DOUBTS), 60, datetime.now(UTC))
    other = Hearing(parts, "multicast")
    assert other.hear([Answer(200)]) is False, "as long as it knows of nothing it tells nothing"
    other.refused()
    assert other.waits
    assert other.hear([Answer(200)]) is True
    assert not other.waits
    with db() as session:
        assert circuits.held(session) == {}


def test_an_emergency_goes_on_in_the_moment_its_question_is_answered(
    db: Sessions, parts: Parts, line: SandboxServer
) -> None:
    notice_id = released(db, line, lane="emergency")
    with db.begin() as session:
        tell(session, "multicast", Heard(False, DOUBTS), 60, datetime.now(UTC))
        session.execute(update(Silence).values(urgent_from=func.now()))
    sending = Sending(parts, notice_id)
    sending.run()
    sending.wait()
    assert len(line.record()) == PEOPLE, "in one stretch, without being woken again"
