"""Everything a run of chaos stands on: servers of its own, the pretend LINE, processes that are brought back at once."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any, Protocol

import orjson
from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from app.closing import actions as closing_actions
from app.db import Sessions, make_engine, make_sessions
from app.migrations import __main__ as migrations
from app.notices.models import Notice
from app.setup import servers, valkey
from tests import builders as given
from tests.chaos import intents, sends
from tests.chaos.oracle import Meant, Record, Verdict, judge
from tests.chaos.process import Plan, begin, counter
from tests.sandbox import SandboxServer, user

LEASE, RECONCILE = 1.0, 0.5
"""Seconds; production has 15 and 10. Shortened so that a recovery takes a moment."""
SILENCE = 0.3
"""The same for how long nothing is sent after five requests LINE did not answer; production has 30."""
SHORT = {"LEASE_SECONDS": str(LEASE), "RECONCILE_SECONDS": str(RECONCILE), "SILENCE_SECONDS": str(SILENCE)}
PRODUCTION = {"LEASE_SECONDS": "15", "RECONCILE_SECONDS": "10", "SILENCE_SECONDS": "30"}
NAMES = ("ordinary", "ordinary2", "chores", "clock")
ANSWER_SECONDS = 0.03


class Database(servers.Server, Protocol):
    """A prepared PostgreSQL."""

    def url(self) -> str: ...


@dataclass
class Stage:
    """Use as ``with stage(folder) as stage``."""

    folder: Path
    line: SandboxServer
    db: Sessions
    database: Database
    database_process: subprocess.Popen[bytes]
    redis_server: valkey.Valkey
    redis_process: subprocess.Popen[bytes]
    environment: dict[str, str]
    plan: Plan = field(default_factory=Plan)
    left: Any = None
    kept: tuple[str, ...] = NAMES
    processes: dict[str, BaseProcess] = field(default_factory=dict)
    kills: int = 0
    notices: dict[int, set[str]] = field(default_factory=dict)
    """Frozen audience by notice, as LINE user ids."""
    words: dict[str, str] = field(default_factory=dict)
    """Of whoever reads words of their own, the digest of their messages."""
    known: intents.Commits = field(default_factory=dict)
    """Keys of a ledger that a restore has taken away."""
    is_sound: bool = True
    """False while an act is on: after one that fails, the next gets a new stage."""
    next_person: int = 1000
    read_to: int = 0
    """Where the next page of the record begins."""
    turned_at: float = 0.0
    """When it was turned, by the machine's clock."""

    def act(
        self,
        plan: Plan,
        *,
        deaths: int,
        kept: tuple[str, ...] = NAMES,
        settings: Mapping[str, str] = SHORT,
    ) -> None:
        """Begin anew with processes that die this often at the plan's point."""
        self.end()
        self.plan, self.left, self.kept = plan, counter(deaths), kept
        self.environment |= settings
        self.tend()

    @property
    def settings(self) -> tuple[float, float]:
        """Lease and reconciler interval, in seconds, as the processes have them now."""
        return float(self.environment["LEASE_SECONDS"]), float(self.environment["RECONCILE_SECONDS"])

    def tend(self) -> None:
        """Bring back what died; count it."""
        for name in self.kept:
            process = self.processes.get(name)
            if process is not None and process.is_alive():
                continue
            if process is not None and process.exitcode == -signal.SIGKILL:
                self.kills += 1
            self.processes[name] = begin(name, self.environment, self.plan, self.left)

    def kill(self, name: str) -> None:
        """End one the hard way, from outside; ``tend`` brings it back and counts it."""
        process = self.processes.get(name)
        if process is not None and process.is_alive():
            process.kill()
            process.join(5)

    def end(self) -> None:
        for process in self.processes.values():
            if process.is_alive():
                process.kill()
        for process in self.processes.values():
            process.join(5)
        self.processes.clear()

    def send(self, number: int, people: int, *, strangers: int = 0) -> list[int]:
        """So many notices, due this minute, each to people of its own, some unknown to LINE; answers their ids."""
        found = []
        for _ in range(number):
            users = self.crowd(people, strangers)
            with self.db.begin() as session:
                found.append(sends.common(session, users, f"w{self.next_person}"))
            self.notices[found[-1]] = set(users)
        return found

    def send_personal(self, number: int, people: int) -> None:
        """The same with words of their own for everybody."""
        for _ in range(number):
            users = self.crowd(people)
            with self.db.begin() as session:
                notice_id, words = sends.personal(session, users, f"w{self.next_person}")
            self.notices[notice_id] = set(users)
            self.words |= words

    def crowd(self, people: int, strangers: int = 0) -> list[str]:
        """New people LINE knows, but for the strangers."""
        self.line.crowd(people - strangers, first=self.next_person)
        users = [user(self.next_person + n) for n in range(people)]
        self.next_person += people
        return random.Random(people).sample(users, people)

    def settle(
        self, seconds: float, meanwhile: Callable[[], None] = lambda: None, until: tuple[str, ...] = ()
    ) -> bool:
        """Tend until every notice ended (or none is in one of these states); False when it takes longer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self.tend()
            meanwhile()
            if self._unfinished(until) == 0:
                return True
            time.sleep(0.05)
        return False

    def _unfinished(self, until: tuple[str, ...] = ()) -> int:
        try:
            with self.db() as session:
                if until:
                    waiting = select(func.count()).select_from(Notice).where(Notice.state.in_(until))
                    return session.scalar(waiting) or 0
                ended = Notice.state.in_(("done", "cancelled", "expired")) & (
                    Notice.plan_done | Notice.released_at.is_(None)
                )
                return session.scalar(select(func.count()).select_from(Notice).where(~ended)) or 0
        except DBAPIError:
            return 1

    def verdict(self) -> Verdict:
        """What the pretend LINE's record says of everything since the page was turned."""
        with self.db() as session:
            page = Meant(self.notices, self.words, self.known, self.line.calls(self.turned_at))
            return judge(session, self._record(), page, self._unfinished())

    def _record(self) -> Record:
        """Who was reached since the page was turned."""
        with (self.folder / "sandbox" / "record.jsonl").open("rb") as lines:
            lines.seek(self.read_to)
            found = [orjson.loads(line) for line in lines]
        return [
            each for each in found if each["endpoint"].endswith("multicast") or each["user"] in self.words
        ]

    def accepted(self) -> int:
        """How many people LINE accepted since the page was turned."""
        return len(self._record())

    def turn_page(self) -> None:
        """What was judged is not judged again."""
        self.turned_at = time.time()
        self.read_to = (self.folder / "sandbox" / "record.jsonl").stat().st_size
        self.notices.clear()
        self.words.clear()

    def clear_faults(self) -> None:
        """LINE is well again; it always takes a moment to answer."""
        self.line.control("DELETE", "/sandbox/faults")
        self.line.order("latency", endpoint="multicast", count=None, seconds=ANSWER_SECONDS)
        self.line.order("latency", endpoint="push", count=None, seconds=ANSWER_SECONDS)

    def client(self) -> Redis:
        return Redis.from_url(self.environment["REDIS_URL"], socket_timeout=5)

    def restart_redis(self, away: float) -> None:
        """SIGKILL, a while without, and a new one with what its log kept."""
        self.redis_process.kill()
        self.redis_process = self._again(self.redis_process, self.redis_server, away)

    def restart_database(
        self, away: float, number: int = signal.SIGQUIT, meanwhile: Callable[[], None] = lambda: None
    ) -> None:
        """The server gives up at once, as in a power cut; a while without, and a new one on the same files."""
        self.database_process.send_signal(number)
        self.database_process.wait(20)
        meanwhile()
        self.database_process = self._again(self.database_process, self.database, away)

    def _again(
        self, process: subprocess.Popen[bytes], server: servers.Server, away: float
    ) -> subprocess.Popen[bytes]:
        process.wait(10)
        time.sleep(away)
        with (self.folder / f"{server.name}.log").open("ab") as log:
            begun = subprocess.Popen(server.command, cwd=server.folder, stdout=log, stderr=log)
        end = time.monotonic() + 15
        while not server.ready() and time.monotonic() < end:
            time.sleep(0.05)
        return begun

    def cancel_all(self) -> datetime:
        """Stop every notice that has not ended; answers when that was confirmed."""
        with self.db.begin() as session:
            by = given.staff(session)
            going = (
                select(Notice)
                .where(Notice.state.in_(("recipients_frozen", "running", "paused", "scheduled")))
                .order_by(Notice.id)
                .with_for_update()
            )
            for notice in session.scalars(going).all():
                closing_actions.cancel(session, notice, reason="まちがい", by=by, now=datetime.now(UTC))
        return datetime.now(UTC)

    def accepted_after(self, instant: datetime) -> int:
        """People LINE accepted later than that."""
        return sum(1 for each in self._record() if datetime.fromisoformat(each["at"]) > instant)

    def forget_queue(self) -> None:
        """FLUSHALL."""
        with contextlib.suppress(RedisError), self.client() as client:
            client.flushall()


