"""What is typed about registered children while nothing is asked: the labels below their reminders, 「2人目」, 「BCG受けた」."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import partial

from bot_flows import child_marks, child_named, childcare
from bot_flows.outcomes import Choice, Outcome, Reply, Talk
from bot_flows.town_facts import Window
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
    return _shown(talk, said) or _had(talk, said) or child_named.door_of(talk, said)


def _shown(talk: Talk, said: str) -> Callable[[], Outcome] | None:
    """「2人目」, 「2人目を見る」: that child; 「ぜんぶ見る」: everything of the only one."""
    children = talk.facts.resident.children
    for child in children:
        label = talk.say("childcare.to_child", number=str(child.number))
        if said in (fold(label), f"{child.number}人目"):
            return partial(childcare.of_child, talk, child.number, "vaccination")
    if said in labels("childcare.all") and len(children) == 1:
        return partial(childcare.of_child, talk, children[0].number, "vaccination", whole=True)
    return None


_HAD = re.compile(
    r"(?P<what>.+?)(?:の?(?:予防接種|接種|注射|わくちん))?[をはも]?\s*(?:受け|うけ|打ち|打っ|うっ|うち|すませ|済ませ|終わっ|済ん)(?:た|だ|ました)(?:よ|。)?"
)


def _had(talk: Talk, said: str) -> Callable[[], Outcome] | None:
    """「BCG受けた」: marked at once where only one child and one thing can be meant, else chosen."""
    found = _HAD.fullmatch(said)
    if found is None:
        return None
    meant = [
        (child, windows)
        for child in talk.facts.resident.children
        if not child.expected
        and (
            windows := [
                each
                for each in child_marks.offered(talk, child)
                if child_named.is_called(each, found["what"])
            ]
        )
    ]
    if not meant:
        return None
    if len(meant) > 1:
        choices = (_did(talk, child, windows) for child, windows in meant)
        return partial(Reply, talk.say("childcare.which"), tuple(choices))
    (child, windows), act = meant[0], child_marks.mark
    press = {"id": str(child.number), "m": f"{child.birth_month:%Y-%m}", "w": windows[0].code}
    return partial(act if len(windows) == 1 else child_marks.asked, talk, press)


def _did(talk: Talk, child: Child, windows: Sequence[Window]) -> Choice:
    label = talk.say("childcare.done_n", number=str(child.number))
    if len(windows) > 1:
        return child_marks.at(label, "done", child)
    return child_marks.at(label, "did", child, w=windows[0].code)


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
            lambda child: talk.say("childcare.resume_n", number=str(child.number)),
            [c for c in children if c.stopped],
        ),
    )


def _opened(talk: Talk, act: str, meant: Sequence[Child], choices: tuple[Choice, ...]) -> Outcome:
    if len(meant) > 1:
        return Reply(talk.say("childcare.which"), choices)
    press = {"id": str(meant[0].number), "m": f"{meant[0].birth_month:%Y-%m}"}
    acts = {"still": child_marks.stop, "done": child_marks.asked, "resume": child_marks.resume}
    return acts[act](talk, press)
