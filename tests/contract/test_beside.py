"""Between two jobs: the last of one runs beside the next."""

from __future__ import annotations

import threading

from app.queue import JOBS
from worker import runtime
from worker.__main__ import MODULES


def test_the_next_job_begins_as_soon_as_one_of_many_ends_is_over() -> None:
    """Were the last of them done before it, all the others would run dry meanwhile."""
    ends = [threading.Event() for _ in range(runtime.MOST_BESIDE + 1)]
    begun, is_over = threading.Event(), threading.Event()

    def jobs() -> None:
        for end in ends:
            runtime.beside(end.wait)
        begun.set()
        runtime.wait_beside()
        is_over.set()

    worker = threading.Thread(target=jobs)
    worker.start()
    assert not begun.wait(0.1), "one more than may run beside"
    ends[1].set()
    assert begun.wait(2)
    assert not is_over.wait(0.1)
    for end in ends:
        end.set()
    worker.join(2)
    assert is_over.is_set()


def test_each_job_is_imported_before_its_worker_takes_the_first() -> None:
    """RQ would import it inside the job, and that notice's first request would wait for it."""
    imported = {f"worker.{module}" for modules in MODULES.values() for module in modules}
    assert {job.rpartition(".")[0] for job in JOBS} == imported
