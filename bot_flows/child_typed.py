"""The labels below a reminder about children, typed where no button can be pressed: for the only child, else which one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from bot_flows import child_marks
from bot_flows.outcomes import Choice, Outcome, Reply, Talk
from bot_flows.types import Child
from bot_flows.words import fold, labels


def door_of(talk: Talk, text: str) -> Callable[[], Outcome] | None:
    """「受けた」, 「このお子さんのお知らせを止める」, 「お知らせを戻す」, or one of them with the child's number."""
    if not talk.facts.resident.children:
        return None
    said = fold(text).rstrip("。.")
    for act, label, children in _offered(talk):
        numbered = [child for child in children if said == fold(label(child))]
        meant = numbered or (children if said in labels(f"childcare.{act}") else [])
        if meant:
            choices = tuple(child_marks.at(label(child), act, child) for child in meant)
            return partial(_opened, talk, act, meant, choices)
    return None


def _offered(talk: Talk) -> Sequence[tuple[str, Callable[[Child], str], list[Child]]]:
    """Each act with its label for one of several children, and the children it can be about."""
    children = talk.facts.resident.children
    return (
        (
            "still",
            lambda child: talk.say("childcare.still_n", number=str(child.number)),
            [c for c in children if not c.stopped],
        ),
        (
            "done",
            lambda child: talk.say("childcare.done_n", number=str(child.number)),
            [c for c in children if not c.expected],
        ),
        (
            "resume",
            lambda child: talk.say("childcare.to_child", number=str(child.number)),
            [c for c in children if c.stopped],
        ),
    )


def _opened(talk: Talk, act: str, meant: Sequence[Child], choices: tuple[Choice, ...]) -> Outcome:
    if len(meant) > 1:
        return Reply(talk.say("childcare.which"), choices)
    press = {"id": str(meant[0].number), "m": f"{meant[0].birth_month:%Y-%m}"}
    acts = {"still": child_marks.stop, "done": child_marks.asked, "resume": child_marks.resume}
    return acts[act](talk, press)
