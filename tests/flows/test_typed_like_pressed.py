"""Every choice is typeable: its label, and the number printed beside it, do what the button does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot_flows.engine import step
from bot_flows.types import Facts, Incoming, Turn
from bot_flows.words import way_out
from tests.flows.bubbles import actions_in
from tests.flows.chat import Chat
from tests.flows.script import run

OTHERWISE = {"w_rate", "w_rate_in_a_form", "v_not_japanese"}
"""Who writes too fast is held back but for buttons of help; a hint in another language stands first only below words."""
ALL = sorted((Path(__file__).parent / "scripts").glob("*.txt"))
SCRIPTS = [path for path in ALL if path.stem not in OTHERWISE][::6]
"""Some of them, to stay cheap; they hold most flows, and the same questions come again in the others."""
_NUMBERED = re.compile(r"^(\d+) ✓?(.+)$", re.M)


def _typed_otherwise(turn: Turn, facts: Facts, said: str, action: dict[str, Any]) -> bool:
    """Whether the words lead elsewhere than the button, compared by what is said first and what is wanted."""
    pressed, typed = (
        step(turn.state, each, facts)
        for each in (Incoming("postback", action["data"]), Incoming("text", said))
    )
    return _told(pressed) != _told(typed)


def _told(turn: Turn) -> tuple[str, tuple[str, ...]]:
    first = str(turn.messages[0].get("text", "")) if turn.messages else ""
    return first, tuple(type(effect).__name__ for effect in turn.effects)


def _shown(chat: Chat) -> Iterator[tuple[Turn, Facts, dict[str, Any]]]:
    for state, incoming, facts in chat.asked:
        turn = step(state, incoming, facts)
        # These facts are of the moment before: what was just changed, above all the language, is not in them.
        for action in actions_in(turn.messages):
            if action["type"] == "postback" and not turn.effects:
                yield turn, replace(facts, in_a_minute=0), action


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_words_and_numbers_do_what_the_button_does(script: Path) -> None:
    wrong, seen = [], set()
    for turn, facts, action in _shown(run(script.read_text(encoding="utf-8"))):
        label, mark = action["label"], (turn.state.flow, turn.state.step, action["label"])
        texts = "\n".join(each["text"] for each in turn.messages if each["type"] == "text")
        # 「やめる」 among the choices says more than the way out of that name.
        numbers = [number for number, name in _NUMBERED.findall(texts) if name == label and not way_out(name)]
        # Of two alike the label means the first; with staff everything written is theirs.
        if mark in seen or len(numbers) > 1 or turn.state.step == "staff" or turn.state.flow == "person":
            continue
        seen.add(mark)
        wrong += [said for said in (label, *numbers) if _typed_otherwise(turn, facts, said, action)]
    assert wrong == []
