"""The supervisor's promises: nothing outlives it, what ends is started again with pauses, stopping is patient once."""

from __future__ import annotations

import asyncio
import io
import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from app.setup import procfile
from app.setup.child import Child, Plan
from app.setup.say import Trouble, Voice
from app.setup.sockets import forget
from app.setup.supervisor import Supervisor

SUPERVISED = """
import asyncio, os, signal, sys
from pathlib import Path
from app.setup import postgres, valkey
from app.setup.child import Plan
from app.setup.procfile import shell
from app.setup.sockets import forget
from app.setup.say import Voice
from app.setup.supervisor import Supervisor

home = Path(sys.argv[1])

async def main():
    supervisor = Supervisor(Voice())
    supervisor.listen_to_signals()
    env, plans = dict(os.environ), []
    for server in (postgres.prepare(home, durable=False), valkey.prepare(home)):
        plans.append(Plan(server.name, server.command, env, server.folder, stop_signal=server.stop_signal,
                          healthy=server.ready, tethered=True))
    web = "granian --interface wsgi --uds web.sock --workers-kill-timeout 3 hello:app"
    plans.append(Plan("web", shell(web), env, home, death=signal.SIGTERM, healthy=(home / "web.sock").exists))
    plans.append(Plan("deaf", shell('sh -c "trap : TERM INT; while :; do sleep 0.2; done"'), env, home))
    deaf = "trap '' TERM INT; sh -c 'touch deaf; while :; do sleep 0.2; done' & wait"
    plans.append(Plan("family", ["/bin/sh", "-c", deaf], env, home, death=signal.SIGTERM,
                      healthy=(home / "deaf").exists))
    children = supervisor.start(plans)
    await supervisor.healthy(children)
    print("all healthy", flush=True)
    await supervisor.until_asked()
    await supervisor.stop()

asyncio.run(main())
"""
HELLO = """
def app(environ, start_response):
    start_response("200 OK", [])
    return [b"hello"]
"""


def alive(home: Path) -> list[str]:
    """Commands of all processes that work in ``home`` (children of PostgreSQL rewrite their environment)."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if (process / "cwd").readlink().is_relative_to(home):
                found.append((process / "cmdline").read_text().replace("\0", " "))
        except OSError:
            continue
    return found


def hang(home: Path, command: str) -> None:
    """Whatever runs this command here, and its workers, answer nothing any more."""
    for process in Path("/proc").glob("[0-9]*"):
        try:
            words = (process / "cmdline").read_text().split("\0")
            if (process / "cwd").readlink() == home and command in words and "--" not in words:
                os.killpg(int(process.name), signal.SIGSTOP)
        except OSError:
            continue


def wait_until_gone(home: Path, seconds: float) -> list[str]:
    end = time.monotonic() + seconds
    while (left := alive(home)) and time.monotonic() < end:
        time.sleep(0.05)
    return left


@pytest.mark.chaos
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["killed", "asked"])
def test_no_process_outlives_its_supervisor(tmp_path: Path, number: int) -> None:
    """Whatever it is killed in the middle of: a granian and its worker that hang, a family that ignores SIGTERM."""
    (tmp_path / "hello.py").write_text(HELLO)
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    with subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(SUPERVISED), str(tmp_path)],
        env={**os.environ, "PATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as supervisor:
        assert supervisor.stdout is not None
        for line in supervisor.stdout:
            if line.strip() == "all healthy":
                break
        assert len(alive(tmp_path)) >= 9, "PostgreSQL with its own, Valkey, two of granian, the deaf ones"
        if number == signal.SIGKILL:
            hang(tmp_path, "hello:app")
        supervisor.send_signal(number)
        if number == signal.SIGTERM:
            time.sleep(0.5)  # two signals at once would arrive as one
            supervisor.send_signal(number)
        left = wait_until_gone(tmp_path, 5)
        supervisor.kill()
    for server in ("postgres", "valkey"):
        forget(tmp_path / f"{server}-sockets")
    assert left == []


def plan(tmp_path: Path, command: str, **more: object) -> Plan:
    return Plan("it", procfile.shell(command), dict(os.environ), tmp_path, **more)


def keep_for(child: Child, seconds: float) -> None:
    async def run() -> None:
        task = asyncio.create_task(child.keep_running())
        await asyncio.wait({task}, timeout=seconds)
        await child.stop(asyncio.Event())
        task.cancel()
        if task.done():
            task.result()

    asyncio.run(run())


def test_what_ends_is_started_again_after_growing_pauses(tmp_path: Path) -> None:
    heard = io.StringIO()
    child = Child(plan(tmp_path, "sh -c 'date +%s.%N >> starts; exit 3'"), Voice(heard))
    keep_for(child, 2.2)
    starts = [float(line) for line in (tmp_path / "starts").read_text().splitlines()]
    assert len(starts) == 3
    assert 0.5 <= starts[1] - starts[0] < 0.9 < 1.0 <= starts[2] - starts[1]
    assert "it         | ended with code 3; starting again in 0.5 s" in heard.getvalue()


def test_what_never_becomes_healthy_is_given_up_with_its_own_words(tmp_path: Path) -> None:
    child = Child(
        plan(tmp_path, "sh -c 'echo no such table; exit 1'", healthy=lambda: False), Voice(io.StringIO())
    )
    with pytest.raises(Trouble, match="it does not start: no such table"):
        keep_for(child, 10)


def test_a_silent_end_is_told_even_when_something_it_left_holds_the_output(tmp_path: Path) -> None:
    heard = io.StringIO()
    keep_for(Child(plan(tmp_path, "sh -c 'sleep 60 & exit 0'"), Voice(heard)), 0.8)
    assert "ended with code 0" in heard.getvalue()
    assert wait_until_gone(tmp_path, 1) == []


def test_a_second_request_to_stop_does_not_wait_for_the_deaf(tmp_path: Path) -> None:
    async def run() -> float:
        supervisor = Supervisor(Voice(io.StringIO()))
        supervisor.listen_to_signals()
        supervisor.start([plan(tmp_path, "sh -c 'trap : TERM; touch on; while :; do sleep 0.1; done'")])
        while not (tmp_path / "on").exists():
            await asyncio.sleep(0.02)
        os.kill(os.getpid(), signal.SIGTERM)
        await supervisor.until_asked()
        began = time.monotonic()
        os.kill(os.getpid(), signal.SIGTERM)
        await supervisor.stop()
        return time.monotonic() - began

    took = asyncio.run(run())
    assert 0.9 < took < 3
    assert wait_until_gone(tmp_path, 1) == []


def test_no_colour_and_aligned_names_when_nobody_watches() -> None:
    heard = io.StringIO()
    voice = Voice(heard, width=6)
    voice.line("web", "up")
    voice.line("worker", "up")
    assert heard.getvalue() == "web    | up\nworker | up\n"


def test_the_procfile_lists_productions_processes_and_a_worker_for_each_queue() -> None:
    found = procfile.read(Path(__file__).parents[2] / "Procfile")
    workers = {name for name in found if name.startswith("worker-")}
    assert set(found) - workers == {"release", "web", "clock"}
    assert {found[name].split()[-1] for name in workers} == {
        "emergency",
        "reply",
        "individual",
        "ordinary",
        "chores",
    }


def test_a_line_that_is_no_process_is_named(tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("# all\nweb: run\nweb: again\n")
    with pytest.raises(Trouble, match="line 3 is not a new"):
        procfile.read(tmp_path / "Procfile")
