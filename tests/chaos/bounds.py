"""LINE's own bounds in the middle of a send: its rate, its month, its word that our token is none."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import func, select, update

from app.closing import actions as closing
from app.delivery.models import Batch
from app.notices.models import Notice
from tests import builders as given
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, run_for
from tests.chaos.stage import NAMES, Stage

SMALL = 60
"""People a minute while it is planned, which makes batches of five: many requests for few people."""
BURST = 0.1
"""Of a second's requests: so much may come at once, because no timer fires exactly; what one sender keeps reserved is
more."""
GOING = ("scheduled", "recipients_frozen", "running")


AWAY = (1.0, 0.2, None, 3.0)
"""Seconds without the queue: long, or so short that what was reserved before is not yet over; None: it forgets."""
BESIDE = 3
"""Notices at once: each has two senders, and the more hold moments, the more go beside the pace when it is lost and
found again."""
SENDERS = (*NAMES, *(f"ordinary{number}" for number in range(3, 1 + 2 * BESIDE)))


@dataclass
class Rate:
    """What LINE saw of the pace."""

    too_fast: int = 0
    requests: int = 0
    busiest: int = 0
    """Most requests in any second."""


def at_the_limit(stage: Stage, rounds: int, people: int) -> Rate:
    """Six senders use LINE's whole rate, and the queue that holds their shared pace dies beside them and comes back.
    What LINE refused in an earlier act, the month's quota above all, is not of it."""
    begun = time.time()
    for number in range(rounds):
        stage.end()
        mine = stage.send(BESIDE, people // BESIDE)
        _set(stage, mine, SMALL)
        stage.act(Plan(), deaths=0, kept=SENDERS)
        run_for(stage, 60, until=lambda mine=mine: _are_planned(stage, mine))
        stage.line.options(limits_factor=1.0, limits_burst=BURST)
        _set(stage, mine, None)
        run_for(stage, 60, until=lambda mine=mine: _tried(stage, mine) > 40)
        away = AWAY[number % len(AWAY)]
        stage.forget_queue() if away is None else stage.restart_redis(away)
        stage.settle(90)
        stage.line.options(limits_factor=0.0, limits_burst=1.0)
    calls = [each for each in stage.line.calls(begun) if each["path"].endswith("/multicast")]
    stage.forget_queue()
    too_fast = sum(1 for each in calls if each["status"] == 429)
    return Rate(too_fast, len(calls), busiest_second([each["came"] for each in calls]))


def busiest_second(came: list[int]) -> int:
    """Most of these instants (ms) within one second, wherever it begins."""
    came, most, first = sorted(came), 0, 0
    for last, instant in enumerate(came):
        while instant - came[first] >= 1000:
            first += 1
        most = max(most, last - first + 1)
    return most


def _set(stage: Stage, notices: list[int], pace: int | None) -> None:
    with stage.db.begin() as session:
        session.execute(update(Notice).where(Notice.id.in_(notices)).values(people_per_minute=pace))


def _are_planned(stage: Stage, notices: list[int]) -> bool:
    with stage.db() as session:
        return all(session.get_one(Notice, notice_id).plan_done for notice_id in notices)


def _tried(stage: Stage, notices: list[int]) -> int:
    with stage.db() as session:
        tried = select(func.count()).where(Batch.notice_id.in_(notices), Batch.attempts > 0)
        return session.scalar(tried) or 0


def token_and_quota(stage: Stage, rounds: int) -> tuple[int, int, int]:
    """LINE refuses the token in the middle, and then the month is spent; how many notices stood still for each, and how
    many people were reached beyond the quota."""
    for_token = for_quota = beyond = 0
    for number in range(rounds):
        stage.act(Plan(), deaths=0)
        stage.line.order("unauthorized", endpoint="multicast", count=None, skip=3)
        stage.send(3, PEOPLE)
        stage.settle(30, until=GOING)
        for_token += _paused(stage, "token")
        stage.clear_faults()
        # A new token comes with new processes; the clock's first act is to ask whose it is.
        stage.kill("clock")
        stage.settle(30)
        left, before = 530 + 400 * (number % 3), stage.accepted()
        stage.line.options(quota=_used(stage) + left)
        stage.send(3, PEOPLE)
        stage.settle(30, until=GOING)
        for_quota += _paused(stage, "quota")
        beyond += max(0, stage.accepted() - before - left)
        stage.line.options(quota=None)
        _resume(stage)
        stage.settle(30)
    return for_token, for_quota, beyond


def _paused(stage: Stage, reason: str) -> int:
    with stage.db() as session:
        held = select(func.count()).where(Notice.state == "paused", Notice.pause_reason == reason)
        return session.scalar(held) or 0


def _used(stage: Stage) -> int:
    """What LINE has counted of this month."""
    token = f"Bearer {stage.line.token}"
    status, told = stage.line.call("GET", "/v2/bot/message/quota/consumption", Authorization=token)
    assert status == 200, told
    return int(told["totalUsage"])


def _resume(stage: Stage) -> None:
    with stage.db.begin() as session:
        by = given.staff(session)
        for notice in session.scalars(select(Notice).where(Notice.state == "paused").with_for_update()).all():
            closing.resume(session, notice, by=by, now=datetime.now(UTC))
