"""The hash-locked requirements: which are needed for what, and whether they are installed already."""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

RUN_TIME = "requirements.txt"
DEVELOPMENT = "requirements-dev.txt"
INSTALLER = "requirements-setup.txt"
STAMP = "kairan-stamp.json"
_PIN = re.compile(r"^([A-Za-z0-9][A-Za-z0-9._-]*)==([^\s;\\]+)", re.MULTILINE)


def pins(text: str) -> dict[str, str]:
    """{name: version} of a lock's lines ``name==version``."""
    return {name.lower().replace("_", "-"): version for name, version in _PIN.findall(text)}


def fingerprint(root: Path, lock: str) -> str:
    """Changes with the lock, the Python that runs it, and the folder (a moved environment does not work)."""
    told = f"{sys.version_info[:3]} {sys.platform} {root}".encode()
    return hashlib.sha256(told + (root / lock).read_bytes()).hexdigest()


def installed(root: Path, lock: str) -> bool:
    """Whether ``lock`` was installed whole by an earlier run."""
    return _read(root).get(lock) == fingerprint(root, lock)


def remember(root: Path, lock: str) -> None:
    """Write down that ``lock`` is installed, with every lock it contains; others have to be installed again."""
    ours = pins((root / lock).read_text(encoding="utf-8"))
    known = {}
    for name in (RUN_TIME, DEVELOPMENT):
        if pins((root / name).read_text(encoding="utf-8")).items() <= ours.items():
            known[name] = fingerprint(root, name)
    earlier = _read(root)
    if lock == RUN_TIME and _extends(root, earlier):
        known[DEVELOPMENT] = earlier[DEVELOPMENT]
    _stamp(root).write_text(json.dumps(known, indent=1), encoding="utf-8")


def _extends(root: Path, earlier: dict[str, str]) -> bool:
    """Installing run time leaves an installed development set valid when both agree on every version."""
    if earlier.get(DEVELOPMENT) != fingerprint(root, DEVELOPMENT):
        return False
    run_time = pins((root / RUN_TIME).read_text(encoding="utf-8"))
    return run_time.items() <= pins((root / DEVELOPMENT).read_text(encoding="utf-8")).items()


def _stamp(root: Path) -> Path:
    return root / ".venv" / STAMP


def _read(root: Path) -> dict[str, str]:
    try:
        found = json.loads(_stamp(root).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
