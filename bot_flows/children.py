"""Children by month of birth: never a name, only year and month are kept, at most six.

The form holds ``children`` = [["2024-05", expected], ...] in the order they were given.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot_flows.days import add_months, birth_date, nearby
from bot_flows.outcomes import Again, Answer, Choice, Go, Outcome, Part, Question, Step, Talk, Unclear
from bot_flows.types import Child
from bot_flows.words import fold

MOST = 6
MONTHS_AHEAD = 10
OLDEST_YEARS = 18

_NONE = tuple(
    f"{child}{joined}{none}"
    for child in ("子ども", "子供", "こども")
    for joined in ("が", "は", "が ", "は ", "")
    for none in ("いません", "いない")
)
"""Said where nobody is asked for a child, 「こどもがいません」 is a cry; here it is the answer (``engine``)."""
_ANOTHER = (
    "もう一人います",
    "もう1人います",
    "もう一人いる",
    "もう1人いる",
    "あと一人います",
    "あと1人います",
    "あと1人",
)
_NO_OTHER = (
    "ない", "なし", "ありません", "ほかにいない", "ほかにいません", "ほかにはいません", "もういない", "もういません",
    "以上", "以上です", "これだけ", "この子だけ", "一人だけ", "1人だけ", "一人です", "1人です", "ひとりっ子", "一人っ子",
)  # fmt: skip


def from_form(rows: Sequence[Sequence[object]]) -> tuple[Child, ...]:
    """The form's rows as children, numbered from 1."""
    return tuple(
        Child(number, date.fromisoformat(f"{month}-01"), bool(expected))
        for number, (month, expected) in enumerate(rows, start=1)
    )


def to_form(children: Sequence[Child]) -> list[list[object]]:
    """Children as rows of the form."""
    return [[f"{child.birth_month:%Y-%m}", child.expected] for child in children]


def one_shown(talk: Talk, child: Child) -> str:
    """「1人目 2024年5月生まれ」."""
    key = "children.expected" if child.expected else "children.born"
    return talk.say(key, number=child.number, month=talk.month(child.birth_month))


def shown(talk: Talk) -> str:
    """All children in one line, 「なし」 for none."""
    children = from_form(talk.form.get("children", ()))
    return talk.listed(one_shown(talk, child) for child in children) or talk.say("children.shown_none")


def first_step(talk: Talk) -> str:
    """Where the part begins: the list when there are children, else the first date."""
    return "kids" if talk.form.get("children") else "child"


def bounds(today: date) -> tuple[date, date]:
    """The oldest and the latest date taken: 18 years ago and ten months ahead."""
    return add_months(today, -12 * OLDEST_YEARS), add_months(today, MONTHS_AHEAD)


# ---- a date ----------------------------------------------------------------------------------------------


def _ask_child(talk: Talk) -> Question:
    today = talk.facts.now.date()
    least, most = bounds(today)
    pick = Choice(
        "pick",
        talk.say("children.pick"),
        "date",
        limits=(today.isoformat(), least.isoformat(), most.isoformat()),
        hint=talk.say("children.pick_hint"),
    )
    not_yet = Choice("not_yet", talk.say("children.not_yet"), words=("まだ", "未定"))
    skip = Choice(
        "skip", talk.say("children.skip"), words=("入れない", "いらない", "なし", "いない", "あとで", *_NONE)
    )
    return Question(f"{talk.say('children.ask')}{talk.say('children.ask_typed')}", (pick, not_yet, skip))


def _take_child(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "skip":
        return Part("children", talk.form)
    if given.choice == "not_yet":
        return Part("children", talk.form, talk.say("children.not_yet_said"))
    day = birth_date(given.picked or given.text, talk.facts.now.date())
    if day is None and _lacks_its_year(given.text, talk.facts.now.date()):
        return Again(talk.say("children.which_year"))
    if day is None:
        return Unclear(talk.say("children.unclear"), talk.say("children.unclear_second"))
    today = talk.facts.now.date()
    least, most = bounds(today)
    # A month typed without its day counts when any of its days would.
    if not least.replace(day=1) <= day <= most:
        reason = talk.say("children.out_of_age")
        return Unclear(reason, reason)
    rows = [*talk.form.get("children", ()), [f"{day:%Y-%m}", day > today]][:MOST]
    form = {**talk.form, "children": rows}
    if len(rows) >= MOST:
        return Part("children", form, talk.say("children.full"))
    return Go("more", form)


def _lacks_its_year(text: str, today: date) -> bool:
    """「5月3日」, which would otherwise be read as a question about garbage; 「来週のごみ」 is one."""
    folded = fold(text)
    return (
        any(letter.isdigit() for letter in folded)
        and "ごみ" not in folded
        and nearby(text, today) is not None
    )


def _shown_last(talk: Talk) -> str:
    children = from_form(talk.form.get("children", ()))
    return one_shown(talk, children[-1]) if children else ""


# ---- another one? ------------------------------------------------------------------------------------------


def _ask_more(talk: Talk) -> Question:
    yes = Choice("yes", talk.say("children.more_yes"), words=("はい", "います", "うん", *_ANOTHER))
    no = Choice("no", talk.say("children.more_no"), words=("いいえ", "いえ", "いません", *_NO_OTHER, *_NONE))
    return Question(talk.say("children.ask_more", child=_shown_last(talk)), (yes, no))


def _take_more(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "yes":
        return Go("child", talk.form)
    if given.choice == "no":
        return Part("children", talk.form)
    if birth_date(given.text, talk.facts.now.date()):
        return _take_child(talk, given)
    return Unclear()


# ---- the list ----------------------------------------------------------------------------------------------


def _ask_kids(talk: Talk) -> Question:
    add = Choice("add", talk.say("children.add"), words=("足す", "ふやす", "追加"))
    drop = Choice("drop", talk.say("children.drop"), words=("消す", "けす", "へらす"))
    keep = Choice("keep", talk.say("children.as_it_is"))
    offered = (add, drop, keep) if len(talk.form.get("children", ())) < MOST else (drop, keep)
    return Question(talk.say("children.ask_list", children=shown(talk)), offered)


def _take_kids(talk: Talk, given: Answer) -> Outcome:
    step = {"add": "child", "drop": "drop"}.get(given.choice)
    if step:
        return Go(step, talk.form)
    return Part("children", talk.form) if given.choice == "keep" else Unclear()


def _ask_drop(talk: Talk) -> Question:
    children = from_form(talk.form.get("children", ()))
    choices = (Choice(str(child.number), one_shown(talk, child)[:20]) for child in children)
    return Question(talk.say("children.ask_drop"), tuple(choices))


def _take_drop(talk: Talk, given: Answer) -> Outcome:
    rows = list(talk.form.get("children", ()))
    if not given.choice.isdigit() or not 1 <= int(given.choice) <= len(rows):
        return Unclear()
    del rows[int(given.choice) - 1]
    return Part("children", {**talk.form, "children": rows})


STEPS = {
    "child": Step("children", _ask_child, _take_child, _shown_last),
    "more": Step("children", _ask_more, _take_more),
    "kids": Step("children", _ask_kids, _take_kids, shown),
    "drop": Step("children", _ask_drop, _take_drop),
}
