"""What the acts are worth: with a guard taken out they must show damage."""

from __future__ import annotations

import pytest

from tests.chaos import refusals, scenarios
from tests.chaos.process import Plan
from tests.chaos.scenarios import PEOPLE
from tests.chaos.stage import SHORT, stage

pytestmark = pytest.mark.chaos

TRIES = 3


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
def test_without_tokens_an_old_owner_gives_away_what_another_sends(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """A control: the old owner's failure counts, and a third sender begins while the second is under way."""
    claimed = 0
    with stage(tmp_path_factory.mktemp("control")) as bare:
        for _ in range(TRIES):
            # When the old owner is stopped too late, its failure comes too early to do harm.
            claimed = claimed or refusals.late_answer(bare, 1, Plan(without_tokens=True))
    print(f"control without tokens: two owners at once, {claimed} claims beside the second owner's")
    assert claimed > 0


@pytest.mark.table
def test_without_the_reconciler_a_send_never_ends(tmp_path_factory: pytest.TempPathFactory) -> None:
    """A control: the clock goes on, but nobody looks for what a dead sender left behind."""
    with stage(tmp_path_factory.mktemp("control")) as bare:
        bare.act(Plan("K2", chance=1.0), deaths=1, settings=SHORT | {"RECONCILE_SECONDS": "3600"})
        scenarios.run_for(bare, 1.5)
        bare.send(3, PEOPLE)
        bare.settle(6)
        bare.end()
        found = bare.verdict()
    print(f"control without the reconciler: {bare.kills} kill, {found.unfinished} notices never end")
    assert found.unfinished > 0
