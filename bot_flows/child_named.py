"""One vaccination or checkup by its name: 「BCG」, 「日本脳炎はいつまで」 of the children who are registered."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from functools import partial

from bot_flows import child_marks
from bot_flows.child_words import MARKS, closing, done_lines, with_note
from bot_flows.guide import door
from bot_flows.outcomes import Reply, Talk
from bot_flows.town_facts import Window
from bot_flows.types import Child
from bot_flows.windows import timeline
from bot_flows.words import fold

_ASKED = re.compile(
    r"(?P<what>.{2,}?)(?:の?(?:予防接種|接種|注射|わくちん))?"
    r"(?:(?:[はもをの]|って)?(?:いつ|時期|期限|何歳|何か月|まだ|もう|受け(?:られ|たい|る)|打(?:て|ちたい|つ)|間に合).*)?[?!。]?"
)


def door_of(talk: Talk, said: str) -> Callable[[], Reply] | None:
    """What a folded text asks of the windows it names, for every child that is born; None when it names none."""
    found = _ASKED.fullmatch(said)
    windows = [each for each in talk.facts.town.windows if found and is_called(each, found["what"])]
    children = [each for each in talk.facts.resident.children if not each.expected]
    return partial(_told, talk, windows, children) if windows and children else None


def is_called(window: Window, what: str) -> bool:
    """By the beginning of its name in the reader's language or in the pack's: 「ロタ」 is 「ロタウイルス 1回目」, and
    「4か月健診」 the 「4か月児健診」."""
    names = (fold(name) for name in (window.name, window.own) if name)
    return any(_begins(name, what) or _begins(name.replace("児健診", "健診"), what) for name in names)


def _begins(name: str, what: str) -> bool:
    """Not in the middle of a Latin word: 「HP」 is the town's page and not 「HPV」."""
    return name.startswith(what) and not re.match("[a-z]{2}", name[len(what) - 1 :])


def _told(talk: Talk, windows: Sequence[Window], children: Sequence[Child]) -> Reply:
    lines: list[str] = []
    for child in children:
        name = [child_marks.who(talk, child)] if len(children) > 1 else []
        lines += [*name, *_of_child(talk, windows, child)]
    choices = [child_marks.to_child(talk, each) for each in children]
    consult = door(talk.say("childcare.to_consult"), "childcare", "consult", about="vaccination")
    first, *others = [*lines, *closing(talk, "vaccination")]
    return Reply("\n".join([first.lstrip(MARKS), *others]), (*choices, consult))


def _of_child(talk: Talk, windows: Sequence[Window], child: Child) -> Iterator[str]:
    """Open, to come, over, or marked as had: each with its month."""
    had = [each for each in child_marks.had(talk, child) if each in windows]
    line = timeline([each for each in windows if each not in had], child.birth_month, talk.facts.now.date())
    for due in line.now:
        yield from with_note(talk, due)
    for due in line.following:
        yield talk.say("childcare.from", name=due.window.name, month=talk.month(due.begins))
    for due in line.past:
        yield talk.say("childcare.past", name=due.window.name, month=talk.month(due.ends))
    yield from done_lines(talk, had)
