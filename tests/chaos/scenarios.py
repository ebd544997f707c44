"""What is done to a running send. Each scenario leaves everybody reached once, or says who was not."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.exceptions import RedisError
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from tests.chaos.process import Plan
from tests.chaos.stage import LEASE, NAMES, PRODUCTION, Stage

PEOPLE = 520
"""Of one notice: two batches."""
ALONE = 60
"""Of one notice with words of their own: one batch of so many pushes."""
CHANCES = {"K1": 1.0, "K2": 0.8, "K3": 0.5, "K4": 0.8, "K5": 1.0}
"""How often a process dies there."""
OWN_WORDS = ("individual", "individual2", "chores", "clock")


@dataclass(frozen=True)
class Size:
    """How much of it: a short set for every test run, a full one for ``make chaos``."""

    kills: int
    notices: int
    seconds: float


def at_point(stage: Stage, point: str, size: Size) -> None:
    """K1 to K5: the process kills itself at the named point, until there were enough deaths."""
    stage.act(Plan(point, CHANCES[point]), deaths=size.kills)
    end = time.monotonic() + size.seconds
    while stage.left.value > 0 and time.monotonic() < end:
        stage.send(size.notices, PEOPLE)
        stage.settle(end - time.monotonic())


def at_point_with_own_words(stage: Stage, point: str, size: Size) -> None:
    """The same while everybody is sent words of their own; answers come apart, so a record is of some people only."""
    chance = CHANCES[point] if point != "K3" else 2 / ALONE
    stage.act(Plan(point, chance), deaths=size.kills, kept=OWN_WORDS)
    stage.line.order("latency", endpoint="push", count=None, share=0.3, seed=1, seconds=0.6)
    end = time.monotonic() + size.seconds
    while stage.left.value > 0 and time.monotonic() < end:
        stage.send_personal(size.notices, ALONE)
        stage.settle(end - time.monotonic())
    stage.clear_faults()


def from_outside(stage: Stage, names: tuple[str, ...], size: Size) -> None:
    """SIGKILL from outside at any moment; with several names also all of them in one moment."""
    stage.act(Plan(), deaths=0)
    strike = at_random(names, 7, every=0.4, deaths=size.kills)
    begun, end = stage.kills, time.monotonic() + size.seconds
    while stage.kills - begun < size.kills and time.monotonic() < end:
        stage.send(size.notices, PEOPLE)
        stage.settle(end - time.monotonic(), meanwhile=lambda: strike(stage))


def with_production_s_lease(stage: Stage, size: Size) -> None:
    """Deaths in the middle under production's lease and reconciler interval: each recovery takes up to 25 seconds."""
    for point in ("K2", "K3", "K4"):
        stage.act(Plan(point, CHANCES[point]), deaths=size.kills, settings=PRODUCTION)
        stage.send(size.notices, PEOPLE)
        stage.settle(size.seconds)


def everything_at_once(stage: Stage, rounds: int) -> None:
    """All processes and the queue end in one moment; everything comes back empty-handed."""
    stage.act(Plan(), deaths=0)
    for _ in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.7)
        for name in NAMES:
            stage.kill(name)
        stage.restart_redis(away=0.2)
        stage.settle(30)


def second_owner(stage: Stage, rounds: int) -> None:
    """A sender stands still for longer than its lease and then goes on, beside another that took its batches."""
    stage.act(Plan(), deaths=0, kept=(*NAMES, "emergency"))
    for _ in range(rounds):
        stage.send(3, PEOPLE)
        run_for(stage, 0.5)
        pid = stage.processes["ordinary"].pid or 0
        os.kill(pid, signal.SIGSTOP)
        stage.processes["still"] = stage.processes.pop("ordinary")
        run_for(stage, 2.5 * LEASE)
        os.kill(pid, signal.SIGCONT)
        stage.settle(30)
        stage.kill("still")
        del stage.processes["still"]


def odd_queue(stage: Stage, rounds: int) -> None:
    """The queue forgets everything, hangs, is full, is read-only, or dies; the ledger knows what is left to do."""
    stage.act(Plan(), deaths=0)
    troubles: list[Callable[[], None]] = [
        stage.forget_queue,
        lambda: _configure(stage, "CLIENT", "PAUSE", "1500"),
        lambda: _configure(stage, "CONFIG", "SET", "maxmemory", "1"),
        lambda: _configure(stage, "REPLICAOF", "127.0.0.1", "9"),
        lambda: stage.restart_redis(away=1.0),
    ]
    for number in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.4)
        troubles[number % len(troubles)]()
        run_for(stage, 1.5)
        _configure(stage, "CONFIG", "SET", "maxmemory", "0")
        _configure(stage, "REPLICAOF", "NO", "ONE")
        stage.settle(60)


