"""Run a command that ends when its starter ends, even when the starter is killed with SIGKILL.

``python tether.py STARTER_PID SIGNAL USER -- COMMAND…`` asks the kernel to send SIGNAL to this process when the
starter dies (prctl PR_SET_PDEATHSIG, Linux), gives up root for USER ("-" keeps the user), and becomes COMMAND.
The signal survives exec, and changing the user clears it, hence the order below.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1


def tether(starter: int, number: int) -> None:
    """Ask for ``number`` at the starter's death; a starter already gone ends us now."""
    with contextlib.suppress(OSError, AttributeError):  # not Linux: the command runs untethered
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != starter:
        os.kill(os.getpid(), signal.SIGKILL)


def give_up_root(user: str) -> None:
    entry = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(entry.pw_gid)
    os.setuid(entry.pw_uid)


def main(arguments: list[str]) -> None:
    starter, number, user, dashes, *command = arguments
    if dashes != "--" or not command:
        sys.exit("usage: tether.py STARTER_PID SIGNAL USER -- COMMAND…")
    if user != "-":
        give_up_root(user)
    tether(int(starter), int(number))
    try:
        os.execvp(command[0], command)  # noqa: S606  no shell is the point
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
