"""「もどる」 shows the answer given before, at every question that every script comes to."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest

from bot_flows.engine import step
from bot_flows.types import Incoming
from content.sentences import say
from tests.flows.bubbles import said_in
from tests.flows.script import run

SCRIPTS = sorted((Path(__file__).parent / "scripts").glob("[a-dhno]_*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_whoever_goes_back_reads_the_answer_of_before(script: Path) -> None:
    """A question that was asked by a picked day or a place says its own words of it."""
    chat = run(script.read_text(encoding="utf-8"))
    for (before, incoming, facts), (after, *_) in pairwise(chat.asked):
        trail = after.data.get("trail", [])
        is_answer = after.flow == before.flow and len(trail) > len(before.data.get("trail", []))
        if not is_answer or after.data.get("asks") or incoming.kind == "location":
            continue
        turn = step(after, Incoming("text", "もどる"), facts)
        said = said_in(turn.messages)
        lead = say("way.back_with", facts.resident.language, answer="…").partition("…")[0]
        assert lead in said, f"{incoming.text!r} at {trail[-1][0]}: {said[:200]}"
