"""Benches of delivery at LINE's pace, through the real clock, planner and senders, and of the ledger they leave."""

from __future__ import annotations

import itertools
import os
import random
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy import text

from app.db import Sessions
from app.delivery import queries
from app.notices.models import Notice
from tests import builders as given
from tests.bench.asking import Counting, first
from tests.bench.common import RUNS, Ground, median, part, running, say

LINE_MULTICASTS = 200.0
"""LINE's own ceiling per second (Messaging API reference, "Rate limits")."""
LEAD = 8.0
"""Seconds between scheduling a notice and its instant: the clock counts and plans it in the last five of them."""
WORKERS = ("ordinary", "emergency", "individual", "chores")
EMERGENCY_PEOPLE = 70_000
_numbers = itertools.count(1)


@contextmanager
def product(folder: Path, names: tuple[str, ...] = WORKERS) -> Iterator[dict[str, int]]:
    """The clock and the workers of these queues; their process ids by name."""
    offset = folder / "clock-offset"
    offset.write_text("0", encoding="ascii")
    os.environ["CLOCK_OFFSET_FILE"] = str(offset)
    commands = [["-m", "worker", name] for name in names]
    with running(*commands, ["-m", "worker.clock"]) as ids:
        yield dict(zip((*names, "clock"), ids, strict=True))
    del os.environ["CLOCK_OFFSET_FILE"]


def next_minute() -> datetime:
    """Move the product's clock so that a full minute begins in ``LEAD`` seconds; answers that minute."""
    now = datetime.now(UTC)
    minute = (now + timedelta(minutes=2)).replace(second=0, microsecond=0)
    offset = (minute - now).total_seconds() - LEAD
    Path(os.environ["CLOCK_OFFSET_FILE"]).write_text(str(offset), encoding="ascii")
    return minute


def schedule(
    db: Sessions, at: datetime, *, people: int, rule: dict[str, object] | None = None, lane: str = "ordinary"
) -> int:
    """A notice two people agreed on, for this instant, with words of its own."""
    messages = b'[{"type":"text","text":"bench %d"}]' % next(_numbers)
    with db.begin() as session:
        notice = given.approved(session, people=people, rule=rule, lane=lane, messages=messages)
        session.execute(
            text(
                "UPDATE notices SET state = 'scheduled', scheduled_at = :at, expires_at = :end, "
                "night_reason = 'bench' WHERE id = :id"
            ),
            {"at": at, "end": at + timedelta(hours=1), "id": notice.id},
        )
        return notice.id


def choose(db: Sessions, topic: str, people: int) -> None:
    """So many residents choose one topic more."""
    with db.begin() as session:
        session.execute(
            text(
                "UPDATE residents SET topics = topics || ARRAY[:topic ::varchar] "
                "WHERE id IN (SELECT id FROM residents ORDER BY id LIMIT :people)"
            ),
            {"topic": topic, "people": people},
        )


def wait_until_done(db: Sessions, *notice_ids: int) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end:
        with db() as session:
            if all(session.get_one(Notice, id_).state == "done" for id_ in notice_ids):
                return
        time.sleep(0.1)
    raise TimeoutError(f"notices {notice_ids} did not end within three minutes")


class Instants:
    """How long after its instant a notice's first request reached LINE, and its last acceptance was recorded.

    Made when every other notice's requests have begun: the messages that are new from then on are this notice's.
    """

    def __init__(self, ground: Ground) -> None:
        self._ground, self._known = ground, first(ground).keys()

    def of(self, notice_id: int) -> tuple[float, float]:
        """Seconds from the instant to the first request and to the last recorded acceptance."""
        [came] = [at for messages, at in first(self._ground).items() if messages not in self._known]
        offset = float(Path(os.environ["CLOCK_OFFSET_FILE"]).read_text(encoding="ascii"))
        with self._ground.db() as session:
            released = session.get_one(Notice, notice_id).released_at
        assert released is not None
        return came + offset - released.timestamp(), recorded_after(self._ground.db, notice_id)


