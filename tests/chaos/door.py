"""The web process dies while residents write; the pretend LINE delivers again what was not answered with 200."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from app.clock import Clock
from app.conversations.models import Event, UnknownWord
from app.setup.probes import answers
from app.town import actions as town_actions
from tests.chaos.process import Plan
from tests.chaos.scenarios import run_for
from tests.chaos.stage import NAMES, Stage
from tests.sandbox import ROOT, free_port, user

WEB = "--interface wsgi --no-ws --log-level warning --host 127.0.0.1 --blocking-threads 4 --respawn-failed-workers"
TOWN = ROOT / "content" / "town"
WRITERS = 8
RESIDENTS = 40
"""Behind one writer: two messages each in sixteen seconds."""
WORDS = 10
"""Of one of them per kill, at most: a turn takes time, and everything said must be answered before the end."""


@dataclass
class Door:
    """The web server as production starts it, in a process group of its own."""

    stage: Stage
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None
    kills: int = 0

    def open(self) -> None:
        granian = str(Path(sys.executable).with_name("granian"))
        command = [granian, *WEB.split(), "--port", str(self.port), "--factory", "app.web:create_app"]
        with open(self.stage.environment["CHAOS_LOG"], "ab") as log:
            self.process = subprocess.Popen(
                command, cwd=ROOT, env=self.stage.environment, stdout=log, stderr=log, start_new_session=True
            )

    def strike(self, *, whole: bool) -> None:
        """SIGKILL the server with its worker, or the worker alone, which the server starts again."""
        assert self.process is not None
        workers = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        if whole or not workers:
            self.close()
            self.open()
        else:
            os.kill(int(workers[-1]), signal.SIGKILL)
        self.kills += 1

    def answers(self) -> bool:
        return answers(f"http://127.0.0.1:{self.port}/healthz")

    def close(self) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(5)


@contextlib.contextmanager
def written_to(stage: Stage, port: int) -> Iterator[None]:
    """A loaded town whose residents' messages come to this port, again when they were not answered with 200."""
    with stage.db.begin() as session:
        town_actions.load(session, TOWN, now=Clock().now())
    url = f"http://127.0.0.1:{port}/line/webhook"
    stage.line.options(webhook_url=url, webhook_active=True, redelivery_seconds=0.5, redelivery_times=8)
    try:
        yield
    finally:
        stage.line.options(webhook_active=False)


@contextlib.contextmanager
def opened(stage: Stage) -> Iterator[Door]:
    """A loaded town, the web server, and the worker that answers residents."""
    door = Door(stage)
    with written_to(stage, door.port):
        stage.act(Plan(), deaths=0, kept=(*NAMES, "reply"))
        door.open()
        try:
            yield door
        finally:
            door.close()


@dataclass
class Heard:
    """What residents wrote, and what became of it."""

    said: int = 0
    lost: int = 0
    """Events that are not in the inbox, or never got a turn."""
    doubled: int = 0
    """Words that were counted more than once."""
    noted: int = 0


def webhooks_under_kills(stage: Stage, kills: int) -> Heard:
    """Eight writers send words nobody knows while the web process is killed again and again; so is the worker."""
    chance, words = random.Random(11), dict[str, str]()
    with opened(stage) as door:
        enough = threading.Event()
        writers = begin_to_write(stage, words, enough, kills * WORDS)
        while door.kills < kills:
            run_for(stage, 90, until=door.answers)
            run_for(stage, 0.3 + chance.random())
            door.strike(whole=door.kills % 2 == 0)
            if door.kills % 3 == 0:
                stage.kill("reply")
        enough.set()
        for writer in writers:
            writer.join(30)
        run_for(stage, 90, until=door.answers)
        until_answered(stage, set(words), 120)
        stage.kills += door.kills
    return heard(stage, words)


def begin_to_write(
    stage: Stage, words: dict[str, str], enough: threading.Event, most: int
) -> list[threading.Thread]:
    """So many times each, or until it is enough; ``words`` gets what was said, by its event's id."""
    writers = [
        threading.Thread(target=_write, args=(stage, number, words, enough, most))
        for number in range(1, WRITERS + 1)
    ]
    for writer in writers:
        writer.start()
    return writers


def _write(stage: Stage, number: int, words: dict[str, str], enough: threading.Event, most: int) -> None:
    """One writer is many residents in turn, because one who writes more than twelve times a minute is asked to wait."""
    chance = random.Random()  # another act's words would be counted with these
    for turn in range(most):
        if enough.wait(0.4):
            return
        who = user(number + WRITERS * (turn % RESIDENTS))
        if turn < RESIDENTS:
            stage.line.follow(who)
        word = "".join(chance.choices("ヌネノヘホムメモヤユヨ", k=12))
        for said in (word, "やめる"):
            event = stage.line.says(who, said)["event"]
            words[event["webhookEventId"]] = said


def until_answered(stage: Stage, ids: set[str], seconds: float) -> None:
    end = time.monotonic() + seconds
    done = select(func.count()).where(Event.webhook_event_id.in_(ids), Event.state == "done")
    while time.monotonic() < end:
        stage.tend()
        with stage.db() as session:
            if session.scalar(done) == len(ids):
                return
        time.sleep(0.2)


def heard(stage: Stage, words: dict[str, str]) -> Heard:
    with stage.db() as session:
        known = select(Event.webhook_event_id).where(Event.webhook_event_id.in_(words), Event.state == "done")
        done = set(session.scalars(known))
        counts = dict(session.execute(select(UnknownWord.word, UnknownWord.count)).all())
    return Heard(
        said=len(words),
        lost=len(words.keys() - done),
        doubled=sum(1 for word in words.values() if word != "やめる" and counts.get(word, 0) > 1),
        noted=sum(1 for word in words.values() if word != "やめる" and word in counts),
    )
