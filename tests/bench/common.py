"""What every bench shares: the line it prints, medians, made-up residents, processes that run beside it."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import text

from app.db import Sessions

RUNS = 3
DISTRICTS = 1500
REMINDER = "-1 18:00"
SHARE_OF_STUB = 0.7
"""Above this share of the stub's own ceiling a figure says more about the stub than about us."""


@dataclass(frozen=True)
class Ground:
    """What a bench stands on: the database, and the stub's port (TLS, trusted through SSL_CERT_FILE)."""

    db: Sessions
    people: int
    port: int
    folder: Path
    """For files of the run."""

    @property
    def url(self) -> str:
        return f"https://127.0.0.1:{self.port}"


def say(bench: str, *, limit: float, ratio: float, **figures: float | int | str | bool) -> None:
    measured = {"bench": bench, **figures, "limit": limit, "ratio": round(ratio, 3)}
    print(json.dumps(measured | {"loop_ms": loop_ms()}), flush=True)


def loop_ms() -> float:
    """What a fixed loop of Python costs right now, in milliseconds of processor time, the best of five.

    A borrowed machine runs at once and at half its speed within minutes, and every share of a core with it: two runs
    compare when their loops do.
    """

    def once() -> float:
        begin = time.process_time()
        counts: dict[int, str] = {}
        for number in range(100_000):
            counts[number % 997] = str(number)
        return 1000 * (time.process_time() - begin)

    return round(min(once() for _ in range(5)), 1)


def not_yet(bench: str, reason: str) -> None:
    """A bench that cannot be measured yet says so instead of printing a figure."""
    print(json.dumps({"bench": bench, "not_yet": reason}), flush=True)


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(RUNS))


def part(values: list[float], percent: float) -> float:
    """The value below which ``percent`` of the values lie (nearest rank)."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


def pin(core: int) -> None:
    """Keep this process on one core, when the machine has more than one."""
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, {cores[core % len(cores)]})


def crowd(db: Sessions, people: int) -> None:
    """Residents made on the server: ten topics (three each), eight wards, 1,500 districts, a child for every fourth.

    Six in ten want to be reminded of garbage at 18:00. At the end the tables are as after autovacuum.
    """
    with db.begin() as session:
        session.execute(text("SET LOCAL statement_timeout = 0"))
        session.execute(text("TRUNCATE residents RESTART IDENTITY CASCADE"))
        session.execute(text("DROP INDEX IF EXISTS ix_residents_topics"))
        session.execute(
            text(
                "INSERT INTO residents (line_user_id, topics, state, setup_done_at, ward, district, reminder, "
                "quiet_from, quiet_to) "
                "SELECT 'U' || lpad(to_hex(g), 32, '0'), ARRAY['events', 't' || g % 9, "
                "CASE WHEN g <= :reminded THEN 'garbage' ELSE 'u' || g % 1000 END], 'friend', now(), "
                "(g * 7 % 8) || '区', 'd' || g * 13 % :districts, "
                "CASE WHEN g <= :reminded THEN :slot ELSE '' END, 24, 0 FROM generate_series(1, :people) g"
            ),
            {
                "people": people,
                "reminded": people * 20 // 33,
                "districts": DISTRICTS,
                "slot": REMINDER,
            },
        )
        session.execute(text("CREATE INDEX ix_residents_topics ON residents USING gin (topics)"))
        session.execute(
            text(
                "INSERT INTO children (resident_id, number, birth_month) "
                "SELECT id, 1, date '2026-11-01' - make_interval(months => id / 4 % 216) "
                "FROM residents WHERE id % 4 = 0"
            )
        )
    with db.kw["bind"].connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("SET statement_timeout = 0"))
        connection.execute(text("VACUUM ANALYZE residents, children"))


@contextmanager
def running(*commands: list[str], seconds: float = 4.0) -> Iterator[list[int]]:
    """Python programs beside the bench (their process ids), given ``seconds`` to be ready, stopped at the end."""
    processes = [
        subprocess.Popen([sys.executable, *command], stdout=subprocess.DEVNULL) for command in commands
    ]
    try:
        time.sleep(seconds)
        yield [process.pid for process in processes]
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def program(*arguments: str) -> dict[str, float]:
    """Run ``python -m tests.bench.…`` to its end; the one JSON object it printed last."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments], stdout=subprocess.PIPE, check=True, text=True, timeout=300
    )
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found
