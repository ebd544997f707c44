"""``make demo`` in a fresh clone with an empty HOME: as an ordinary user, and as root when we are root."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
COLD_SECONDS = 60
# Alone on two cores it takes under 5 s; here other tests run beside it.
WARM_SECONDS = 20
# By then every worker has imported what it needs, or has ended because it could not.
SETTLE_SECONDS = 12
ENDING_SECONDS = 1
ORDINARY = ("setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups")
SYSTEM_PYTHON = "/usr/bin/python3"


@pytest.fixture
def place() -> Iterator[Path]:
    """A folder with a space in its name that everybody may enter."""
    folder = Path(tempfile.mkdtemp(prefix="kairan clone "))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as found:
        return int(found.getsockname()[1])


def status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=5) as answer:
        return int(answer.status)


def start(
    clone: Path, environment: dict[str, str], prefix: list[str], seconds: float
) -> subprocess.Popen[str]:
    """``make demo`` until it says that it runs; AssertionError with its lines when it does not in time."""
    began = time.monotonic()
    process = subprocess.Popen(
        [*prefix, "make", "demo", "PEOPLE=20"],
        cwd=clone,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    lines = []
    for line in process.stdout:
        lines.append(line)
        if line.startswith("Kairan is running"):
            break
    else:
        raise AssertionError("".join(lines))
    assert time.monotonic() - began < seconds, "".join(lines)
    return process


def stop(process: subprocess.Popen[str]) -> str:
    """What Ctrl-C does: the whole foreground group is interrupted. What was said since ``start``."""
    os.killpg(process.pid, signal.SIGINT)
    return process.communicate(timeout=40)[0]


def left_in(clone: Path) -> list[str]:
    """What still runs there once who was ending has ended: a process closes its pipe before it leaves its folder."""
    until = time.monotonic() + ENDING_SECONDS
    while (found := running_in(clone)) and time.monotonic() < until:
        time.sleep(0.05)
    return found


def running_in(clone: Path) -> list[str]:
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(clone):
                found.append((process / "cmdline").read_text())
        except OSError:
            continue
    return found


def ordinary_is_possible() -> bool:
    if os.geteuid() != 0 or not shutil.which("setpriv") or not Path(SYSTEM_PYTHON).exists():
        return False
    able = "import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))"
    return subprocess.run([SYSTEM_PYTHON, "-c", able], capture_output=True).returncode == 0


@dataclass(frozen=True)
class Newcomer:
    """Who types ``make demo`` where."""

    clone: Path
    python: str
    prefix: tuple[str, ...] = ()
    ports: tuple[int, int] = field(default_factory=lambda: (free_port(), free_port()))

    def demo(self, seconds: float, stay: float) -> None:
        """Start within so many seconds, look at the three doors, stay a while, stop; nothing runs on."""
        web, line = self.ports
        environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.clone.with_name("home")),
            "PORT": str(web),
            "SANDBOX_PORT": str(line),
            "PYTHON": self.python,
        }
        process = start(self.clone, environment, [*self.prefix], seconds)
        try:
            assert status(f"http://127.0.0.1:{web}/healthz") == 200
            assert status(f"http://127.0.0.1:{web}/console/") == 200
            assert status(f"http://127.0.0.1:{line}/phone") == 200
            time.sleep(stay)
        finally:
            said = stop(process)
        assert "starting again" not in said, said
        assert left_in(self.clone) == []


def given_to(owner: str, place: Path) -> None:
    subprocess.run(["chown", "-R", owner, str(place)], check=True)


@pytest.mark.setup
def test_a_fresh_clone_becomes_a_running_product_and_leaves_nothing_behind(place: Path) -> None:
    """Root comes after the ordinary user, into the same environment with no data yet: one installation serves both."""
    clone = place / "the clone"
    subprocess.run(["git", "clone", "-q", str(ROOT), str(clone)], check=True)
    (place / "home").mkdir()
    ordinary = ordinary_is_possible()
    python = SYSTEM_PYTHON if ordinary else sys.executable
    if ordinary:
        given_to("nobody:nogroup", place)
    who = Newcomer(clone, python, ORDINARY if ordinary else ())
    who.demo(COLD_SECONDS, SETTLE_SECONDS)
    who.demo(WARM_SECONDS, 0)
    if ordinary:
        given_to("root:root", place)
        shutil.rmtree(clone / ".kairan")
        Newcomer(clone, python).demo(COLD_SECONDS, SETTLE_SECONDS)
    elif os.geteuid() == 0:
        pytest.skip("as an ordinary user: needs the system's own Python with venv: apt install python3-venv")
