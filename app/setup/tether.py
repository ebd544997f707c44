"""Run a command that ends when its starter ends, even when the starter is killed with SIGKILL.

``python tether.py STARTER_PID SIGNAL USER -- COMMAND…`` asks the kernel to send SIGNAL to this process when the
starter dies (prctl PR_SET_PDEATHSIG, Linux), gives up root for USER ("-" keeps the user), and becomes COMMAND.
The signal survives exec, and changing the user clears it, hence the order below.

One signal can be missed: by a process that hangs or ignores it, and by those it started. So a guard, forked before
the command begins, kills what is left of the command's process group some seconds after the starter's death.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pwd
import select
import signal
import sys
import time

PR_SET_PDEATHSIG = 1
PATIENCE_SECONDS = 3.7
"""Longer than the three that granian waits for its workers; five seconds after its starter everything has ended."""
OUTLIVES_SECONDS = 0.3
LOOK_SECONDS = 0.05


def tether(starter: int, number: int) -> None:
    """Ask for ``number`` at the starter's death; a starter already gone ends us now."""
    with contextlib.suppress(OSError, AttributeError):  # not Linux: the command runs untethered
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != starter:
        os.kill(os.getpid(), signal.SIGKILL)


def leave_guard(starter: int) -> None:
    """Fork the guard of this process's group, of which it is the leader.

    It becomes nobody's child here: a server that collects its children would wonder about one it does not know.
    """
    with contextlib.suppress(OSError, AttributeError):  # not Linux, or an old one: the command runs unguarded
        watched = os.pidfd_open(starter), os.pidfd_open(os.getpid())
        group = os.getpid()
        if (child := os.fork()) != 0:
            os.waitpid(child, 0)
            return
        try:
            if os.fork() == 0:
                _guard(*watched, group)
        finally:
            os._exit(0)


def _guard(starter: int, leader: int, group: int) -> None:
    """Until nobody of the group is left. ``starter`` and ``leader`` are process handles, ready to be read at the end.

    A starter that outlives the leader ends the rest of the group itself.
    """
    os.setsid()
    nothing = os.open(os.devnull, os.O_RDWR)
    for output in range(3):  # whoever reads the command's output waits for all that hold it
        os.dup2(nothing, output)
    select.select([starter, leader], [], [])
    if not select.select([starter], [], [], OUTLIVES_SECONDS)[0]:
        return
    end = time.monotonic() + PATIENCE_SECONDS
    while _any_left(group) and time.monotonic() < end:
        time.sleep(LOOK_SECONDS)
    os.killpg(group, signal.SIGKILL)


def _any_left(group: int) -> bool:
    try:
        os.killpg(group, 0)
    except OSError:
        return False
    return True


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
    leave_guard(int(starter))
    tether(int(starter), int(number))
    try:
        os.execvp(command[0], command)  # noqa: S606  no shell is the point
    except OSError as error:
        sys.exit(f"{command[0]}: {error.strerror}")


if __name__ == "__main__":
    main(sys.argv[1:])
