"""What every worker process shares: its parts, built once before the first job, and one log line per job."""

from __future__ import annotations

import gc
import os
import socket
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from uuid import uuid4

from app import logs
from app.errors import Retry
from app.heartbeats import actions as heartbeats
from app.parts import Parts, build

STRETCH = 8.0
"""Seconds a job works before it puts itself back when others wait."""
LONGEST = 24.0
"""Seconds a job works when nobody waits: changing jobs in the middle of a send costs a fifth of a second."""


def owner() -> str:
    """A name no other process has: host, process, chance."""
    return f"{socket.gethostname()}:{os.getpid()}:{uuid4().hex[:8]}"


OWNER = owner()
"""Whose claims these are; a restarted process is somebody else."""

_log = logs.get("worker")


def steady() -> None:
    """Called once a worker is warm: what exists by now stays, so the collector need not look at it again and again.

    Its many short-lived objects are no cycles; looking fifteen times less often saves a tenth of a send's CPU. More
    seldom still saves nothing, and what are cycles grew by 5 MB with every thousand requests.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


MOST_BESIDE = 3
"""Ends of earlier jobs that may still run beside the next one."""
GLANCE = 0.02
"""Seconds between two looks whether one of them is over; usually it is the first."""
_beside: list[threading.Thread] = []


def beside(work: Callable[[], object]) -> None:
    """Do the last of a job's work beside the next job, which begins when few enough run beside it: while all but one
    are still busy, so that between two jobs nothing runs dry."""
    thread = threading.Thread(target=_guarded, args=(work,), name="beside")
    _beside.append(thread)
    thread.start()
    while len(_beside) > MOST_BESIDE:
        _beside[0].join(GLANCE)
        _beside[:] = [thread for thread in _beside if thread.is_alive()]


def wait_beside() -> None:
    """Before the process ends."""
    for thread in _beside:
        thread.join()


def _guarded(work: Callable[[], object]) -> None:
    """What fails here is found by the reconciler, as after a death."""
    try:
        work()
    except Exception as error:
        _log.warning("beside_failed", error=type(error).__name__)


_mine: list[Parts] = []


def use(given: Parts) -> None:
    """Work with these parts from now on: for whoever starts a worker with parts of their own."""
    _mine[:] = [given]


def parts() -> Parts:
    """This process's parts; nothing is built at import, so that importing a job is cheap and safe."""
    if not _mine:
        use(build())
    return _mine[0]


@contextmanager
def job(name: str, *ids: int) -> Iterator[Parts]:
    """Run a job's body: take its wake-up mark away, log one line with its time and outcome."""
    mine = parts()
    mine.queue.started(name, *ids)
    start = time.monotonic()
    outcome = "failed"
    try:
        yield mine
        outcome = "done"
    except Retry as error:
        outcome = f"later ({error.sentence})"
    except Exception as error:
        if what := logs.short_of(error):
            _log.error("too_little", job=name, short_of=what)
        raise
    finally:
        _log.info("job", job=name, ids=ids, ms=round(1000 * (time.monotonic() - start)), outcome=outcome)


leaving = threading.Event()
"""Set when this process was asked to end: the job at hand starts nothing more."""


def guarded(name: str, work: Callable[..., object], *arguments: object) -> None:
    """One duty of many: what fails here is logged and tried again at its next time, and keeps the others from nothing."""
    try:
        work(*arguments)
    except Exception as error:
        # The place, not the error's words: those may hold what a resident wrote.
        last = traceback.extract_tb(error.__traceback__)[-1]
        at, what = f"{last.filename}:{last.lineno}", logs.short_of(error)
        _log.error("duty_failed", duty=name, error=type(error).__name__, at=at, short_of=what)


def beat(process: str) -> None:
    """Leave this process's sign of life for the console."""
    with parts().sessions.begin() as session:
        heartbeats.beat(session, process)


def while_alone(others_wait: Callable[[], bool]) -> Callable[[], bool]:
    """A question that answers True for a stretch, and longer while no other work waits in this queue."""
    short, long = until(STRETCH), until(LONGEST)
    return lambda: short() or (long() and not others_wait())


def until(seconds: float, monotonic: Callable[[], float] = time.monotonic) -> Callable[[], bool]:
    """A question that answers True while a stretch of ``seconds`` has not ended and nobody asked us to leave."""
    end = monotonic() + seconds
    return lambda: monotonic() < end and not leaving.is_set()
