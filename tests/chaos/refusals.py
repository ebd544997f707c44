"""LINE on its worst day: answers that are odd, refusals, some of them too late, and a batch that kills its senders."""

from __future__ import annotations

import os
import signal
import time

from sqlalchemy import select

from app.delivery.models import Batch
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, at_random, run_for, stand_still
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
MOST = {"rate": 2, "silence": 2, "trickle": 2}
"""How often some faults strike at most: too fast halves the pace for minutes, and while nothing is answered one request
at a time asks, and waits ten seconds."""


def odd_line(stage: Stage, each: int, notices: int) -> int:
    """LINE refuses, breaks off, says nothing, cuts its answers and counts too fast, before and after accepting.

    Answers how many of the ordered faults struck nobody.
    """
    stage.act(Plan(), deaths=0)
    for fault, fields in ODD:
        count = min(each, MOST.get(fault, each))
        stage.line.order(fault, endpoint="multicast", count=count, **fields)
    stage.send(notices, PEOPLE)
    stage.settle(150)
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
    """LINE refuses a whole multicast for one id it does not know, at first in peace, then senders die meanwhile; how many
    such ids."""
    stage.act(Plan(), deaths=0)
    stage.line.options(foreign_ids="refuse")
    stage.send(1, PEOPLE, strangers=STRANGERS)
    assert stage.settle(60), "a send did not come to its end"
    calm = stage.verdict()
    assert (calm.refused, calm.unknown) == (STRANGERS, 0), calm
    strike = at_random(("ordinary", "ordinary2"), 9, every=0.5, deaths=kills)
    stage.send(notices, PEOPLE, strangers=STRANGERS)
    stage.settle(90, meanwhile=lambda: strike(stage))
    stage.line.options(foreign_ids="ignore")
    return (1 + notices) * STRANGERS


def late_answer(stage: Stage, rounds: int, plan: Plan = AS_IT_IS) -> int:
    """A sender stands still, another takes its batches; the first goes on and reads a failure that is out of date.

    Answers how many claims came after the second owner's: any means that the old owner's word counted, and that a
    third began beside the second.
    """
    stage.act(plan, deaths=0, kept=ONE_SENDER, settings=SHORT | {"LEASE_SECONDS": "3"})
    after = 0
    for _ in range(rounds):
        # In this order: the failure itself is slow.
        stage.line.order("latency", endpoint="multicast", count=2, seconds=4.0)
        stage.line.order("error", endpoint="multicast", when="before", status=500, count=2)
        stage.send(1, PEOPLE)
        first = _under_way(stage, beyond=0)
        pid = stand_still(stage, "ordinary")
        stage.line.order("latency", endpoint="multicast", count=2, seconds=6.0)
        second = _under_way(stage, beyond=first)
        os.kill(pid, signal.SIGCONT)
        stage.settle(30)
        stage.kill("still")
        del stage.processes["still"]
        stage.clear_faults()
        after += _claims(stage)[0] - second
    return after


def _under_way(stage: Stage, beyond: int) -> int:
    """Wait until both batches are under way once more, and a moment more for their bytes to leave; claims so far."""
    end, seen = time.monotonic() + 40, (0, 0)
    while time.monotonic() < end:
        run_for(stage, 0.03)
        seen = _claims(stage)
        if seen[0] >= beyond + 2 and seen[1] == 2:
            run_for(stage, 0.2)
            return seen[0]
    raise AssertionError(f"nobody sends: {seen[0]} claims, {seen[1]} under way")


def _claims(stage: Stage) -> tuple[int, int]:
    """Of the newest notice: how often its batches were claimed, and how many are under way."""
    with stage.db() as session:
        rows = session.execute(
            select(Batch.attempts, Batch.state).where(Batch.notice_id == max(stage.notices))
        ).all()
    return sum(row.attempts for row in rows), sum(1 for row in rows if row.state == "sending")