def recorded_after(db: Sessions, notice_id: int) -> float:
    """Seconds from the instant to the last recorded acceptance."""
    with db() as session:
        seconds = session.scalar(
            text(
                "SELECT extract(epoch FROM max(settled_at) - max(released_at)) "
                "FROM batches JOIN notices ON notices.id = notice_id WHERE notice_id = :id"
            ),
            {"id": notice_id},
        )
    return float(seconds)


def cpu_seconds(pid: int) -> float:
    """User and system time of a process so far (proc(5), fields 14 and 15)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def peak_mb(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


def multicast_paced(ground: Ground) -> None:
    """From the instant to the last acceptance, paced at LINE's 200 a second, answers after 80 ms, over TLS."""
    began, ended, shares = [], [], []
    counting = Counting(ground)
    with product(ground.folder) as processes:
        for _ in range(RUNS):
            instants = Instants(ground)
            notice_id = schedule(ground.db, next_minute(), people=ground.people)
            time.sleep(LEAD - 0.5)
            used = cpu_seconds(processes["ordinary"])
            wait_until_done(ground.db, notice_id)
            used = cpu_seconds(processes["ordinary"]) - used
            one = instants.of(notice_id)
            began.append(one[0]), ended.append(one[1]), shares.append(used / one[1])
        memory = peak_mb(processes["ordinary"])
    took, limit = statistics.median(ended), ground.people / 500 / LINE_MULTICASTS
    say(
        "multicast_paced",
        people=ground.people,
        seconds=round(took, 2),
        first_request=round(statistics.median(began), 3),
        cpu_share=round(statistics.median(shares), 3),
        rss_mb=round(memory),
        more_requests_than_batches=counting["requests"] - RUNS * -(-ground.people // 500),
        above_line_limit=counting.above_line_limit,
        limit=limit,
        ratio=took / limit,
    )
    received(ground)


def received(ground: Ground) -> None:
    """Who received a notice, and what one resident received, from the packed ledger the bench above left."""
    with ground.db() as session:
        notice_id = session.scalar(text("SELECT max(id) FROM notices WHERE state = 'done'"))

        def once() -> float:
            start = time.perf_counter()
            people[:] = queries.people(session, notice_id, "accepted")
            return time.perf_counter() - start

        people: list[str] = []
        seconds = median(once)
    say("received_by_notice", people=len(people), seconds=round(seconds, 2), limit=5.0, ratio=seconds / 5.0)
    times, chance = [], random.Random(1)
    for _ in range(100):
        with ground.db() as session:
            start = time.perf_counter()
            found = queries.received_by(session, chance.choice(people))
            times.append(1000 * (time.perf_counter() - start))
        assert found
    p95 = part(times, 95)
    say("received_by_resident", p95_ms=round(p95, 1), limit=50.0, ratio=p95 / 50.0)


def emergency(ground: Ground) -> None:
    """An emergency to 70,000 while an ordinary notice to everybody runs: seconds after its own release."""
    people = min(EMERGENCY_PEOPLE, ground.people // 2)
    began, ended, counting = [], [], Counting(ground)
    with product(ground.folder):
        for number in range(RUNS):
            topic = f"emergency{number}"
            choose(ground.db, topic, people)
            at = next_minute()
            ordinary = schedule(ground.db, at, people=ground.people)
            time.sleep(LEAD + 2)
            # A minute later by the product's clock: the ordinary notice is in the middle of its send.
            offset, instants = Path(os.environ["CLOCK_OFFSET_FILE"]), Instants(ground)
            urgent = schedule(
                ground.db, at + timedelta(minutes=1), people=people, rule={"topic": topic}, lane="emergency"
            )
            offset.write_text(str(float(offset.read_text(encoding="ascii")) + 52), encoding="ascii")
            wait_until_done(ground.db, urgent)
            one = instants.of(urgent)
            began.append(one[0]), ended.append(one[1])
            wait_until_done(ground.db, ordinary)
    say(
        "emergency_first",
        seconds=round(statistics.median(began), 3),
        limit=0.25,
        ratio=statistics.median(began) / 0.25,
    )
    limit = people / 500 / LINE_MULTICASTS
    took = statistics.median(ended)
    say(
        "emergency_last",
        people=people,
        seconds=round(took, 2),
        above_line_limit=counting.above_line_limit,
        limit=limit,
        ratio=took / limit,
    )
