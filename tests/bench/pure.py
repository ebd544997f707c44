"""Benches of the pure parts: the engine and the garbage calendar, without any I/O."""

from __future__ import annotations

import itertools
import time
from datetime import date, timedelta
from pathlib import Path

from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack
from bot_flows import engine, types
from tests.bench.common import Ground, median, say
from tests.flows.chat import NOON
from tests.flows.script import run
from worker.runtime import steady

SCRIPTS = sorted((Path(__file__).parents[1] / "flows" / "scripts").glob("*.txt"))
LINE_REPLIES = 2000.0
"""LINE's own ceiling per second (Messaging API reference, "Rate limits")."""


def sample_town() -> LoadedTown:
    return read_pack(folder_files(Path(str(Settings.model_fields["town_dir"].default))))[0]


def engine_turns(_: Ground) -> None:
    """Turns of the pure engine on one core, beside LINE's ceiling for replies: every turn of every script, replayed.

    ``unheard_ms`` is what a word costs that nobody said before, in the sample town with all its names. The collector
    of garbage is set as in the workers that answer.
    """
    turns = [turn for path in SCRIPTS for turn in run(path.read_text(encoding="utf-8")).asked]
    here = types.Resident(topics=frozenset({"garbage"}), ward="中区", district="naka-01", is_new=False)
    facts = types.Facts(town=sample_town(), resident=here, now=NOON)
    fresh = itertools.count()

    def once() -> float:
        start = time.process_time()
        for turn in turns:
            engine.step(*turn)
        return len(turns) / (time.process_time() - start)

    def unheard() -> float:
        start = time.process_time()
        for _ in range(100):
            engine.step(types.State(), types.Incoming("text", f"傘の柄の{next(fresh)}番"), facts)
        return 10 * (time.process_time() - start)

    once()
    steady()
    rate = median(once)
    say(
        "engine_turns",
        per_second=round(rate),
        turns=len(turns),
        unheard_ms=round(median(unheard), 2),
        goal=5000,
        limit=LINE_REPLIES,
        ratio=rate / LINE_REPLIES,
    )


def garbage_month(_: Ground) -> None:
    """A month of one area's calendar, beside a plain loop over its days."""
    town = sample_town()

    def calendar() -> float:
        start = time.perf_counter()
        for _ in range(200):
            town.garbage.days("中区第1", date(2026, 12, 1), date(2026, 12, 31))
        return 200 / (time.perf_counter() - start)

    def plain() -> float:
        start = time.perf_counter()
        for _ in range(200):
            [date(2026, 12, 1) + timedelta(days=n) for n in range(31)]
        return 200 / (time.perf_counter() - start)

    rate, limit = median(calendar), median(plain)
    say("garbage_month", per_second=round(rate), limit=round(limit), ratio=rate / limit)
