"""Real processes that kill themselves at a named point: the product's own code with sessions and a client passed in.

K1 before a seal is committed · K2 after a claim is committed, before its first byte · K3 after the last byte, before
the answer · K4 after the answer, before it is recorded · K5 after the record is committed (reliability §2.2).
They are forked from a server that has imported and prepared everything, so that a kill costs a moment and not two
seconds.
"""

from __future__ import annotations

import asyncio
import gc
import multiprocessing
import os
import random
import signal
from collections.abc import Mapping
from dataclasses import dataclass, replace
from multiprocessing.process import BaseProcess
from multiprocessing.sharedctypes import Synchronized
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import event, inspect, select
from sqlalchemy.orm import ORMExecuteState, Session, configure_mappers

from app.db import Sessions, make_engine
from app.delivery import rules
from app.delivery.models import Batch
from app.line.answers import Answer
from app.line.client import LineClient
from app.line.connection import Done
from app.parts import build
from app.queue import QUEUES
from worker import __main__ as worker
from worker import clock, runtime

POINTS = ("K1", "K2", "K3", "K4", "K5")
ON_THE_WAY = 0.004
"""Seconds after which a request's last byte has left; the sandbox answers later than that."""

# The driver and the mappers, once for all processes that are forked: half a second each would take of its own.
make_engine("postgresql+psycopg://").dispose()
configure_mappers()
gc.collect()
# What is there by now is looked at no more, in no process that is forked: each worker collects once when it starts.
gc.freeze()
_context = multiprocessing.get_context("forkserver")
_context.set_forkserver_preload(["tests.chaos.process"])


@dataclass(frozen=True)
class Plan:
    """What a process does besides its work."""

    point: str = ""
    chance: float = 0.0
    without_keys: bool = False
    """A control: every attempt has a key of its own, as in tools that resend a failed batch."""
    without_tokens: bool = False
    """A control: every claim has the same token, so nobody can tell an old owner from the newest."""
    poison: str = ""
    """A LINE user id: whoever begins to send to this person dies."""


class Fate:
    """Whether this process dies now; all processes together die ``left`` times.

    A batch whose senders died twice is sent alone, and a third death in a row would set it aside, rightly: nothing
    tells it from a batch that kills. So the third attempt is spared here, and everybody must be reached; the third
    death has an act of its own (``Plan.poison``).
    """

    def __init__(self, plan: Plan, left: Synchronized[int]) -> None:
        self._plan, self._left = plan, left
        self._random = random.Random(os.getpid())
        self.spared: dict[int, int] = {}
        """Batches under way whose senders have died twice, with the token of this process's claim."""

    def meets(self, point: str) -> None:
        if point != self._plan.point or self.spared or self._random.random() >= self._plan.chance:
            return
        with self._left.get_lock():
            if self._left.value <= 0:
                return
            self._left.value -= 1
        self.ends()

    def ends(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class FatefulLine(LineClient):
    """The client, with a death between the last byte and the answer."""

    def __init__(self, url: str, token: str, fate: Fate, plan: Plan) -> None:
        super().__init__(url, token)
        self._fate, self._plan = fate, plan

    def begin(self, endpoint: str, body: bytes, retry_key: UUID | None, done: Done) -> bool:
        key = uuid4() if self._plan.without_keys else retry_key
        if self._plan.poison and self._plan.poison.encode() in body:
            self._fate.ends()
        begun = super().begin(endpoint, body, key, done)
        if begun:
            asyncio.get_running_loop().call_later(ON_THE_WAY, self._fate.meets, "K3")
        return begun

    async def post(self, endpoint: str, body: bytes, retry_key: UUID | None) -> Answer:
        key = uuid4() if self._plan.without_keys else retry_key
        if self._plan.poison and self._plan.poison.encode() in body:
            self._fate.ends()
        call = asyncio.create_task(super().post(endpoint, body, key))
        await asyncio.sleep(ON_THE_WAY)
        self._fate.meets("K3")
        return await call


def _watch(sessions: Sessions, fate: Fate) -> None:
    """Meet fate around every commit that claims or records batches: a claim gives its batches a new token."""

    @event.listens_for(sessions, "before_flush")
    def flush(session: Session, _context: object, _instances: object) -> None:
        batches = [each for each in session.dirty if isinstance(each, Batch)]
        claimed = [each for each in batches if inspect(each).attrs.token.history.has_changes()]
        if batches:
            session.info["about"] = "claim" if claimed else "record"
        fate.spared.update({each.id: each.token for each in claimed if each.lost_leases >= rules.SUSPECT})

    @event.listens_for(sessions, "do_orm_execute")
    def execute(state: ORMExecuteState) -> None:
        # Many common messages are claimed in one statement, and their usual answers recorded in one.
        said = str(state.statement) if state.is_update else ""
        if "settled_at=" in said:
            state.session.info["about"] = "record"
        elif "token=" in said:
            state.session.info["about"] = "claim"

    @event.listens_for(sessions, "before_commit")
    def before(session: Session) -> None:
        session.flush()
        if fate.spared:
            session.info["recorded"] = _over(session, fate.spared)
        fate.meets({"claim": "K1", "record": "K4"}.get(session.info.get("about", ""), ""))

    @event.listens_for(sessions, "after_commit")
    def after(session: Session) -> None:
        fate.meets({"claim": "K2", "record": "K5"}.get(session.info.pop("about", ""), ""))
        for id_ in session.info.pop("recorded", ()):
            fate.spared.pop(id_, None)


def _over(session: Session, spared: Mapping[int, int]) -> list[int]:
    """Which of them have an outcome. One with words of one's own is recorded in several commits, and spared until the
    last of them. Another thread's commit does not see a claim that is still being made: it sees an older token."""
    rows = session.execute(select(Batch.id, Batch.token, Batch.state).where(Batch.id.in_(spared)))
    return [row.id for row in rows if row.state != "sending" and row.token >= spared[row.id]]


def _live(name: str, environment: Mapping[str, str], plan: Plan, left: Synchronized[int]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    output = os.open(environment["CHAOS_LOG"], os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(output, 1), os.dup2(output, 2)
    # Imported before the fork, but each process is somebody else.
    runtime.OWNER = runtime.owner()
    parts = build()
    fate = Fate(plan, left)
    _watch(parts.sessions, fate)
    if plan.without_tokens:
        event.listen(Batch.token, "set", lambda _batch, _value, _old, _event: 1, retval=True)
    token = parts.settings.line_channel_access_token.get_secret_value()
    runtime.use(replace(parts, line=FatefulLine(parts.settings.line_api_base_url, token, fate, plan)))
    for queue in QUEUES:
        if name.startswith(queue):
            worker.work(queue)
    if name.startswith("clock"):
        clock.main()


def counter(value: int) -> Any:
    """A number all processes share."""
    return _context.Value("i", value)


def begin(name: str, environment: Mapping[str, str], plan: Plan, left: Any) -> BaseProcess:
    """Start the worker of a queue, or the clock."""
    process = _context.Process(target=_live, args=(name, dict(environment), plan, left), daemon=True)
    process.start()
    return process
