"""Benches of the pure parts: the engine and the garbage calendar, without any I/O."""

from __future__ import annotations

import itertools
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack
from bot_flows import engine, types
from tests.bench.common import Ground, median, say

LINE_REPLIES = 2000.0
"""LINE's own ceiling per second (Messaging API reference, "Rate limits")."""


def sample_town() -> LoadedTown:
    return read_pack(folder_files(Path(str(Settings.model_fields["town_dir"].default))))[0]


def engine_turns(_: Ground) -> None:
    """Turns of the pure engine on one core, beside LINE's ceiling for replies; every twentieth word was never said before."""
    town = sample_town()
    now = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    resident = types.Resident(topics=frozenset({"garbage"}), ward="中区", district="naka-01", is_new=False)
    facts = types.Facts(town=town, resident=resident, now=now)
    said = ("明日のごみ", "アイロン", "設定", "もどる", "地図", "メニュー", "1", "やめる", "ごみ")
    fresh = itertools.count()

    def once() -> float:
        state, start, turns = types.State(), time.process_time(), 3000
        for number in range(turns):
            word = f"傘{next(fresh)}本" if number % 20 == 19 else said[number % len(said)]
            state = engine.step(state, types.Incoming("text", word), facts).state
        return turns / (time.process_time() - start)

    rate = median(once)
    say("engine_turns", per_second=round(rate), goal=5000, limit=LINE_REPLIES, ratio=rate / LINE_REPLIES)


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
