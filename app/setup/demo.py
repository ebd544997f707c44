"""``make demo``: the whole product on this machine, on real servers of its own, until Ctrl-C."""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import os
import signal
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from app.setup import postgres, procfile, running, valkey
from app.setup.child import Child, Plan
from app.setup.demo_settings import check_ports, settings
from app.setup.probes import answers
from app.setup.running import ROOT
from app.setup.say import Trouble, Voice
from app.setup.servers import Server
from app.setup.sockets import forget
from app.setup.stamps import fingerprint, recall, remember
from app.setup.supervisor import Stopped, Supervisor

STEP_SECONDS = 600.0
# Seven processes that import at once on two cores would all be late: who is met first starts first.
FIRST = ("web",)
SECOND = ("worker-reply",)
HEAD_START_SECONDS = 2.0


@dataclass
class Demo:
    """One run: settings, voice, data folder, and the supervisor that holds the processes."""

    people: int
    home: Path
    voice: Voice
    supervisor: Supervisor
    environment: dict[str, str]
    born: str = ""
    """Tells one database of ours from the next; empty when DATABASE_URL named another's."""

    async def run(self) -> None:
        self.supervisor.listen_to_signals()
        try:
            await self._start()
            await self.supervisor.until_asked()
        except Stopped:
            pass
        finally:
            (self.home / "running.env").unlink(missing_ok=True)
            await self.supervisor.stop()
            for server in ("postgres", "valkey"):
                forget(self.home / f"{server}-sockets")

    async def _start(self) -> None:
        commands = procfile.read(ROOT / "Procfile")
        release = commands.pop(procfile.RELEASE)
        servers = await asyncio.to_thread(self._servers)
        stores = self.supervisor.start(self._server_plan(server) for server in servers)
        sandbox = self.supervisor.start(self._sandbox())
        running.write(self.home / "running.env", self._lent())
        front: list[Child] = []
        if self._released():  # the schema is there: their imports may run while the servers start
            front = self._start_product(commands, FIRST)
        await self.supervisor.healthy(stores)
        if not front:
            await self._release(release)
            front = self._start_product(commands, FIRST)
        accounts = await self._seed()
        await self.supervisor.healthy([*front, *sandbox])
        self._start_product(commands, SECOND)
        self._welcome(accounts)
        await self._publish_menus()
        await self.supervisor.meanwhile(asyncio.sleep(HEAD_START_SECONDS), "the start")
        self._start_product(commands, [name for name in commands if name not in FIRST + SECOND])

    def _start_product(self, commands: dict[str, str], names: Iterable[str]) -> list[Child]:
        return self.supervisor.start([self._product(name, commands[name]) for name in names])

    def _servers(self) -> list[Server]:
        """The servers that are ours to run, prepared; their addresses go into the environment."""
        servers: list[Server] = []
        if "DATABASE_URL" not in self.environment:
            database = postgres.prepare(self.home)
            self.environment["DATABASE_URL"] = database.url()
            self.born = database.born
            servers.append(database)
        if "REDIS_URL" not in self.environment:
            store = valkey.prepare(self.home)
            self.environment["REDIS_URL"] = store.url()
            servers.append(store)
        return servers

    def _server_plan(self, server: Server) -> Plan:
        return Plan(
            server.name,
            server.command,
            self.environment,
            server.folder,
            stop_signal=server.stop_signal,
            healthy=server.ready,
            tethered=True,
            quiet=True,
        )

    def _sandbox(self) -> list[Plan]:
        """The pretend LINE, unless LINE_API_BASE_URL named another."""
        if "SANDBOX_PORT" not in self.environment:
            return []
        command = procfile.shell("python -m app.sandbox")
        url = self.environment["LINE_API_BASE_URL"] + "/sandbox/health"
        return [Plan("sandbox", command, self.environment, ROOT, healthy=lambda: answers(url))]

    def _product(self, name: str, command: str) -> Plan:
        words = procfile.shell(command)
        if name != "web":
            return Plan(name, words, self.environment, ROOT)
        url = f"http://127.0.0.1:{self.environment['PORT']}/healthz"
        return Plan(name, words, self.environment, ROOT, death=signal.SIGTERM, healthy=lambda: answers(url))

    def _schema(self) -> str:
        return fingerprint([self.born], [ROOT / "app" / "migrations"])

    def _released(self) -> bool:
        """Whether our own database was released with the same steps before."""
        return bool(self.born) and recall(self.home / "released", self._schema()) is not None

    async def _release(self, command: str) -> None:
        await self.supervisor.once(self._product(procfile.RELEASE, command), STEP_SECONDS)
        remember(self.home / "released", self._schema())

    async def _seed(self) -> str:
        """Sample town, residents and accounts; what it printed. Skipped when the same was seeded before."""
        pack = Path(self.environment.get("TOWN_DIR") or ROOT / "content" / "town")
        wanted = fingerprint([self.born, str(self.people)], [pack, ROOT / "app" / "cli"])
        stamp = self.home / "seeded"
        known = recall(stamp, wanted) if self.born else None
        if known is not None:
            return known
        command = procfile.shell(f"kairan seed --people {self.people}")
        plan = Plan("seed", command, self.environment, ROOT, quiet=True)
        printed = "\n".join((await self.supervisor.once(plan, STEP_SECONDS)).lines)
        remember(stamp, wanted, printed)
        return printed

    async def _publish_menus(self) -> None:
        """The town's rich menus at the pretend LINE; skipped when the same were published there before."""
        if "SANDBOX_PORT" not in self.environment:
            return
        pack = Path(self.environment.get("TOWN_DIR") or ROOT / "content" / "town")
        drawn_by = [pack / "menus", ROOT / "app" / "menus", ROOT / "content" / "drawing"]
        wanted, stamp = fingerprint([self.born], drawn_by), self.home / "published"
        if self.born and recall(stamp, wanted) is not None:
            return
        plan = Plan("menus", procfile.shell("kairan menu publish"), self.environment, ROOT, quiet=True)
        await self.supervisor.once(plan, STEP_SECONDS)
        remember(stamp, wanted)

    def _lent(self) -> dict[str, str]:
        names = running.LENT
        return {name: self.environment[name] for name in names if name in self.environment}

    def _welcome(self, accounts: str) -> None:
        base = self.environment["PUBLIC_BASE_URL"]
        lines = ["", "Kairan is running. Ctrl-C stops everything.", ""]
        if "SANDBOX_PORT" in self.environment:
            lines.append(f"  Phone page     {self.environment['LINE_API_BASE_URL']}/phone")
        lines += [
            f"  Staff console  {base}/console/",
            "",
            *(f"  {line}" for line in accounts.splitlines()),
            "",
        ]
        self.voice.plain("\n".join(lines))


def demo(people: int, voice: Voice) -> None:
    """Run the demo in this process until it is asked to stop. Trouble when it cannot run."""
    home = running.data_folder()
    home.mkdir(parents=True, exist_ok=True)
    with alone(home):
        environment = settings(home, os.environ)
        check_ports(environment)
        asyncio.run(Demo(people, home, voice, Supervisor(voice), environment).run())


@contextlib.contextmanager
def alone(home: Path) -> Iterator[None]:
    """One demo per data folder."""
    with (home / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Trouble(
                f"Another demo is running on {home}: stop it, or set KAIRAN_DATA to another folder and PORT and "
                "SANDBOX_PORT to other ports."
            ) from None
        yield
