"""``make bench``: one JSON line per figure, each beside a limit measured or given in the same run."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.db import Sessions, make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.notices.models import Notice
from app.parts import build
from app.release import actions as release
from app.segments import queries as segments
from app.segments import rules
from app.settings import Settings
from app.town.actions import folder_files
from app.town.rules import LoadedTown, read_pack
from bot_flows import engine, types
from tests import builders as given
from tests.sandbox import free_port

RUNS = 3
PEOPLE = 100_000
LINE_MULTICASTS, LINE_REPLIES = 200.0, 2000.0
"""LINE's own ceilings per second (Messaging API reference, "Rate limits")."""


def say(bench: str, *, limit: float, ratio: float, **figures: float | int | str) -> None:
    print(json.dumps({"bench": bench, **figures, "limit": limit, "ratio": round(ratio, 3)}), flush=True)


def median(measure: Callable[[], float]) -> float:
    return statistics.median(measure() for _ in range(RUNS))


def sample_town() -> LoadedTown:
    return read_pack(folder_files(Path(str(Settings.model_fields["town_dir"].default))))[0]


def engine_turns(town: LoadedTown) -> None:
    """Turns of the pure engine on one core, beside LINE's ceiling for replies."""
    now = datetime(2026, 11, 24, 12, 0, tzinfo=ZoneInfo("Asia/Tokyo"))
    resident = types.Resident(topics=frozenset({"garbage"}), ward="中区", district="naka-01", is_new=False)
    facts = types.Facts(town=town, resident=resident, now=now)
    words = [
        types.Incoming("text", word)
        for word in ("明日のごみ", "アイロン", "設定", "もどる", "地図", "メニュー")
    ]

    def once() -> float:
        state, start, turns = types.State(), time.perf_counter(), 3000
        for number in range(turns):
            state = engine.step(state, words[number % len(words)], facts).state
        return turns / (time.perf_counter() - start)

    rate = median(once)
    say("engine_turns", per_second=round(rate), limit=LINE_REPLIES, ratio=rate / LINE_REPLIES)


def garbage_month(town: LoadedTown) -> None:
    """A month of one area's calendar, beside a plain loop over its days."""

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


def crowd(db: Sessions, people: int) -> None:
    with db.begin() as session:
        session.execute(text("TRUNCATE residents RESTART IDENTITY CASCADE"))
        session.execute(
            text(
                "INSERT INTO residents (line_user_id, topics, state, setup_done_at, ward) "
                "SELECT 'U' || lpad(to_hex(g), 32, '0'), ARRAY['events'], 'friend', now(), '中区' "
                "FROM generate_series(1, :people) g"
            ),
            {"people": people},
        )
    with db.begin() as session:
        session.execute(text("ANALYZE residents"))


def segment_count(db: Sessions) -> None:
    """Counting a segment, beside counting all rows of the table."""
    rule = rules.from_json({"all": [{"topic": "events"}, {"ward": "中区"}]})

    def ours() -> float:
        with db() as session:
            start = time.perf_counter()
            segments.count(session, rule, date(2026, 12, 1))
            return 1000 * (time.perf_counter() - start)

    def plain() -> float:
        with db() as session:
            start = time.perf_counter()
            session.scalar(text("SELECT count(*) FROM residents"))
            return 1000 * (time.perf_counter() - start)

    mine, limit = median(ours), median(plain)
    say("segment_count", people=PEOPLE, ms=round(mine, 1), limit=round(limit, 1), ratio=limit / mine)


@contextmanager
def running(*commands: list[str]) -> Iterator[None]:
    processes = [subprocess.Popen([sys.executable, *command]) for command in commands]
    try:
        time.sleep(4)
        yield
    finally:
        for process in processes:
            process.terminate()
        for process in processes:
            process.wait(timeout=15)


def multicast_paced(db: Sessions, port: int) -> None:
    """Release to the last acceptance of 100,000 people against a stub that answers after 80 ms, at LINE's pace."""
    seconds = []
    for _ in range(RUNS):
        with db.begin() as session:
            notice_id = due_notice(session)
        parts = build()
        start = time.perf_counter()
        with db.begin() as session:
            release.release(session, notice_id, datetime.now(UTC))
        parts.queue.wake("chores", "worker.delivery.plan", notice_id)
        while not done(db, notice_id):
            time.sleep(0.02)
        seconds.append(time.perf_counter() - start)
        parts.close()
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/count", timeout=5) as answer:
        count = json.load(answer)
    took, limit = statistics.median(seconds), PEOPLE / 500 / LINE_MULTICASTS
    say(
        "multicast_paced",
        people=PEOPLE,
        seconds=round(took, 2),
        repeats=count["repeats"],
        limit=limit,
        ratio=took / limit,
    )


def due_notice(session: Session) -> int:
    notice = given.approved(session, people=PEOPLE)
    minute = datetime.now(UTC).replace(second=0, microsecond=0)
    session.execute(
        text(
            "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, night_reason = 'bench' "
            "WHERE id = :id"
        ),
        {"at": minute, "end": minute + timedelta(hours=20), "id": notice.id},
    )
    return notice.id


def done(db: Sessions, notice_id: int) -> bool:
    with db() as session:
        return session.get_one(Notice, notice_id).state == "done"


def main() -> None:
    town = sample_town()
    engine_turns(town)
    garbage_month(town)
    port = free_port()
    os.environ |= {
        "ENVIRONMENT": "demo",
        "SECRET_KEY": "bench",
        "LINE_CHANNEL_SECRET": "bench",
        "LINE_CHANNEL_ACCESS_TOKEN": "bench",
        "LINE_API_BASE_URL": f"http://127.0.0.1:{port}",
    }
    url = os.environ["DATABASE_URL"]
    migrations.upgrade(url)
    db = make_sessions(make_engine(url))
    crowd(db, PEOPLE)
    segment_count(db)
    with running(
        ["-m", "tests.bench.stub", str(port), "80"], ["-m", "worker", "chores"], ["-m", "worker", "ordinary"]
    ):
        multicast_paced(db, port)


if __name__ == "__main__":
    main()