@contextlib.contextmanager
def stage(folder: Path, database: Database | None = None, **settings: str) -> Iterator[Stage]:
    """Servers, an empty product and an empty LINE; everything ends with the block."""
    database, queue = database or intents.server(folder / "pg"), valkey.prepare(folder / "vk")
    line = SandboxServer(folder)
    with servers.running(database) as database_process, servers.running(queue) as queue_process:
        migrations.upgrade(database.url())
        environment = {
            **os.environ,
            **line.environment(),
            "ENVIRONMENT": "demo",
            "DATABASE_URL": database.url(),
            "REDIS_URL": queue.url(),
            "SECRET_KEY": "only-for-tests",
            "WATERMARK_DIR": str(folder / "watermark"),
            **SHORT,
            "CHAOS_LOG": str(folder / "processes.log"),
            **settings,
        }
        engine = make_engine(database.url())
        servers_of = (database, database_process, queue, queue_process)
        one = Stage(folder, line, make_sessions(engine), *servers_of, environment)
        intents.watch(one.db)
        line.start()
        line.options(limits_factor=0.0)
        one.clear_faults()
        try:
            yield one
        finally:
            one.end()
            line.stop()
            engine.dispose()
            if one.redis_process is not queue_process:
                servers.stop(one.redis_process, queue.stop_signal)
            if one.database_process is not database_process:
                servers.stop(one.database_process, database.stop_signal)
