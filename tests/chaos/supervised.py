"""Workers and clock under the product's own supervisor, which is killed in the middle of a send.

``python -m tests.chaos.supervised`` is that supervisor, with the product's real processes as its children.
"""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from app.setup.child import Plan as ChildPlan
from app.setup.procfile import shell
from app.setup.say import Voice
from app.setup.supervisor import Supervisor
from tests.chaos.process import Plan
from tests.chaos.stage import Stage
from tests.sandbox import ROOT

COMMANDS = {
    "worker-ordinary": "python -m worker ordinary",
    "worker-chores": "python -m worker chores",
    "clock": "python -m worker.clock",
}
PEOPLE = 800


async def _supervise() -> None:
    supervisor = Supervisor(Voice())
    supervisor.listen_to_signals()
    env = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    supervisor.start(ChildPlan(name, shell(command), env, ROOT) for name, command in COMMANDS.items())
    await supervisor.until_asked()
    await supervisor.stop()


def killed_supervisor(stage: Stage, rounds: int) -> float:
    """SIGKILL it while batches are under way; seconds until the last of its processes had ended, at worst."""
    stage.act(Plan(), deaths=0, kept=())
    slowest = 0.0
    supervisor = _start(stage)
    for number in range(rounds):
        stage.send(4, PEOPLE)
        _until(lambda: stage.accepted() > 0, 30)
        children = _children(supervisor.pid)
        assert len(children) == len(COMMANDS), children
        supervisor.send_signal(signal.SIGKILL)
        supervisor.wait(5)
        began = time.monotonic()
        assert _until(lambda left=children: not any(map(_lives, left)), 20), "processes outlived it"
        slowest = max(slowest, time.monotonic() - began)
        stage.kills += 1
        supervisor = _start(stage)
        assert stage.settle(120), f"round {number}: a send did not come to its end"
    supervisor.terminate()
    supervisor.wait(30)
    return slowest


def _start(stage: Stage) -> subprocess.Popen[bytes]:
    with open(stage.environment["CHAOS_LOG"], "ab") as log:
        command = [sys.executable, "-m", "tests.chaos.supervised"]
        return subprocess.Popen(command, cwd=ROOT, env=stage.environment, stdout=log, stderr=log)


def _children(pid: int) -> list[int]:
    found = []
    for thread in Path(f"/proc/{pid}/task").iterdir():
        found += [int(child) for child in (thread / "children").read_text().split()]
    return found


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _until(what: Callable[[], object], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.05)
    return False


if __name__ == "__main__":
    asyncio.run(_supervise())
