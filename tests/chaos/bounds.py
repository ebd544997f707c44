"""LINE's own bounds in the middle of a send: its rate, its month, its word that our token is none."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import func, select, update

from app.closing import actions as closing
from app.delivery.models import Batch
from app.notices.models import Notice
from tests import builders as given
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, run_for
from tests.chaos.stage import Stage

SMALL = 60
"""People a minute while it is planned, which makes batches of five: many requests for few people."""
BURST = 0.1
"""Of a second's requests: so much may come at once, because no timer fires exactly; what one sender keeps reserved is
more."""
GOING = ("scheduled", "recipients_frozen", "running")


def at_the_limit(stage: Stage, rounds: int, people: int) -> tuple[int, int]:
    """Two senders use LINE's whole rate, and the queue that holds their shared pace dies beside them; how many requests
    LINE counted too fast, of how many. What LINE refused in an earlier act, the month's quota above all, is not of it."""
    earlier = len(stage.line.calls())
    for _ in range(rounds):
        stage.end()
        [notice_id] = stage.send(1, people)
        _set(stage, notice_id, SMALL)
        stage.act(Plan(), deaths=0)
        run_for(stage, 60, until=lambda mine=notice_id: _is_planned(stage, mine))
        stage.line.options(limits_factor=1.0, limits_burst=BURST)
        _set(stage, notice_id, None)
        run_for(stage, 60, until=lambda mine=notice_id: _tried(stage, mine) > 40)
        stage.restart_redis(away=1.0)
        stage.settle(90)
        stage.line.options(limits_factor=0.0, limits_burst=1.0)
    calls = [each for each in stage.line.calls()[earlier:] if each["path"].endswith("/multicast")]
    stage.forget_queue()
    return sum(1 for each in calls if each["status"] == 429), len(calls)


def _set(stage: Stage, notice_id: int, pace: int | None) -> None:
    with stage.db.begin() as session:
        session.execute(update(Notice).where(Notice.id == notice_id).values(people_per_minute=pace))


def _is_planned(stage: Stage, notice_id: int) -> bool:
    with stage.db() as session:
        return session.get_one(Notice, notice_id).plan_done


def _tried(stage: Stage, notice_id: int) -> int:
    with stage.db() as session:
        tried = select(func.count()).where(Batch.notice_id == notice_id, Batch.attempts > 0)
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
