"""A new release with a step of the schema in the middle of a send, and back to the old one, while residents write.

The new release is a copy of this program with one more step, as docs/production.md's "Updates" asks for: it only adds.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory
from rq import Worker
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app.migrations import __main__ as migrations
from app.notices.models import Notice
from tests.chaos import door
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE
from tests.chaos.stage import Stage
from tests.sandbox import ROOT, free_port

STEP = '''"""a release that only adds"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    op.add_column("batches", sa.Column("rolled", sa.String(10)))
    op.add_column("events", sa.Column("rolled", sa.Boolean(), server_default=sa.text("false"), nullable=False))
    op.add_column("residents", sa.Column("rolled", sa.Integer(), server_default="0", nullable=False))
    with op.get_context().autocommit_block():
        op.execute("SET lock_timeout = 0")
        op.create_index("ix_events_rolled", "events", ["rolled"], postgresql_concurrently=True)


def downgrade() -> None:
    op.drop_index("ix_events_rolled", "events")
    for table in ("residents", "events", "batches"):
        op.drop_column(table, "rolled")
'''
QUEUES = ("reply", "ordinary", "chores")
CLOCK = "clock"
READING = 3.0
"""Seconds somebody goes on reading the tables in one transaction, as a backup does, while the step wants them: longer
than a webhook may take."""
_STEP_WAITS = "SELECT EXISTS (SELECT FROM pg_locks WHERE mode = 'AccessExclusiveLock' AND NOT granted)"
EVERY = 0.7
"""Seconds between two notices that come due meanwhile."""
SLOW = 1.0
"""Seconds LINE takes to answer: longer than that, so that one is under way at every moment, also on a quick machine."""


@dataclass
class Rolled:
    """What residents and LINE saw of it."""

    heard: door.Heard = field(default_factory=door.Heard)
    failed: int = 0
    """Webhooks that were not answered with 200 within two seconds."""
    slowest: float = 0.0
    claims: list[int] = field(default_factory=list)
    """Batches claimed by the old release, the new one, and the old one again."""
    open: list[int] = field(default_factory=list)
    """Notices under way at each change."""


class Release:
    """One program's processes, from its own folder."""

    def __init__(self, stage: Stage, folder: Path, port: int) -> None:
        self.stage, self.folder, self.port = stage, folder, port
        self.web: subprocess.Popen[bytes] | None = None
        self.workers: dict[str, subprocess.Popen[bytes]] = {}

    def prepare(self) -> None:
        """Procfile's ``release``."""
        done = self._start(sys.executable, "-m", "app.migrations")
        assert done.wait(60) == 0, "the schema was not brought forward"

    def open(self) -> None:
        """A web process beside the other on the same port; it listens once it is loaded."""
        there = _listening(self.port)
        granian = str(Path(sys.executable).with_name("granian"))
        web = f"{door.WEB} --workers-kill-timeout 3 --port {self.port} --factory app.web:create_app"
        self.web = self._start(granian, *web.split())
        end = time.monotonic() + 60
        while _listening(self.port) <= there:
            assert time.monotonic() < end, "no web process"
            time.sleep(0.05)

    def work(self, name: str) -> None:
        module = ("worker.clock",) if name == CLOCK else ("worker", name)
        self.workers[name] = self._start(sys.executable, "-m", *module)

    def _start(self, *words: str) -> subprocess.Popen[bytes]:
        with open(self.stage.environment["CHAOS_LOG"], "ab") as log:
            return subprocess.Popen(
                words, cwd=self.folder, env=self.stage.environment, stdout=log, stderr=log
            )

    def begin(self) -> None:
        """All its processes, until they work."""
        for name in (*QUEUES, CLOCK):
            self.work(name)
        self.open()
        pids = {self.workers[name].pid for name in QUEUES}
        end = time.monotonic() + 60
        with self.stage.client() as client:
            while not pids <= {worker.pid for worker in Worker.all(connection=client)}:
                assert time.monotonic() < end, "a worker does not start"
                time.sleep(0.1)

    def end(self) -> None:
        """Ask all of them, then wait for each."""
        mine = [process for process in (self.web, *self.workers.values()) if process is not None]
        for process in mine:
            process.terminate()
        for process in mine:
            process.wait(30)


def _listening(port: int) -> int:
    """How many sockets listen there."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]]
    return sum(1 for row in rows if row[1].endswith(f":{port:04X}") and row[3] == "0A")


def new_release(folder: Path, url: str) -> Path:
    """A copy of this program with one more step."""
    for name in ("app", "bot_flows", "content", "worker"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    head = ScriptDirectory.from_config(migrations.config(url)).get_current_head()
    step = folder / "app" / "migrations" / "versions" / "9999_rolled.py"
    step.write_text(STEP.format(head=head), encoding="utf-8")
    return folder


def migrated(stage: Stage) -> Rolled:
    """The old release gives way to the new one with its step, process by process, and the new one to the old again."""
    found, words, port = Rolled(), dict[str, str](), free_port()
    changed = new_release(stage.folder / "new", stage.database.url())
    old, new, again = (Release(stage, folder, port) for folder in (ROOT, changed, ROOT))
    stage.act(Plan(), deaths=0, kept=())
    before = _webhooks(stage)
    stage.line.order("latency", endpoint="multicast", count=None, seconds=SLOW)
    try:
        with door.written_to(stage, port):
            old.begin()
            with _in_the_middle(stage, words):
                with _reading(stage):
                    new.prepare()
                _change(stage, old, new, found)
                again.prepare()
                _change(stage, new, again, found)
                _take_back(changed, stage.database.url())
            assert stage.settle(90), "a send did not come to its end"
            door.until_answered(stage, set(words), 60)
    finally:
        stage.clear_faults()
        for release in (old, new, again):
            release.end()
    found.heard, found.failed = door.heard(stage, words), _webhooks(stage)["failed"] - before["failed"]
    found.slowest = _webhooks(stage)["slowest"]
    found.claims = [_claims(stage, release) for release in (old, new, again)]
    return found


@contextmanager
def _in_the_middle(stage: Stage, words: dict[str, str]) -> Iterator[None]:
    """Meanwhile eight people write, and a notice comes due every moment."""
    enough = threading.Event()

    def send() -> None:
        while not enough.wait(EVERY):
            stage.send(1, PEOPLE)

    threads = [*door.begin_to_write(stage, words, enough, 1000), threading.Thread(target=send)]
    threads[-1].start()
    try:
        yield
    finally:
        enough.set()
        for thread in threads:
            thread.join(30)


@contextmanager
def _reading(stage: Stage) -> Iterator[None]:
    """Somebody reads in one long transaction; the step cannot have the tables before it ends."""
    begun = threading.Event()

    def read() -> None:
        with stage.db() as session:
            session.execute(text("SELECT FROM batches, events, residents LIMIT 1"))
            begun.set()
            end = time.monotonic() + 60
            while not session.scalar(text(_STEP_WAITS)) and time.monotonic() < end:
                time.sleep(0.05)
            time.sleep(READING)

    reader = threading.Thread(target=read)
    reader.start()
    begun.wait(10)
    yield
    reader.join()


def _change(stage: Stage, one: Release, other: Release, found: Rolled) -> None:
    """As docs/production.md says: the new process first, then the old one's end."""
    with stage.db() as session:
        going = select(func.count()).where(Notice.state.in_(("scheduled", "recipients_frozen", "running")))
        found.open.append(session.scalar(going) or 0)
    other.begin()
    one.end()


def _take_back(folder: Path, url: str) -> None:
    """The step itself, when nobody needs it any more."""
    settings = migrations.config(url)
    settings.set_main_option("script_location", str(folder / "app" / "migrations"))
    for _ in range(20):
        try:
            return command.downgrade(settings, "-1")
        except OperationalError:
            time.sleep(1.0)
    raise AssertionError("a table is always locked")


def _webhooks(stage: Stage) -> dict[str, float]:
    told = stage.line.control("GET", "/sandbox/webhooks")
    failed = sum(count for reason, count in told["statistics"].items() if reason != "ok")
    return {"failed": failed, "slowest": max((each["seconds"] for each in told["log"]), default=0.0)}


def _claims(stage: Stage, release: Release) -> int:
    """How many batches its workers claimed."""
    pids = [str(process.pid) for process in release.workers.values()]
    with stage.db() as session:
        mine = text("SELECT count(*) FROM chaos_claims WHERE split_part(owner, ':', 2) = ANY(:pids)")
        return session.scalar(mine, {"pids": pids}) or 0
