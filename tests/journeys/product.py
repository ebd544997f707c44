"""The whole product as real processes beside the sandbox: what production's Procfile starts, on free ports."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app.db import Sessions
from tests.databases import emptying
from tests.sandbox import SandboxServer, free_port

ROOT = Path(__file__).parents[2]
WEB = (
    "granian",
    "--interface",
    "wsgi",
    "--no-ws",
    "--log-level",
    "warning",
    "--factory",
    "--blocking-threads",
    "16",
)
COMMANDS = {
    "reply": ("-m", "worker", "reply"),
    "ordinary": ("-m", "worker", "ordinary"),
    "chores": ("-m", "worker", "chores"),
    "clock": ("-m", "worker.clock"),
}
TRIES = 3


def wait_for(what: str, ready: Callable[[], bool], seconds: float = 60.0) -> None:
    """Until ``ready`` answers True; AssertionError says what was waited for."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, f"waited {seconds:.0f} s for: {what}"
        time.sleep(0.1)


class Product:
    """Web, workers and clock; ``kill`` ends one of them the hard way, ``start`` brings it back."""

    def __init__(self, folder: Path, db: Sessions, urls: tuple[str, str], **settings: str) -> None:
        self.folder, self.db = folder, db
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.line = SandboxServer(folder, webhook_url=f"{self.url}/line/webhook")
        self.environment = {
            **os.environ,
            **self.line.environment(),
            "ENVIRONMENT": "demo",
            "DATABASE_URL": urls[0],
            "REDIS_URL": urls[1],
            "SECRET_KEY": "only-for-tests",
            "PUBLIC_BASE_URL": self.url,
            "RECONCILE_SECONDS": "2",
            "LEASE_SECONDS": "4",
            "SILENCE_SECONDS": "0.5",
            **settings,
        }
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self._emptying = ""

    def __enter__(self) -> Product:
        try:
            self._begin()
        except BaseException:
            self.__exit__()  # nobody else would end what has started
            raise
        return self

    def _begin(self) -> None:
        self.line.start()
        for name in ("web", *COMMANDS):
            self.start(name)
        self.run("-m", "app.cli.main", "seed")
        self._emptying = emptying(self.db)
        wait_for("the web process", self._answers, seconds=180)

    def begin_again(self) -> None:
        """Everything runs, LINE has forgotten everybody, and only what ``seed`` wrote is left."""
        for name, process in self.processes.items():
            if process.poll() is not None:
                self.start(name)
        self.line.reset()
        self.line.control("POST", "/sandbox/clock", {"offset": 0})
        for tries_left in reversed(range(TRIES)):
            try:
                with self.db.begin() as session:
                    session.execute(text(self._emptying))
                return
            except OperationalError:  # a worker that is still busy with the journey before
                if not tries_left:
                    raise

    def __exit__(self, *_: object) -> None:
        for process in self.processes.values():
            process.send_signal(signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)  # with the web server's own workers
                process.wait(timeout=5)
        self.line.stop()

    def run(self, *arguments: str) -> str:
        """A command of the product, to its end."""
        done = subprocess.run(
            [sys.executable, *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=180,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    def start(self, name: str) -> None:
        command = [sys.executable, *COMMANDS[name]] if name in COMMANDS else self._web()
        with (self.folder / f"{name}.log").open("ab") as log:
            self.processes[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=self.environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def _web(self) -> list[str]:
        granian = str(Path(sys.executable).with_name(WEB[0]))
        return [granian, *WEB[1:], "--host", "127.0.0.1", "--port", str(self.port), "app.web:create_app"]

    def kill(self, name: str) -> None:
        self.processes[name].kill()
        self.processes[name].wait(timeout=5)

    def _answers(self) -> bool:
        address = urlsplit(self.url)
        try:
            with closing(HTTPConnection(address.hostname or "", address.port, timeout=2)) as connection:
                connection.request("GET", "/healthz")
                return connection.getresponse().status == 200
        except OSError:
            return False
