"""What is done to the queue in the middle of a send: the ledger knows what is left to do."""

from __future__ import annotations

import time
from collections.abc import Callable

from redis.exceptions import RedisError

from app.queue import DELIVER, PLAN, Wakeups
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE, run_for
from tests.chaos.stage import Stage


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
        stage.send(4, PEOPLE)
        run_for(stage, 0.4)
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
