"""The evening's garbage reminders of a million people in 1,500 districts: grouped by what they will read, then sent."""

from __future__ import annotations

import csv
import os
import shutil
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from app.clock import JST
from app.line.pace import LIMITS
from app.reminders import actions, rules
from app.settings import Settings
from app.town.actions import folder_files, load
from app.town.rules import LoadedTown, read_pack
from tests.bench.common import DISTRICTS, REMINDER, Ground, median, say
from tests.bench.paced import product

LIMIT_SECONDS = 0.5
LEAD = rules.AHEAD.total_seconds() + 3
"""Seconds before the hour at which the product begins to look: these reminders are made ahead of it."""
SAMPLE = Path(str(Settings.model_fields["town_dir"].default))


def reminders_group(ground: Ground) -> None:
    """Finding who reads which text and making that hour's notices; then sending them, beside LINE's ceiling."""
    folder = many_districts(ground.folder / "town")
    town, _ = read_pack(folder_files(folder))
    at = evening(town)

    def once() -> float:
        with ground.db() as session:
            start = time.perf_counter()
            actions.remind_due(session, lambda _: town, at - rules.AHEAD)
            session.flush()
            return time.perf_counter() - start

    seconds = median(once)
    sent = send(ground, folder, at)
    say(
        "reminders_group",
        districts=DISTRICTS,
        seconds=round(seconds, 3),
        **sent,
        limit=LIMIT_SECONDS,
        ratio=seconds / LIMIT_SECONDS,
    )


def many_districts(folder: Path) -> Path:
    """The sample town with ``DISTRICTS`` districts in its garbage areas."""
    shutil.copytree(SAMPLE, folder)
    with (folder / "districts.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "districts.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        for number in range(DISTRICTS):
            like = rows[number % len(rows)]
            writer.writerow(like | {"code": f"d{number}", "district": f"{like['district']}{number}番"})
    return folder


def evening(town: LoadedTown) -> datetime:
    """Of the next fourteen times 18:00 in Japan the one at which most districts hear of a collection."""
    tomorrow = datetime.now(JST).date() + timedelta(days=1)
    days = [tomorrow + timedelta(days=number) for number in range(14)]
    evenings = [datetime.combine(day, datetime.min.time().replace(hour=18), JST) for day in days]
    return max((at.astimezone(UTC) for at in evenings), key=lambda at: _told(town, at))


def _told(town: LoadedTown, at: datetime) -> tuple[int, int]:
    [told] = rules.due([REMINDER], at)
    groups = rules.texts(town, [f"d{number}" for number in range(DISTRICTS)], told)
    return sum(map(len, groups.values())), len(groups)


def send(ground: Ground, folder: Path, at: datetime) -> dict[str, float]:
    """Let the real clock come to that hour; from the first request to the last acceptance."""
    with ground.db.begin() as session:
        load(session, folder, now=at - timedelta(hours=1))
    with product(ground.folder):
        offset = (at - datetime.now(UTC)).total_seconds() - LEAD
        Path(os.environ["CLOCK_OFFSET_FILE"]).write_text(str(offset), encoding="ascii")
        end = time.monotonic() + 240
        while time.monotonic() < end:
            time.sleep(0.5)
            with ground.db() as session:
                row = session.execute(text(_OUTCOME), {"at": at}).one()
            if row.notices and row.open == 0:
                return {
                    "notices": row.notices,
                    "people": int(row.people),
                    "requests": row.requests,
                    "first_claim": round(float(row.first), 3),
                    "sent_seconds": round(float(row.seconds), 2),
                    "sent_limit": round(row.requests / LIMITS["multicast"], 2),
                }
    raise TimeoutError("the reminders did not end within four minutes")


_OUTCOME = """
SELECT count(DISTINCT notices.id) AS notices,
       count(DISTINCT notices.id) FILTER (WHERE notices.state <> 'done') AS open,
       count(batches.id) AS requests, coalesce(sum(batches.size), 0) AS people,
       extract(epoch FROM max(batches.settled_at) - min(batches.first_attempt_at)) AS seconds,
       extract(epoch FROM min(batches.first_attempt_at) - :at) AS first
FROM notices LEFT JOIN batches ON batches.notice_id = notices.id AND batches.state = 'accepted'
WHERE notices.origin = 'reminder'
"""
