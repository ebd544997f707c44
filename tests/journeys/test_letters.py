"""Single pushes through the pretend LINE over HTTP: each reaches once, in order, or is shown as unknown."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import orjson
import pytest
from sqlalchemy import select

from app.inbox import actions as inbox_actions
from app.parts import Parts
from app.pushes import actions as push_actions
from app.pushes.models import Push
from app.residents.models import Resident
from tests import builders as given
from tests.journeys.pretend_line import NOW, texts
from tests.sandbox import SandboxServer, user
from tests.web.browser import SetClock
from worker import letters


def replied(parts: Parts, person: Resident, *words: str) -> None:
    with parts.sessions.begin() as session:
        mine, by = session.get_one(Resident, person.id), given.staff(session)
        thread = inbox_actions.hand_over(session, mine, "general", NOW)
        for text in words:
            inbox_actions.reply(session, thread, text, section="環境局", by=by, now=NOW)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_reply_reaches_once_when_the_answer_is_lost(
    line: SandboxServer, parts: Parts, person: Resident, clock: SetClock, when: str
) -> None:
    replied(parts, person, "はい。")
    with parts.sessions() as session:
        key = session.scalars(select(Push.retry_key)).one()
    line.order("error", endpoint="push", when=when, status=500)
    letters.send()
    with parts.sessions() as session:
        assert session.scalars(select(Push.state)).one() == "waiting"
    clock.at += timedelta(minutes=2)
    letters.send()
    with parts.sessions() as session:
        push = session.scalars(select(Push)).one()
        assert (push.state, push.attempts, push.retry_key) == ("accepted", 2, key)
        assert push.line_request_id
    assert texts(line) == ["はい。"]
    assert {each["retry_key"] for each in line.record()} == {str(key)}


def test_replies_to_one_person_keep_their_order(
    line: SandboxServer, parts: Parts, person: Resident, clock: SetClock
) -> None:
    replied(parts, person, "1つ目", "2つ目", "3つ目")
    line.order("error", endpoint="push", status=503)
    letters.send()
    assert texts(line) == []
    clock.at += timedelta(minutes=2)
    letters.send()
    assert texts(line) == ["1つ目", "2つ目", "3つ目"]


def test_what_a_dead_sender_left_is_sent_again_with_the_same_key(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    replied(parts, person, "はい。")
    with parts.sessions.begin() as session:
        [claim] = push_actions.claim(session, NOW, 10).claims
    parts.line.send("push", claim.body, retry_key=claim.retry_key).result()
    letters.send()
    with parts.sessions.begin() as session:
        push = session.get_one(Push, claim.id)
        assert push.state == "sending", "its lease still runs"
        push.lease_until = datetime(2020, 1, 1, tzinfo=UTC)
    letters.send()
    with parts.sessions() as session:
        assert session.get_one(Push, claim.id).state == "accepted"
    assert texts(line) == ["はい。"]
    assert orjson.loads(claim.body)["to"] == user(1)


def test_an_answer_follows_what_is_capped_before_it(
    line: SandboxServer, parts: Parts, person: Resident
) -> None:
    with parts.sessions.begin() as session:
        mine = session.get_one(Resident, person.id)
        for number in range(4):
            push = push_actions.add(session, mine, [], subject="childcare:1", now=NOW, why="automatic")
            if number < 3:
                push.state, push.first_attempt_at, push.settled_at = "accepted", NOW, NOW
    replied(parts, person, "はい。")
    letters.send()
    assert texts(line) == ["はい。"]


def test_after_twenty_hours_what_is_unclear_is_never_sent_again(
    line: SandboxServer, parts: Parts, person: Resident, clock: SetClock
) -> None:
    replied(parts, person, "はい。")
    line.order("error", endpoint="push", when="after", status=500)
    letters.send()
    clock.at += timedelta(hours=20)
    letters.send()
    with parts.sessions() as session:
        assert session.scalars(select(Push.state)).one() == "unknown"
    assert texts(line) == ["はい。"]