def lost_connections(stage: Stage, rounds: int) -> None:
    """The database ends every connection in the middle of the work."""
    stage.act(Plan(), deaths=0)
    for _ in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.6)
        try:
            with stage.db() as session:
                session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                        "WHERE datname = current_database() AND pid <> pg_backend_pid()"
                    )
                )
        except DBAPIError:
            continue
        stage.settle(30)


def restarted_database(stage: Stage, rounds: int) -> None:
    """The database falls and comes back while batches are under way."""
    stage.act(Plan(), deaths=0)
    for _ in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.6)
        stage.restart_database(away=1.0)
        stage.settle(30)


def deployed(stage: Stage, rounds: int) -> float:
    """Every process is asked to end and a new one started, as by a deploy; seconds the slowest took to end."""
    stage.act(Plan(), deaths=0)
    slowest = 0.0
    for _ in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.6)
        asked = time.monotonic()
        for process in stage.processes.values():
            process.terminate()
        for process in stage.processes.values():
            process.join(20)
        slowest = max(slowest, time.monotonic() - asked)
        stage.settle(30)
    return slowest


def odd_line(stage: Stage, share: float, notices: int) -> None:
    """LINE refuses, breaks off, answers late, cuts its answers and counts too fast, before and after accepting."""
    stage.act(Plan(), deaths=0)
    orders = (
        ("error", {"when": "before", "status": 500}),
        ("error", {"when": "after", "status": 502, "body": "<html>"}),
        ("error", {"when": "before", "status": 503}),
        ("reset", {"when": "after"}),
        ("reset", {"when": "before"}),
        ("drop", {"when": "after"}),
        ("half_close", {"when": "after"}),
        ("cut", {}),
        ("malformed", {}),
        ("rate", {}),
    )
    for number, (fault, fields) in enumerate(orders):
        stage.line.order(fault, endpoint="multicast", count=None, share=share, seed=number, **fields)
    stage.send(notices, PEOPLE)
    stage.settle(90)
    stage.clear_faults()


def three_clocks(stage: Stage, rounds: int) -> None:
    """Three clocks look at the same instants, and one after the other is killed."""
    stage.act(Plan(), deaths=0, kept=(*NAMES, "clock2", "clock3"))
    chance = random.Random(3)
    for _ in range(rounds):
        stage.send(4, PEOPLE)
        run_for(stage, 0.5)
        stage.kill(chance.choice(("clock", "clock2", "clock3")))
        stage.settle(30)


def moved_clock(stage: Stage, rounds: int) -> None:
    """The civil clock jumps by an hour, ahead or back, while batches are leased by the database's own."""
    stage.act(Plan(), deaths=0)
    for number in range(rounds):
        stage.send(3, PEOPLE)
        run_for(stage, 0.6)
        stage.settle(5, until=("scheduled", "recipients_frozen"))
        stage.line.clock_offset_file.write_text("-3600" if number % 2 else "3600", encoding="ascii")
        stage.settle(30)
        stage.line.clock_offset_file.write_text("0", encoding="ascii")


def at_random(names: tuple[str, ...], seed: int, *, every: float, deaths: int) -> Callable[[Stage], None]:
    """Something to do while a stage settles: a kill now and then, until there were enough."""
    chance, state = random.Random(seed), {"next": time.monotonic() + every, "left": deaths}

    def strike(stage: Stage) -> None:
        if state["left"] > 0 and time.monotonic() >= state["next"]:
            stage.kill(chance.choice(names))
            state["next"], state["left"] = (
                time.monotonic() + every * (0.5 + chance.random()),
                state["left"] - 1,
            )

    return strike


def run_for(stage: Stage, seconds: float, until: Callable[[], bool] | None = None) -> None:
    """Bring back what dies for so long, or until this is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (until and until()):
        stage.tend()
        time.sleep(0.05)


def _configure(stage: Stage, *words: str) -> None:
    try:
        with stage.client() as client:
            client.execute_command(*words)
    except RedisError:
        return
