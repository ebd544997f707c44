"""LINE on its worst day: answers that are odd, refusals, some of them too late, and a batch that kills its senders."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

from sqlalchemy import Select, func, select
from sqlalchemy.exc import DBAPIError

from app.delivery.models import Batch
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, at_random, run_for
from tests.chaos.stage import SHORT, Stage
from tests.sandbox import user

STRANGERS = 4
AS_IT_IS = Plan()
ONE_SENDER = ("ordinary", "chores", "clock")


ODD: tuple[tuple[str, dict[str, object]], ...] = (
    ("silence", {"when": "before", "seconds": 15}),
    ("silence", {"when": "after", "seconds": 15}),
    ("trickle", {"seconds": 15}),
    ("error", {"when": "before", "status": 500}),
    ("error", {"when": "after", "status": 502, "body": "<html>"}),
    ("error", {"when": "before", "status": 503}),
    ("error", {"when": "after", "status": 504}),
    ("reset", {"when": "before"}),
    ("reset", {"when": "after"}),
    ("drop", {"when": "before"}),
    ("drop", {"when": "after"}),
    ("half_close", {"when": "after"}),
    ("redirect", {}),
    ("cut", {}),
    ("malformed", {}),
    ("content_type", {}),
    ("rate", {}),
)
MOST_TOO_FAST = 2
"""How often LINE counts too fast at most: each time halves the pace, for minutes."""


def odd_line(stage: Stage, each: int, notices: int) -> int:
    """LINE refuses, breaks off, says nothing, cuts its answers and counts too fast, before and after accepting.

    Answers how many of the ordered faults struck nobody.
    """
    stage.act(Plan(), deaths=0)
    for fault, fields in ODD:
        count = min(each, MOST_TOO_FAST) if fault == "rate" else each
        stage.line.order(fault, endpoint="multicast", count=count, **fields)
    stage.send(notices, PEOPLE)
    stage.settle(90)
    orders = stage.line.control("GET", "/sandbox/faults")["orders"]
    stage.clear_faults()
    # The pace with it, or the next act would go slowly.
    stage.forget_queue()
    return sum(1 for order in orders if order["count"])


def poison(stage: Stage) -> int:
    """Whoever begins to send to one certain person dies; how often that was."""
    begun = stage.kills
    stage.act(Plan(poison=user(stage.next_person + 7)), deaths=0)
    stage.send(6, PEOPLE)
    stage.settle(60)
    return stage.kills - begun


def strangers(stage: Stage, notices: int, kills: int) -> int:
    """LINE refuses a whole multicast for one id it does not know, and senders die meanwhile; how many such ids."""
    stage.act(Plan(), deaths=0)
    stage.line.options(foreign_ids="refuse")
    strike = at_random(("ordinary", "ordinary2"), 9, every=0.5, deaths=kills)
    stage.send(notices, PEOPLE, strangers=STRANGERS)
    stage.settle(90, meanwhile=lambda: strike(stage))
    stage.line.options(foreign_ids="ignore")
    return notices * STRANGERS


def late_answer(stage: Stage, rounds: int, plan: Plan = AS_IT_IS) -> int:
    """A sender stands still, another takes its batches; the first goes on and reads a failure that is out of date.

    Answers how often one of these batches was claimed at most: three times means that the old owner's word counted
    and a third sender began beside the second.
    """
    stage.act(plan, deaths=0, kept=ONE_SENDER, settings=SHORT | {"LEASE_SECONDS": "3"})
    for _ in range(rounds):
        # In this order: the failure itself is slow.
        stage.line.order("latency", endpoint="multicast", count=2, seconds=2.0)
        stage.line.order("error", endpoint="multicast", when="before", status=500, count=2)
        stage.send(1, PEOPLE)
        assert _until_sent(stage, attempts=1), "nobody sends"
        pid = stage.processes["ordinary"].pid or 0
        os.kill(pid, signal.SIGSTOP)
        stage.processes["still"] = stage.processes.pop("ordinary")
        stage.line.order("latency", endpoint="multicast", count=2, seconds=5.0)
        assert _until_sent(stage, attempts=2), "nobody took over"
        os.kill(pid, signal.SIGCONT)
        stage.settle(30)
        stage.kill("still")
        del stage.processes["still"]
        stage.clear_faults()
    with stage.db() as session:
        return session.scalar(select(func.max(Batch.attempts)).where(Batch.notice_id.in_(stage.notices))) or 0


def _until_sent(stage: Stage, attempts: int) -> bool:
    """Until both batches are under way for the so-manieth time, and a moment more for their bytes to leave."""
    newest = max(stage.notices)
    query = select(func.count()).where(
        Batch.notice_id == newest, Batch.state == "sending", Batch.attempts == attempts
    )
    return _until(stage, lambda: _ask(stage, query) == 2, 30)


def _ask(stage: Stage, query: Select[int]) -> int:
    try:
        with stage.db() as session:
            return session.scalar(query) or 0
    except DBAPIError:
        return -1


def _until(stage: Stage, what: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        stage.tend()
        if what():
            run_for(stage, 0.2)
            return True
        time.sleep(0.02)
    return False
