"""What is done to the clocks, the processes and the one on the wall."""

from __future__ import annotations

import os
import random
import signal
import time

from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, into_the_middle, run_for
from tests.chaos.stage import NAMES, Stage


def three_clocks(stage: Stage, rounds: int) -> None:
    """Three clocks look at the same instants, and one after the other is killed."""
    stage.act(Plan(), deaths=0, kept=(*NAMES, "clock2", "clock3"))
    chance = random.Random(3)
    for _ in range(rounds):
        into_the_middle(stage, 4)
        stage.kill(chance.choice(("clock", "clock2", "clock3")))
        stage.settle(30)


def stopped_clocks(stage: Stage, rounds: int) -> float:
    """A clock that leads stands still with notices due, another takes the lead, and later the first goes on; the seconds
    until everything was sent without it, at most."""
    slowest = 0.0
    for _ in range(rounds):
        stage.act(Plan(), deaths=0)
        stage.send(1, PEOPLE)
        assert stage.settle(30), "nobody leads"
        stage.kept = (*NAMES, "clock2")
        run_for(stage, 1.0)
        pid = stage.processes["clock"].pid or 0
        os.kill(pid, signal.SIGSTOP)
        began = time.monotonic()
        stage.send(3, PEOPLE)
        assert stage.settle(60), "nobody took the lead"
        slowest = max(slowest, time.monotonic() - began)
        into_the_middle(stage, 4)
        os.kill(pid, signal.SIGCONT)
        stage.settle(30)
    return slowest


JUMPS = ("3600", "-3600", "5", "-86400")
"""Seconds: a wrong hour, a step as a time server makes it, a wrong day."""


def moved_clock(stage: Stage, rounds: int) -> None:
    """The civil clock jumps ahead or back while batches are leased by the database's own."""
    stage.act(Plan(), deaths=0)
    for number in range(rounds):
        into_the_middle(stage, 3)
        stage.settle(5, until=("scheduled", "recipients_frozen"))
        stage.line.clock_offset_file.write_text(JUMPS[number % len(JUMPS)], encoding="ascii")
        stage.settle(30)
        stage.line.clock_offset_file.write_text("0", encoding="ascii")
