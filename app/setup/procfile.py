"""Reading the Procfile: ``name: command`` a line, commands in the shell's words."""

from __future__ import annotations

import re
from pathlib import Path

from app.setup.say import Trouble

_LINE = re.compile(r"^([A-Za-z0-9_-]+):\s*(\S.*)$")
RELEASE = "release"


def read(path: Path) -> dict[str, str]:
    """{name: command} in the file's order; Trouble names the line that is not ``name: command``."""
    found: dict[str, str] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        match = _LINE.match(line)
        if not match or match[1] in found:
            raise Trouble(f"{path.name} line {number} is not a new `name: command`: {line.strip()}")
        found[match[1]] = match[2]
    return found


def shell(command: str) -> list[str]:
    """The shell gives way to the command, so that signals reach the command itself."""
    return ["/bin/sh", "-c", f"exec {command}"]
