"""Kills, faults and jumps against a running send; the pretend LINE's own record is the judge.

The short set runs with every ``make test``; ``make chaos`` runs the full one. Leases and the reconciler's interval
are shortened (the report says to what).
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import asdict

import pytest

from tests.chaos import scenarios
from tests.chaos.process import POINTS, Plan
from tests.chaos.scenarios import PEOPLE, Size
from tests.chaos.stage import LEASE, NAMES, RECONCILE, Stage, stage

pytestmark = pytest.mark.chaos

FULL = os.environ.get("KAIRAN_CHAOS") == "full"
POINT = Size(kills=170, notices=30, seconds=600) if FULL else Size(kills=24, notices=12, seconds=75)
OUTSIDE = Size(kills=200, notices=20, seconds=400) if FULL else Size(kills=30, notices=8, seconds=60)
ROUNDS = 20 if FULL else 2
SHARE, NOTICES = (0.04, 60) if FULL else (0.04, 12)


@pytest.fixture(scope="session")
def play(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    with stage(tmp_path_factory.mktemp("chaos")) as one:
        yield one


def judged(play: Stage, name: str, act: Callable[[], None]) -> None:
    """Do it, then hold the record against the ledger; one line for the report."""
    kills = play.kills
    play.turn_page()
    act()
    assert play.settle(30), "a send did not come to its end"
    play.end()
    found = play.verdict()
    figures = {k: v for k, v in asdict(found).items() if k != "people"}
    print(
        f"{name:28} kills {play.kills - kills:4}  people {found.people:7,}  "
        + "  ".join(f"{key} {value}" for key, value in figures.items())
        + f"  (lease {LEASE:g} s, reconciler {RECONCILE:g} s)"
    )
    assert found.is_clean, found


@pytest.mark.table
@pytest.mark.parametrize("point", POINTS)
def test_a_death_at_a_named_point(play: Stage, point: str) -> None:
    before = play.kills
    judged(play, f"killed at {point}", lambda: scenarios.at_point(play, point, POINT))
    assert play.kills - before >= POINT.kills * 3 // 4


@pytest.mark.table
def test_deaths_from_outside_at_any_moment(play: Stage) -> None:
    before = play.kills
    judged(play, "killed from outside", lambda: scenarios.from_outside(play, NAMES, OUTSIDE))
    assert play.kills - before >= OUTSIDE.kills * 3 // 4


@pytest.mark.table
def test_everything_ends_at_once(play: Stage) -> None:
    judged(play, "everything at once", lambda: scenarios.everything_at_once(play, ROUNDS))


@pytest.mark.table
def test_a_second_owner(play: Stage) -> None:
    judged(play, "stopped past its lease", lambda: scenarios.second_owner(play, ROUNDS))


@pytest.mark.table
def test_a_queue_that_forgets_hangs_or_refuses(play: Stage) -> None:
    judged(play, "odd queue", lambda: scenarios.odd_queue(play, 5 * max(1, ROUNDS // 4)))


@pytest.mark.table
def test_a_database_that_ends_connections(play: Stage) -> None:
    judged(play, "lost connections", lambda: scenarios.lost_connections(play, ROUNDS))


@pytest.mark.table
def test_a_database_that_falls(play: Stage) -> None:
    judged(play, "restarted database", lambda: scenarios.restarted_database(play, max(1, ROUNDS // 4)))


@pytest.mark.table
def test_a_deploy_in_the_middle(play: Stage) -> None:
    seconds: list[float] = []
    judged(play, "deployed", lambda: seconds.append(scenarios.deployed(play, ROUNDS)))
    print(f"{'':28} the slowest process took {seconds[0]:.1f} s to end")
    assert seconds[0] < 12


@pytest.mark.table
def test_a_stop_in_the_middle(play: Stage) -> None:
    late: list[int] = []
    judged(play, "stopped by staff", lambda: late.append(scenarios.cancelled(play, 2 * ROUNDS)))
    assert late == [0], "people were reached more than two seconds after the stop"


@pytest.mark.table
def test_line_on_its_worst_day(play: Stage) -> None:
    judged(play, "odd LINE", lambda: scenarios.odd_line(play, SHARE, NOTICES))


@pytest.mark.table
def test_three_clocks_at_once(play: Stage) -> None:
    judged(play, "three clocks", lambda: scenarios.three_clocks(play, ROUNDS))


@pytest.mark.table
def test_a_clock_that_jumps(play: Stage) -> None:
    judged(play, "moved clock", lambda: scenarios.moved_clock(play, 2))


@pytest.mark.table
def test_how_many_deaths_there_were(play: Stage) -> None:
    print(
        f"{play.kills} kills, 0 people lost or reached twice: at most {3 / play.kills:.4f} per kill (95 %, 3/N)"
    )
    assert play.kills >= (1000 if FULL else 140)


@pytest.mark.table
def test_without_keys_people_are_reached_twice(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A control: the same deaths with a new key for every attempt must show damage, or nothing above means much."""
    with stage(tmp_path_factory.mktemp("control")) as bare:
        bare.send(6, PEOPLE)
        bare.act(Plan("K4", chance=0.5, without_keys=True), deaths=6)
        bare.settle(60)
        bare.end()
        found = bare.verdict()
    print(f"control without keys: {bare.kills} kills, {found.twice} people reached twice")
    assert found.twice > 0


@pytest.mark.table
def test_without_the_reconciler_a_send_never_ends(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A control: nobody looks for what a dead sender left behind."""
    with stage(tmp_path_factory.mktemp("control")) as bare:
        bare.send(3, PEOPLE)
        bare.act(Plan("K2", chance=1.0), deaths=1)
        bare.settle(6, meanwhile=lambda: _without_clock(bare))
        bare.end()
        found = bare.verdict()
    print(f"control without the reconciler: {bare.kills} kill, {found.unfinished} notices never end")
    assert found.unfinished > 0


def _without_clock(bare: Stage) -> None:
    if bare.left.value == 0 and "clock" in bare.kept:
        bare.kept = tuple(name for name in bare.kept if name != "clock")
        bare.kill("clock")
