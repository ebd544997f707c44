"""The commands behind the Makefile."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable

from app.setup import locks
from app.setup.bootstrap import bootstrap
from app.setup.running import ROOT, data_folder
from app.setup.say import Trouble, Voice

HELP = """make demo [PEOPLE=100000]   sets everything up and runs the product with the sample town; Ctrl-C stops it
make test [ARGS="-k word"]  sets everything up, checks style and types, runs all tests
make bench                  measures, each number beside its limit
make chaos [ARGS="-k web"]  a thousand kills of real processes, and every fault (half an hour); the report is also .kairan/chaos.json

Variables: PORT (8000), SANDBOX_PORT (8001), KAIRAN_DATA (.kairan), DATABASE_URL, REDIS_URL, LINE_API_BASE_URL, PYTHON,
KAIRAN_CHAOS_REPORT, KAIRAN_CHAOS_RESUME=1 (leave out the acts this commit has passed)."""


def main() -> None:
    name, *arguments = sys.argv[1:] or ["help"]
    if name not in COMMANDS:
        print(HELP)
        sys.exit(0 if name in ("help", "-h", "--help") else 2)
    # Dozens of processes are started here; each would compile everything it imports, which takes longer than its work.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    try:
        sys.exit(COMMANDS[name](arguments))
    except Trouble as trouble:
        print(f"kairan: {trouble}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _demo(arguments: list[str]) -> int:
    from app.setup.demo import demo

    people = _people(arguments)
    voice = Voice(width=17)
    bootstrap(ROOT, locks.RUN_TIME, voice)
    demo(people, voice)
    return 0


def _people(arguments: list[str]) -> int:
    given = (arguments[0] if arguments else os.environ.get("PEOPLE", "")) or "0"
    if not given.isdecimal():
        raise Trouble(f"PEOPLE={given} is not a number of residents.")
    return int(given)


def _test(arguments: list[str]) -> int:
    from app.setup.testrun import run_tests

    return run_tests(bootstrap(ROOT, locks.DEVELOPMENT, Voice()), arguments)


def _bench(arguments: list[str]) -> int:
    from app.setup.testrun import run_bench

    return run_bench(bootstrap(ROOT, locks.DEVELOPMENT, Voice()), arguments)


def _chaos(arguments: list[str]) -> int:
    os.environ["KAIRAN_CHAOS"] = "full"
    os.environ.setdefault("KAIRAN_CHAOS_REPORT", str(data_folder() / "chaos.json"))
    return _test(["-m", "chaos", *arguments])


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": _demo,
    "test": _test,
    "bench": _bench,
    "chaos": _chaos,
}
