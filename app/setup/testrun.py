"""``make test``: style, types, import rules and all tests, on one PostgreSQL and one Valkey started for the run."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from app.setup.running import ROOT
from app.setup.say import Voice
from app.setup.servers import postgres_server, valkey_server

CHECKS = {
    "format": ("ruff", "format", "--check", "."),
    "style": ("ruff", "check", "."),
    "types": ("mypy",),
    "imports": ("lint-imports",),
}
ONE_WAITS = "3"
"""Test processes of the whole suite on two cores: one of them mostly waits, for leases and for what was killed."""
# Settings of a real town never reach the tests, which make their own.
FOREIGN = (
    "SECRET_KEY",
    "FIELD_KEYS",
    "PUBLIC_BASE_URL",
    "TOWN_DIR",
    "PORT",
    "ENVIRONMENT",
    "CLOCK_OFFSET_FILE",
    "WATERMARK_DIR",
)


@dataclass(frozen=True)
class Result:
    name: str
    code: int
    seconds: float


def run_tests(python: Path, arguments: list[str]) -> int:
    """0 when every check and every test passed. ``arguments`` go to pytest; with arguments only pytest runs.

    The checks run beside the tests, many of which wait for real processes: one after the other would leave a core idle.
    """
    voice = Voice()
    environment = test_environment(python, os.environ)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kairan-test-")))
        environment["DATABASE_URL"] = stack.enter_context(postgres_server(home))
        environment["REDIS_URL"] = stack.enter_context(valkey_server(home))
        environment["WATERMARK_DIR"] = str(home / "watermark")
        beside = stack.enter_context(ThreadPoolExecutor(len(CHECKS)))
        checks = [] if arguments else [beside.submit(check, name, environment) for name in CHECKS]
        tests = _pytest(python, environment, arguments)
        results = [finish(running.result(), voice) for running in checks]
    return summary([*results, tests], voice)


def run_bench(python: Path, arguments: list[str]) -> int:
    """Run ``tests/bench`` as a program, on durable servers of its own."""
    environment = test_environment(python, os.environ)
    with contextlib.ExitStack() as stack:
        home = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kairan-bench-")))
        environment["DATABASE_URL"] = stack.enter_context(postgres_server(home, durable=True))
        environment["REDIS_URL"] = stack.enter_context(valkey_server(home))
        environment["WATERMARK_DIR"] = str(home / "watermark")
        command = [str(python), "-m", "tests.bench", *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode


def test_environment(python: Path, given: Mapping[str, str]) -> dict[str, str]:
    """The environment of checks and tests: the virtual environment first on PATH, no settings of a real town."""
    kept = {k: v for k, v in given.items() if k not in FOREIGN and not k.startswith("LINE_")}
    kept["PATH"] = f"{python.parent}{os.pathsep}{kept.get('PATH', os.defpath)}"
    return kept | {"VIRTUAL_ENV": str(python.parents[1])}


def check(name: str, environment: dict[str, str]) -> tuple[Result, str]:
    """One check to its end, and what it said."""
    began = time.monotonic()
    done = subprocess.run(
        CHECKS[name],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return Result(name, done.returncode, time.monotonic() - began), done.stdout


def finish(checked: tuple[Result, str], voice: Voice) -> Result:
    """The output of a check is shown only when it found something."""
    result, output = checked
    if result.code != 0:
        for line in output.splitlines():
            voice.line(result.name, line)
    return result


def _pytest(python: Path, environment: dict[str, str], arguments: list[str]) -> Result:
    began = time.monotonic()
    processes = "2" if arguments else ONE_WAITS
    command = [str(python), "-m", "pytest", "-n", processes, "--dist", "loadscope", *arguments]
    done = subprocess.run(command, cwd=ROOT, env=environment, stdin=subprocess.DEVNULL, check=False)
    return Result("tests", done.returncode, time.monotonic() - began)


def summary(results: list[Result], voice: Voice) -> int:
    """One line each; the exit code of the whole."""
    sys.stdout.flush()
    for result in results:
        verdict = "passed" if result.code == 0 else f"FAILED (exit code {result.code})"
        voice.line(result.name, f"{verdict}, {result.seconds:.1f} s")
    return 0 if all(result.code == 0 for result in results) else 1
