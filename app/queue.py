"""The queue: names of all jobs and one way to wake them. It never decides and holds no fact.

A job is a wake-up for a stretch of work that the database describes. ``wake`` is coalesced: while a wake-up
of the same work waits in the queue, no second one is put; the job takes the mark away when it starts, so a
call that comes later puts a new one. A wake-up that gets lost is put again by the reconciler.
"""

from __future__ import annotations

from typing import Literal
from uuid import uuid4

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue
from rq.serializers import JSONSerializer

from app import logs

QueueName = Literal["emergency", "reply", "individual", "ordinary", "chores"]
QUEUES: tuple[QueueName, ...] = ("emergency", "reply", "individual", "ordinary", "chores")

DRAIN_INBOX = "worker.inbound.drain"
PLAN = "worker.delivery.plan"
DELIVER = "worker.delivery.deliver"
LINK_MENU = "worker.chores.link_menu"
SEND_PUSHES = "worker.letters.send"
FETCH_PHOTOS = "worker.letters.fetch_photos"
GATHER = "worker.chores.gather"
CENSUS = "worker.chores.take_census"
SHOW_WAITING = "worker.waiting.show"
JOBS = (DRAIN_INBOX, PLAN, DELIVER, LINK_MENU, SEND_PUSHES, FETCH_PHOTOS, GATHER, CENSUS, SHOW_WAITING)

JOB_SECONDS = 60
"""A job's hard end; every job ends by itself after about 10 s and puts itself back while work remains."""
MARK_SECONDS = 5
"""How long a lost wake-up can hold back the next one."""

_log = logs.get("queue")


class Wakeups:
    """Puts jobs by name; names, not functions, so that ``app`` never imports ``worker``."""

    def __init__(self, redis: Redis, environment: str) -> None:
        self._redis = redis
        self._prefix = f"{environment}:1:"

    def queue(self, name: QueueName) -> Queue:
        return Queue(self._prefix + name, connection=self._redis, serializer=JSONSerializer)

    def wake(self, queue: QueueName, job: str, *ids: int) -> bool:
        """Ask for work on these ids; False when Redis is away (the reconciler asks again)."""
        try:
            if self._redis.set(self._mark(job, ids), b"1", nx=True, ex=MARK_SECONDS):
                self._put(queue, job, ids)
            return True
        except RedisError as error:
            _log.warning("wake_up_lost", job=job, error=type(error).__name__)
            return False

    def started(self, job: str, *ids: int) -> None:
        """Called first thing by a job: what is asked from now on needs a wake-up of its own."""
        try:
            self._redis.delete(self._mark(job, ids))
        except RedisError as error:
            _log.warning("mark_kept", job=job, error=type(error).__name__)

    def others_wait(self, queue: QueueName, job: str, *ids: int) -> bool:
        """Whether other work than this waits in a queue; True as well when nobody can tell."""
        try:
            waiting = self.queue(queue).get_job_ids(0, 20)
        except RedisError:
            return True
        mine = _job_id(job, ids)
        return any(not name.startswith(mine) for name in waiting)

    def _put(self, queue: QueueName, job: str, ids: tuple[int, ...]) -> None:
        self.queue(queue).enqueue(
            job,
            args=ids,
            job_id=_job_id(job, ids) + uuid4().hex,
            unique=True,
            description=":".join([job, *map(str, ids)]),
            job_timeout=JOB_SECONDS,
            result_ttl=0,
            failure_ttl=3600,
        )

    def _mark(self, job: str, ids: tuple[int, ...]) -> str:
        return ":".join([self._prefix + "wake", job, *map(str, ids)])


def _job_id(job: str, ids: tuple[int, ...]) -> str:
    """What the ids of all wake-ups of one work begin with."""
    return "-".join([job.replace(".", "-"), *map(str, ids), ""])
