"""Every guard of the list is still where ``python -m tests.guards`` takes it out."""

from __future__ import annotations

import pytest

from tests.guards import ROOT, Guard, guards


@pytest.mark.parametrize("guard", guards(), ids=lambda guard: guard.promise)
def test_a_guard_can_be_taken_out(guard: Guard) -> None:
    text = (ROOT / guard.file).read_text(encoding="utf-8")
    assert text.count(guard.old) == 1 and guard.old != guard.new
    assert [name for name in guard.tests if not (ROOT / name).is_file()] == []


def test_there_are_enough() -> None:
    assert len(guards()) >= 20
