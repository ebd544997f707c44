"""From a fresh clone to a virtual environment with everything the lock names, or one sentence about what is missing."""

from __future__ import annotations

import contextlib
import fcntl
import importlib
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

from app.setup import locks
from app.setup.failures import InstallFailed, explain
from app.setup.installers import install
from app.setup.say import Trouble, Voice

OLDEST = (3, 11)
# Variables that would send packages or imports to another place than .venv.
ASTRAY = (
    "PYTHONHOME",
    "PYTHONPATH",
    "PIP_USER",
    "PIP_TARGET",
    "PIP_PREFIX",
    "PIP_ROOT",
    "PIP_REQUIREMENT",
    "CONDA_PREFIX",
)
LAUNCHER = """#!/bin/sh
'''exec' "{python}" "$0" "$@"
' '''
import sys

from app.setup.running import lend_settings

lend_settings()

# Settings are read while it is imported.
from app.cli.main import main

sys.exit(main())
"""


def bootstrap(root: Path, lock: str, voice: Voice, environment: Mapping[str, str] | None = None) -> Path:
    """Make ``root/.venv`` hold ``lock``; its Python's path. Skips everything when nothing changed.

    Raises Trouble with the sentence for the operator: old Python, no venv module, no network, full disk, broken lock.
    """
    check_python(sys.version_info[:2])
    python = root / ".venv" / "bin" / "python"
    clean = clean_environment(os.environ if environment is None else environment)
    try:
        with _alone(root):
            if locks.installed(root, lock) and _runs(python):
                _connect(root, python)
                return python
            voice.line("setup", f"preparing .venv from {lock}")
            if not _runs(python):
                _create(root, clean)
            install(root, python, lock, clean, voice)
            _connect(root, python)
            locks.remember(root, lock)
    except InstallFailed as failure:
        raise Trouble(explain(failure.output, lock)) from failure
    except OSError as error:
        raise Trouble(explain(str(error), lock, error.errno)) from error
    return python


def check_python(version: tuple[int, ...]) -> None:
    """Refuse an old Python, and one without the modules that make virtual environments."""
    if version < OLDEST:
        raise Trouble(f"Python {'.'.join(map(str, version))} is too old: Kairan needs Python 3.11 or newer.")
    try:
        importlib.import_module("venv")
        importlib.import_module("ensurepip")
    except ImportError:
        raise Trouble(
            "Python's venv module is missing: install it (on Debian and Ubuntu: apt install python3-venv) and run again."
        ) from None


def clean_environment(environment: Mapping[str, str]) -> dict[str, str]:
    """``environment`` for installing: PIP_* and UV_* stay, what leads out of .venv goes, a missing HOME is harmless."""
    clean = {key: value for key, value in environment.items() if key not in ASTRAY}
    clean.setdefault("PATH", os.defpath)
    home = clean.get("HOME", "")
    if not home or not os.access(home, os.W_OK):
        clean.update({"UV_NO_CACHE": "1", "PIP_NO_CACHE_DIR": "1"})
        clean.pop("HOME", None)
    return clean


@contextlib.contextmanager
def _alone(root: Path) -> Iterator[None]:
    """Two set-ups of one folder wait for each other."""
    folder = os.open(root, os.O_RDONLY)
    try:
        fcntl.flock(folder, fcntl.LOCK_EX)
        yield
    finally:
        os.close(folder)


def _runs(python: Path) -> bool:
    """Whether this environment's Python starts and is the version that asks."""
    tell = "import sys; print(sys.version_info[:3])"
    try:
        answer = subprocess.run([python, "-I", "-S", "-c", tell], capture_output=True, text=True, check=True)
    except (OSError, subprocess.SubprocessError):
        return False
    return answer.stdout.strip() == str(sys.version_info[:3])


def _create(root: Path, environment: dict[str, str]) -> None:
    """In two steps, since venv would hide why its pip could not be installed."""
    folder = root / ".venv"
    for command in (
        [sys.executable, "-I", "-m", "venv", "--clear", "--without-pip", str(folder)],
        [str(folder / "bin" / "python"), "-I", "-m", "ensurepip", "--upgrade", "--default-pip"],
    ):
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise InstallFailed(done.stdout + done.stderr)


def _connect(root: Path, python: Path) -> None:
    """Our packages import from anywhere, and ``.venv/bin/kairan`` runs from anywhere (paths with spaces too)."""
    for packages in (root / ".venv").glob("lib/python*/site-packages"):
        _write(packages / "kairan.pth", f"{root}\n")
    launcher = python.with_name("kairan")
    _write(launcher, LAUNCHER.format(python=python))
    launcher.chmod(0o755)


def _write(path: Path, text: str) -> None:
    if not path.exists() or path.read_text(encoding="utf-8") != text:
        path.write_text(text, encoding="utf-8")
