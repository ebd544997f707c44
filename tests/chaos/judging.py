"""Where acts are played, and how each is judged: on one stage for all, or on a new one after an act that failed."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.chaos.oracle import Verdict
from tests.chaos.report import Report, line
from tests.chaos.stage import Stage, stage

FULL = os.environ.get("KAIRAN_CHAOS") == "full"
SHORT_SECONDS = 480 if int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1")) > 2 else 240
"""What the short set may take at most: four minutes, and twice that while the rest of the suite runs beside it in two
more processes, of which two cores give it what is left."""


class Theatre:
    """One stage for all acts; after an act that failed, the next begins on a new one."""

    def __init__(self, make_folder: Callable[[], Path]) -> None:
        self._make_folder = make_folder
        self._open = contextlib.ExitStack()
        self._stage: Stage | None = None

    def stage(self) -> Stage:
        if self._stage is not None and not self._stage.is_sound:
            self.close()
        if self._stage is None:
            self._stage = self._open.enter_context(stage(self._make_folder()))
        return self._stage

    def close(self) -> None:
        self._stage = None
        self._open.close()


@dataclass
class Judged:
    """Do it, then hold the record against the ledger; one row of the report, whatever happened."""

    report: Report

    def __call__(
        self,
        play: Stage,
        name: str,
        act: Callable[[], object],
        *,
        aside: int | None = 0,
        unknown: int | None = 0,
    ) -> Verdict:
        """``aside``, ``unknown``: how many people must be set aside or unknown; None where that is a matter of chance."""
        if self.report.has_passed(name):
            pytest.skip("passed in an earlier part of this run of make chaos")
        kills, began = play.kills, time.monotonic()
        play.turn_page()
        play.is_sound = False
        wrong = self._act(play, act)
        found = Verdict()
        try:
            found = play.verdict()
        except Exception as error:
            wrong = wrong or error
        wrong = wrong or _unlike(found, aside=aside, unknown=unknown)
        row = self.report.add(name, play.kills - kills, found, time.monotonic() - began, play.settings)
        if wrong is not None:
            self.report.fail(name, f"{type(wrong).__name__}: {wrong}"[:300])
        print(line(row))
        if wrong is not None:
            raise wrong
        assert found.is_clean, found
        play.is_sound = True
        return found

    @staticmethod
    def _act(play: Stage, act: Callable[[], object]) -> Exception | None:
        try:
            act()
            assert play.settle(120), "a send did not come to its end"
        except Exception as error:
            return error
        finally:
            play.end()
        return None


def _unlike(found: Verdict, *, aside: int | None, unknown: int | None) -> AssertionError | None:
    """Other people set aside or unknown than the act allows."""
    if aside in (None, found.quarantined) and unknown in (None, found.unknown):
        return None
    return AssertionError(f"{found.quarantined} set aside, {found.unknown} unknown")
