"""What is done to the queue in the middle of a send: the ledger knows what is left to do."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from http.client import HTTPConnection

import orjson
from redis.exceptions import RedisError

from app.line.signature import sign
from app.queue import DELIVER, PLAN, Wakeups
from tests.chaos import door
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, into_the_middle, run_for
from tests.chaos.stage import Stage
from tests.chaos.stores import webhook_event


def odd_queue(stage: Stage, rounds: int) -> None:
    """The queue forgets everything, hangs, is full, is read-only, or dies; the ledger knows what is left to do."""
    stage.act(Plan(), deaths=0)
    troubles: list[Callable[[], None]] = [
        stage.forget_queue,
        lambda: _configure(stage, "CLIENT", "PAUSE", "1500"),
        lambda: _configure(stage, "CONFIG", "SET", "maxmemory", "1"),
        lambda: _configure(stage, "REPLICAOF", "127.0.0.1", "9"),
        lambda: stage.restart_redis(away=1.0),
    ]
    for number in range(rounds):
        into_the_middle(stage, 4)
        troubles[number % len(troubles)]()
        run_for(stage, 1.5)
        _configure(stage, "CONFIG", "SET", "maxmemory", "0")
        _configure(stage, "REPLICAOF", "NO", "ONE")
        stage.settle(60)


def queue_of_yesterday(stage: Stage, wakeups: int) -> int:
    """No queue at the start, and then one full of jobs for notices that are long over; people reached by those."""
    stage.act(Plan(), deaths=0)
    stage.send(2, PEOPLE)
    stage.settle(30)
    stage.end()
    reached = stage.accepted()
    stage.redis_process.kill()
    stage.act(Plan(), deaths=0)
    run_for(stage, 1.0)
    stage.restart_redis(away=0)
    with stage.client() as client:
        queue = Wakeups(client, "demo")
        for number in range(wakeups):
            for notice_id in stage.notices:
                client.delete(f"demo:1:wake:{DELIVER}:{notice_id}")
                queue.wake("ordinary", (DELIVER, PLAN)[number % 2], notice_id)
    run_for(stage, 2.0)
    again = stage.accepted() - reached
    stage.send(2, PEOPLE)
    stage.settle(60)
    return again


def old_dump(stage: Stage, rounds: int) -> int:
    """The queue's server comes back with the files it had in the middle of an earlier send; people reached by that."""
    again, copy = 0, stage.folder / "old-queue"
    for _ in range(rounds):
        stage.act(Plan(), deaths=0)
        into_the_middle(stage, 4)
        shutil.copytree(stage.redis_server.data, copy)
        stage.settle(60)
        reached = stage.accepted()
        stage.redis_process.kill()
        stage.redis_process.wait(10)
        shutil.rmtree(stage.redis_server.data)
        copy.rename(stage.redis_server.data)
        stage.restart_redis(away=0)
        run_for(stage, 2.0)
        again += stage.accepted() - reached
        stage.send(2, PEOPLE)
        stage.settle(60)
    return again


@dataclass
class Asked:
    """What the web answered while the queue hung."""

    answers: int = 0
    failed: int = 0
    slowest: float = 0.0


def hung(stage: Stage, seconds: float) -> Asked:
    """The queue hangs for so long in the middle of a send; pages are opened and residents write meanwhile."""
    found = Asked()
    with door.opened(stage) as web:
        run_for(stage, 90, until=web.answers)
        stage.line.options(webhook_active=False)
        into_the_middle(stage, 4)
        _configure(stage, "CLIENT", "PAUSE", str(round(1000 * seconds)), "ALL")
        end, number = time.monotonic() + seconds, 0
        while time.monotonic() < end:
            number += 1
            _ask(web.port, "GET", "/console/sign-in", b"", {}, found)
            body = orjson.dumps(
                {"destination": stage.line.bot_id, "events": [webhook_event(f"hung-{number}")]}
            )
            signed = {"X-Line-Signature": sign(body, stage.line.secret)}
            _ask(web.port, "POST", "/line/webhook", body, signed, found)
            run_for(stage, 0.1)
        stage.settle(90)
    return found


def _ask(port: int, method: str, path: str, body: bytes, headers: dict[str, str], found: Asked) -> None:
    began, connection = time.monotonic(), HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        connection.request(method, path, body, headers)
        status = connection.getresponse().status
    except OSError:
        status = 0
    finally:
        connection.close()
    found.answers += 1
    found.failed += status != 200
    found.slowest = max(found.slowest, time.monotonic() - began)


def _configure(stage: Stage, *words: str) -> None:
    """Tell the queue, which may be hanging or restarting; it must take hold."""
    end = time.monotonic() + 20
    while True:
        try:
            with stage.client() as client:
                assert client.execute_command(*words)
            return
        except RedisError:
            assert time.monotonic() < end, words
            run_for(stage, 0.2)
