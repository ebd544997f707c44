"""Every script under scripts/ is a conversation that must go exactly so."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.flows.script import run

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_script(script: Path) -> None:
    run(script.read_text(encoding="utf-8"))


def test_every_flow_has_a_script() -> None:
    assert {path.stem[0] for path in SCRIPTS} >= set("abcdef")


def test_a_script_can_fail() -> None:
    with pytest.raises(AssertionError, match="line 2"):
        run("> ありがとう\n<< さようなら。")
    with pytest.raises(AssertionError, match="no button"):
        run("> ありがとう\n> [つぎへ]")
    with pytest.raises(AssertionError, match="taps"):
        run("> ありがとう\n= 2 taps")
