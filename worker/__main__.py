"""``python -m worker QUEUE``: one process, one queue, in the foreground.

One queue per process because a worker on two queues that dies between taking a job and starting it loses the
job for good; a queue of its own is looked after by its own restarted worker.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable

from redis import Redis
from redis.client import Pipeline
from rq import Queue
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.worker import SimpleWorker

from app import logs
from app.heartbeats import rules as heartbeats
from app.parts import Parts
from app.queue import QUEUES, QueueName
from worker import runtime

MODULES: dict[QueueName, tuple[str, ...]] = {
    "emergency": ("delivery",),
    "reply": ("inbound",),
    "individual": ("delivery", "letters"),
    "ordinary": ("delivery",),
    "chores": ("delivery", "chores", "letters", "waiting"),
}
"""Where each queue's jobs are: RQ would import them inside the first job, which kept the first notice of a fresh worker
waiting for half a second."""
LONGEST_PAUSE = 30.0
"""Seconds between two questions whose account this is, while LINE does not answer."""

_log = logs.get("worker")


class ShortLeaseWorker(SimpleWorker):
    """Gives a job up after 45 s without news instead of minutes: our jobs end by themselves after 34 at most."""

    seen = 0.0
    """When the last sign of life went to the database."""

    def get_heartbeat_ttl(self, job: Job, working_time: float = 0.0) -> int:
        return 45

    def handle_warm_shutdown_request(self) -> None:
        """A deploy: the job at hand starts nothing more, and only waits for what is on its way."""
        leave: Callable[[], None] = super().handle_warm_shutdown_request
        leave()
        runtime.leaving.set()

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """RQ's own sign, and after it one for the console: a worker whose queue refuses it is missed there."""
        super().heartbeat(timeout, pipeline)
        if time.monotonic() - self.seen >= heartbeats.EVERY:
            self.seen = time.monotonic()
            runtime.guarded("heartbeat", runtime.beat, self.queue_names()[0].rpartition(":")[2])


def main() -> None:
    for name in QUEUES:
        if sys.argv[1:] == [name]:
            return work(name)
    sys.exit(f"usage: python -m worker {'|'.join(QUEUES)}")


def wait_for_our_account(parts: Parts) -> None:
    """Return once LINE has said that the token belongs to LINE_BOT_ID; end the process when it is another account's.

    A test town's token in production, or the other way round, would reach the wrong people with everything else right.
    While LINE cannot be asked nothing is sent (reliability, I-14).
    """
    wanted, pause = parts.settings.line_bot_id, 0.5
    while (found := parts.line.warm_up()) != wanted and wanted:
        if found:
            sys.exit(f"nothing is sent: the token is for {found}, LINE_BOT_ID says {wanted}")
        _log.error("account_not_confirmed", next_try_seconds=pause)
        time.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE)


def work(name: QueueName) -> None:
    """Do one queue's jobs until somebody asks to stop."""
    logs.configure()
    # The LINE client's thread must not wait 5 ms (Python's default) for its turn: at LINE's pace that is a slot.
    sys.setswitchinterval(0.0005)
    parts = runtime.parts()
    # Blocking on the queue needs a connection without the short timeout of the others.
    connection = Redis.from_url(parts.settings.redis_url)
    queue = Queue(parts.queue.queue(name).name, connection=connection, serializer=JSONSerializer)
    worker = ShortLeaseWorker(
        [queue],
        connection=connection,
        serializer=JSONSerializer,
        worker_ttl=20,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )
    wait_for_our_account(parts)
    jobs = [importlib.import_module(f"worker.{module}") for module in MODULES[name]]
    if name == "reply":
        jobs[0].warm_up()
    runtime.steady()
    worker.work(logging_level="WARNING")
    runtime.wait_beside()
    parts.close()


if __name__ == "__main__":
    main()
