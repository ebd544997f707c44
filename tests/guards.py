"""``python -m tests.guards [WORD]``: take out one guard after the other, in a copy; its tests must fail without it.

The guards and their tests are in ``guards.toml``. Each takes a few seconds, so ``make test`` only looks whether every
guard is still where the list says. ``DATABASE_URL`` names a server for all of them; otherwise each starts its own.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import tomllib
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
COPIED = ("app", "bot_flows", "content", "worker", "tests", "pyproject.toml")
FAILED = 1
"""What pytest answers when tests failed; anything else would be no proof."""


@dataclass(frozen=True)
class Guard:
    """What is promised, where it is kept, what takes it out, and which tests see that."""

    promise: str
    file: str
    old: str
    new: str
    tests: tuple[str, ...]


def guards() -> list[Guard]:
    """The whole list."""
    with (ROOT / "tests" / "guards.toml").open("rb") as file:
        found = tomllib.load(file)["guard"]
    return [Guard(**{**each, "tests": tuple(each["tests"])}) for each in found]


def is_missed(guard: Guard, copy: Path) -> bool:
    """Whether the tests fail without it, as they must."""
    file = copy / guard.file
    whole = file.read_text(encoding="utf-8")
    file.write_text(whole.replace(guard.old, guard.new, 1), encoding="utf-8")
    asked = (sys.executable, "-m", "pytest", "-q", "-x", "-n0", "-p", "no:cacheprovider", *guard.tests)
    done = subprocess.run(asked, cwd=copy, capture_output=True, text=True, check=False)
    file.write_text(whole, encoding="utf-8")
    print(
        f"{'caught' if done.returncode == FAILED else 'SURVIVED':9}{guard.promise}: {_first(done.stdout)}",
        flush=True,
    )
    return done.returncode == FAILED


def _first(said: str) -> str:
    lines = [line for line in said.splitlines() if line.startswith(("FAILED", "ERROR"))]
    return (lines or said.splitlines()[-1:] or [""])[0][:110]


def main(word: str = "") -> int:
    """0 when the tests missed every guard that was taken out."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder)
        for name in COPIED:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
            else:
                shutil.copy(source, copy / name)
        asked = [guard for guard in guards() if word in guard.promise]
        missed = [is_missed(guard, copy) for guard in asked]
    print(f"{sum(missed)} of {len(missed)} caught")
    return 0 if missed and all(missed) else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
