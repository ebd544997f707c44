"""A private folder with a short path for unix sockets, whose paths may not exceed 107 bytes (man 7 unix).

The data folder may lie anywhere, so the sockets lie elsewhere; the data folder remembers where.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import stat
import tempfile
from pathlib import Path

LONGEST_FOLDER = 80  # leaves room for /.s.PGSQL.5432 and its .lock


def short_folder(memory: Path, owner: tuple[int, int] | None = None) -> Path:
    """The folder named in the file ``memory``, or a new one (mode 0700, ``owner`` as (uid, gid)) written there."""
    owner = owner or (os.geteuid(), os.getegid())
    try:
        known = Path(memory.read_text(encoding="utf-8").strip())
        if _is_private(known, owner[0]):
            return known
    except FileNotFoundError:
        pass
    folder = Path(tempfile.mkdtemp(prefix="kairan-", dir=_base(owner[0])))
    if owner != (os.geteuid(), os.getegid()):
        os.chown(folder, *owner)
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(str(folder), encoding="utf-8")
    return folder


def forget(memory: Path) -> None:
    """Take the folder away once its server has stopped; the next start makes a new one."""
    with contextlib.suppress(FileNotFoundError):
        shutil.rmtree(memory.read_text(encoding="utf-8").strip(), ignore_errors=True)
        memory.unlink()


def _is_private(folder: Path, uid: int) -> bool:
    """Nobody else may own or enter it: whoever reaches the socket is the database's owner."""
    try:
        found = folder.lstat()
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == uid and stat.S_IMODE(found.st_mode) == 0o700


def _base(uid: int) -> Path:
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime and len(runtime) < LONGEST_FOLDER - 20 and _is_private(Path(runtime), uid):
        return Path(runtime)
    return Path("/tmp")  # noqa: S108  mkdtemp makes it private; TMPDIR may be long
