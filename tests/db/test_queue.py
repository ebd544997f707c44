"""Wake-ups on a real Valkey: one waits at most, none is lost for long, Redis away is no error."""

from __future__ import annotations

from redis import Redis

from app.parts import make_redis
from app.queue import DELIVER, DRAIN_INBOX, MARK_SECONDS, Wakeups


def test_many_calls_put_one_job_until_it_starts(redis: Redis) -> None:
    queue = Wakeups(redis, "test")
    for _ in range(10):
        assert queue.wake("reply", DRAIN_INBOX)
    assert queue.queue("reply").count == 1
    queue.started(DRAIN_INBOX)
    queue.wake("reply", DRAIN_INBOX)
    assert queue.queue("reply").count == 2


def test_different_notices_have_wake_ups_of_their_own(redis: Redis) -> None:
    queue = Wakeups(redis, "test")
    queue.wake("ordinary", DELIVER, 1)
    queue.wake("ordinary", DELIVER, 2)
    job, _ = queue.queue("ordinary").jobs
    assert (job.func_name, job.args, job.description) == (DELIVER, [1], f"{DELIVER}:1")


def test_a_lost_wake_up_holds_back_the_next_only_for_seconds(redis: Redis) -> None:
    queue = Wakeups(redis, "test")
    queue.wake("ordinary", DELIVER, 1)
    queue.queue("ordinary").empty()
    [mark] = [key for key in redis.scan_iter() if b"wake" in key]
    assert 0 < redis.ttl(mark) <= MARK_SECONDS


def test_without_redis_the_caller_goes_on() -> None:
    queue = Wakeups(make_redis("unix:///nowhere/at/all"), "test")
    assert not queue.wake("reply", DRAIN_INBOX)
    queue.started(DRAIN_INBOX)
