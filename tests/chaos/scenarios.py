"""What is done to a running send. Each scenario leaves everybody reached once, or says who was not."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError

from app.delivery.models import Batch
from app.notices.models import Notice
from tests.chaos.process import Plan
from tests.chaos.stage import LEASE, NAMES, PRODUCTION, Stage

PEOPLE = 520
"""Of one notice: two batches."""
ALONE = 60
"""Of one notice with words of their own: one batch of so many pushes."""
CHANCES = {"K1": 1.0, "K2": 0.8, "K3": 0.5, "K4": 0.8, "K5": 1.0}
"""How often a process dies there."""
UNTOUCHED = {"planned", "sealed"}
OPEN = {"planned", "sealed", "sending", "retry_wait"}
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
        end = time.monotonic() + size.seconds
        while stage.left.value > 0 and time.monotonic() < end:
            stage.send(size.notices, PEOPLE)
            stage.settle(end - time.monotonic())


def everything_at_once(stage: Stage, rounds: int) -> None:
    """All processes, the queue and the database end in one moment; everything comes back empty-handed."""
    stage.act(Plan(), deaths=0)
    for _ in range(rounds):
        into_the_middle(stage, 4)
        for name in NAMES:
            stage.kill(name)
        stage.restart_database(away=0)
        stage.restart_redis(away=0.2)
        stage.settle(30)


def second_owner(stage: Stage, rounds: int) -> int:
    """A sender stands still for longer than its lease and then goes on, beside another that took its batches.

    Answers how many batches had two owners, the first of whom went on while it believed they were its own.
    """
    stage.act(Plan(), deaths=0, kept=(*NAMES, "emergency"))
    taken = 0
    for _ in range(rounds):
        stage.line.order("latency", endpoint="multicast", count=4, seconds=5.0)
        stage.send(2, PEOPLE)
        pid = stand_still(stage, _holding(stage)[0])
        held = [row_id for row_id, owner in _under_way(stage) if owner == pid]
        assert held, "the machine is so slow that its answers came before it stood still"
        run_for(stage, 2.5 * LEASE)
        run_for(stage, 20, until=lambda mine=held: _taken(stage, mine) > 0)
        taken += _taken(stage, held)
        os.kill(pid, signal.SIGCONT)
        stage.settle(30)
        stage.kill("still")
        del stage.processes["still"]
    return taken


def stand_still(stage: Stage, name: str) -> int:
    """Stop a sender between two transactions, since one in the middle holds its rows locked and nobody can take over;
    another takes its name. Answers its process id."""
    process = stage.processes.pop(name)
    stage.processes["still"] = process
    pid = process.pid or 0
    under_way = select(Batch.id).where(Batch.state == "sending")
    for _ in range(100):
        os.kill(pid, signal.SIGSTOP)
        with stage.db() as session:
            free = session.scalars(under_way.with_for_update(skip_locked=True)).all()
            if len(free) == len(session.scalars(under_way).all()):
                return pid
        os.kill(pid, signal.SIGCONT)
        time.sleep(0.02)
    raise AssertionError("it always holds a lock")


def _taken(stage: Stage, held: list[int]) -> int:
    """How many of these batches another sender has claimed since."""
    with stage.db() as session:
        again = select(func.count()).where(Batch.id.in_(held), Batch.token >= 2)
        return session.scalar(again) or 0


def _holding(stage: Stage) -> tuple[str, list[int]]:
    """A sender in the middle of a request, and its batches."""
    end = time.monotonic() + 30
    while time.monotonic() < end:
        run_for(stage, 0.03)
        rows = _under_way(stage)
        for name in ("ordinary", "ordinary2"):
            if held := [row_id for row_id, owner in rows if owner == stage.processes[name].pid]:
                return name, held
    raise AssertionError("nobody sends")


def _under_way(stage: Stage) -> list[tuple[int, int]]:
    """(batch, process id of its owner) of everything that is being sent."""
    with stage.db() as session:
        rows = session.execute(select(Batch.id, Batch.owner).where(Batch.state == "sending")).all()
    return [(row.id, int(row.owner.split(":")[-2])) for row in rows]


def lost_connections(stage: Stage, rounds: int) -> None:
    """The database ends every connection in the middle of the work."""
    stage.act(Plan(), deaths=0)
    for _ in range(rounds):
        into_the_middle(stage, 4)
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
        into_the_middle(stage, 4)
        stage.restart_database(away=1.0)
        stage.settle(30)


MANY = 12_000
"""Words of their own for so many: more than a sender gets rid of in twelve seconds at the pretend LINE."""


def deployed(stage: Stage, rounds: int) -> tuple[float, int, int]:
    """Every process is asked to end in the middle of a long send; seconds the slowest took, claims that began after
    it was asked, and claims left behind.

    The rest of the long send is stopped, so that the next round begins soon.
    """
    slowest, late, left = 0.0, 0, 0
    for _ in range(rounds):
        stage.act(Plan(), deaths=0, kept=(*OWN_WORDS, "ordinary"))
        stage.send(2, PEOPLE)
        stage.send_personal(1, MANY)
        end = time.monotonic() + 60
        while stage.accepted() < 2 * PEOPLE + 200 and time.monotonic() < end:
            run_for(stage, 0.1)
        asked = time.monotonic()
        for process in stage.processes.values():
            process.terminate()
        time.sleep(1.0)
        before, _ = _claimed(stage)
        for process in stage.processes.values():
            process.join(60)
        slowest = max(slowest, time.monotonic() - asked)
        after, open_ = _claimed(stage)
        late, left = late + after - before, left + open_
        stage.end()
        stage.cancel_all()
        stage.send(2, PEOPLE)
        stage.settle(30)
    return slowest, late, left


def _claimed(stage: Stage) -> tuple[int, int]:
    """How many claims there ever were, and how many are open."""
    with stage.db() as session:
        ever = session.scalar(select(func.sum(Batch.token))) or 0
        return ever, session.scalar(select(func.count()).where(Batch.state == "sending")) or 0


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


def into_the_middle(
    stage: Stage, notices: int, people: int = PEOPLE, *, a_minute: int | None = None
) -> list[int]:
    """Send, and go on until some of it is under way and some still open: a blow before or after that would prove
    nothing. The first answers take a while, so that there is a middle; so many people a minute make it a long one."""
    for _ in range(5):
        stage.line.order("latency", endpoint="multicast", count=2, seconds=0.4)
        mine = stage.send(notices, people)
        with stage.db.begin() as session:
            session.execute(update(Notice).where(Notice.id.in_(mine)).values(people_per_minute=a_minute))
        run_for(stage, 30, until=lambda mine=mine: states(stage, mine) - UNTOUCHED != set())
        if states(stage, mine) & OPEN:
            return mine
    raise AssertionError("it was over five times before anybody could look")


def states(stage: Stage, notices: list[int]) -> set[str]:
    with stage.db() as session:
        return set(session.scalars(select(Batch.state).where(Batch.notice_id.in_(notices)).distinct()))


def run_for(stage: Stage, seconds: float, until: Callable[[], bool] | None = None) -> None:
    """Bring back what dies for so long, or until this is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end and not (until and until()):
        stage.tend()
        time.sleep(0.05)
