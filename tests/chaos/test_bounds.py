"""LINE's bounds, calendars, and queues that hang or come back from the past, in the middle of a send.

Each takes more than ten seconds, so ``make chaos`` alone plays them; ``tests/contract/test_silent_line.py``,
``test_refused_token.py`` and ``tests/db`` hold the same rules in every run.
"""

from __future__ import annotations

import pytest

from app.line.pace import LIMITS
from tests.chaos import bounds, clocks, queues, repeating, rolling
from tests.chaos.judging import FULL, Judged
from tests.chaos.stage import Stage

pytestmark = [pytest.mark.chaos, pytest.mark.skipif(not FULL, reason="half a minute each: make chaos")]


@pytest.mark.table
def test_a_token_line_refuses_and_a_month_that_is_spent(play: Stage, judged: Judged) -> None:
    seen: list[tuple[int, int, int]] = []
    judged(play, "token and quota", lambda: seen.append(bounds.token_and_quota(play, 4)))
    token, quota, beyond = seen[0]
    print(f"{'':28} {token} stood still for the token, {quota} for the quota, {beyond} people beyond it")
    assert token > 0 and quota > 0 and beyond == 0


@pytest.mark.table
def test_a_queue_with_the_files_of_an_earlier_send(play: Stage, judged: Judged) -> None:
    again: list[int] = []
    judged(play, "queue's old files", lambda: again.append(queues.old_dump(play, 4)))
    assert again == [0]


@pytest.mark.table
def test_repeats_on_picked_dates_while_clocks_die(play: Stage, judged: Judged) -> None:
    before, seen = play.kills, list[tuple[int, int]]()
    judged(play, "picked dates", lambda: seen.append(repeating.picked_dates(play, 5, 20, 8)))
    print(f"{'':28} {seen[0][1]} fires of {seen[0][0]} instants")
    assert seen[0][0] == seen[0][1] and play.kills - before >= 20


@pytest.mark.table
def test_a_clock_that_leads_and_stands_still(play: Stage, judged: Judged) -> None:
    seconds: list[float] = []
    judged(play, "clock stopped", lambda: seconds.append(clocks.stopped_clocks(play, 2)))
    print(f"{'':28} everything sent without it after {seconds[0]:.1f} s")
    assert seconds[0] < 20


@pytest.mark.table
def test_line_s_limit_beside_a_dead_queue(play: Stage, judged: Judged) -> None:
    seen: list[bounds.Rate] = []
    judged(play, "at LINE's limit", lambda: seen.append(bounds.at_the_limit(play, 4, 4000)))
    print(f"{'':28} {seen[0]}")
    assert seen[0].too_fast == 0 and seen[0].busiest <= LIMITS["multicast"]


@pytest.mark.table
def test_a_queue_that_hangs_while_pages_are_opened(play: Stage, judged: Judged) -> None:
    seen: list[queues.Asked] = []
    judged(play, "hung queue", lambda: seen.append(queues.hung(play, 30.0)))
    print(f"{'':28} {seen[0]}")
    assert seen[0].failed == 0 and seen[0].answers > 20
    assert seen[0].slowest < 2


@pytest.mark.table
def test_a_new_schema_and_back_while_residents_write(play: Stage, judged: Judged) -> None:
    seen: list[rolling.Rolled] = []
    judged(play, "new release and back", lambda: seen.append(rolling.migrated(play)))
    print(f"{'':28} {seen[0]}")
    assert (seen[0].failed, seen[0].heard.lost, seen[0].heard.doubled) == (0, 0, 0)
    assert seen[0].slowest < 2 and seen[0].heard.said > 50
    assert all(seen[0].claims) and all(seen[0].open), "nothing was under way when they changed"
