"""Flow K: vaccinations, checkups and events for the ages of a resident's children; guidance, never a verdict.

Only the month of birth is known and no name is asked. A family without a registered child is asked for a month,
which answers once and is not kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot_flows import child_marks, guide, nearby, person
from bot_flows.child_words import (
    MOST_NEXT,
    age_said,
    april_line,
    closing,
    done_lines,
    event_lines,
    next_lines,
    now_lines,
    past_lines,
    section_of,
    shown_now,
    with_note,
)
from bot_flows.children import bounds
from bot_flows.days import add_months, birth_date
from bot_flows.guide import door
from bot_flows.outcomes import (
    Again,
    Answer,
    Choice,
    Flow,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.types import Child
from bot_flows.windows import Timeline, months_between, timeline
from content import messages as message

MOST_IN_FULL = 30
MOST_BUTTONS, MOST_CHOICES = 4, 10


def door_here(talk: Talk, about: str) -> Outcome:
    """「子育て」 and 「予防接種・健診」: the first child's timeline, or the question for a month of birth."""
    if not talk.facts.town.windows:
        return _no_list(talk, about)
    children = talk.facts.resident.children
    if children:
        return of_child(talk, children[0].number, about)
    return Start("childcare", "birth", {"about": about})


def of_child(talk: Talk, number: int, about: str, *, whole: bool = False) -> Outcome:
    """One registered child; a number that is gone opens the first one again."""
    child = next((each for each in talk.facts.resident.children if each.number == number), None)
    if child is None:
        return child_marks.gone(talk)
    if child.expected:
        return _expected(talk, child, about)
    who = talk.say("childcare.child", number=str(child.number), age=age_said(talk, child.birth_month))
    others = tuple(each for each in talk.facts.resident.children if each.number != number)
    if whole:
        return _in_full(talk, who, child)
    return _answer(talk, who, child.birth_month, about, child=child, others=others)


def of_month(talk: Talk, month: date, about: str) -> Reply:
    """A child nobody registered, by its month of birth, which is used for this answer and not kept."""
    who = talk.say("childcare.this_child", age=age_said(talk, month))
    return _answer(talk, who, month, about)


def child_door(talk: Talk, rest: Mapping[str, str], *, whole: bool = False) -> Outcome:
    """A button of an earlier answer; damaged data opens the first child."""
    number, about = rest.get("id", ""), rest.get("about", "")
    about = about if about in ("children", "vaccination") else "children"
    known = int(number) if number.isascii() and number.isdigit() else 0
    return of_child(talk, known, about, whole=whole)


def consult(about: str) -> Outcome:
    """Who answers questions about children: telephone and chat."""
    return person.door_at(section_of(about))


# ---- the question ------------------------------------------------------------------------------------------


def _ask_birth(talk: Talk) -> Question:
    today = talk.facts.now.date()
    least, _ = bounds(today)
    pick = Choice(
        "pick",
        talk.say("children.pick"),
        "date",
        limits=(today.isoformat(), least.isoformat(), today.isoformat()),
        hint=talk.say("children.pick_hint"),
    )
    facility = Choice("facility", talk.say("childcare.facility"), words=("保育園", "施設"))
    pages = Choice("pages", _pages_name(talk, talk.form.get("about")), words=("ページ",))
    return Question(talk.say("childcare.ask"), (pick, facility, pages))


def _take_birth(talk: Talk, given: Answer) -> Outcome:
    about = str(talk.form.get("about", "children"))
    if given.choice == "facility":
        return nearby.of_kind(talk, "childcare")
    if given.choice == "pages":
        return guide.subject(talk, about)
    day = birth_date(given.picked or given.text, talk.facts.now.date())
    if day is None:
        return Unclear(talk.say("children.unclear"), talk.say("children.pick_hint"))
    today = talk.facts.now.date()
    least, _ = bounds(today)
    if not least.replace(day=1) <= day <= today:
        return Again(talk.say("children.out_of_age"))
    return of_month(talk, day.replace(day=1), about)


# ---- answers -----------------------------------------------------------------------------------------------


def _answer(
    talk: Talk,
    who: str,
    birth: date,
    about: str,
    *,
    child: Child | None = None,
    others: tuple[Child, ...] = (),
) -> Reply:
    windows = child_marks.open_windows(talk, child) if child else talk.facts.town.windows
    line = timeline(windows, birth, talk.facts.now.date())
    first = (
        talk.say("childcare.now", who=who, count=str(len(line.now)))
        if line.now
        else talk.say("childcare.now_none", who=who)
    )
    # 「ぜんぶ見る」 is a button of registered children: whoever only typed a month reads everything at once.
    text = [
        first,
        *now_lines(talk, line, whole=child is None),
        *next_lines(talk, line),
        *past_lines(talk, line),
    ]
    text += done_lines(talk, child_marks.had(talk, child) if child else ())
    text += [*april_line(talk, line, birth), *event_lines(talk, birth), *closing(talk, about)]
    alt = talk.say(
        "childcare.alt", who=who, first=talk.listed(due.window.name for due in line.now[:2]) or first
    )
    choices = _choices(talk, about, child, others, birth)
    card = message.card(
        alt[: guide.LONGEST_ALT],
        who,
        _rows(talk, line),
        [guide.opener(each) for each in choices[:MOST_BUTTONS]],
    )
    return Reply("\n".join(text), choices, cards=(card,))


def _rows(talk: Talk, line: Timeline) -> tuple[tuple[str, str], ...]:
    """What is due with its note; the text above says the same in short."""
    now = [(due.window.name, due.window.note) for due in shown_now(line)]
    return tuple(now) or tuple((due.window.name, due.window.note) for due in line.following[:MOST_NEXT])


def _choices(
    talk: Talk, about: str, child: Child | None, others: tuple[Child, ...], birth: date
) -> tuple[Choice, ...]:
    """What to do about this child, the other children, where to go; the first four are on the card."""
    today = talk.facts.now.date()
    choices = [*_for_child(talk, child)]
    choices += [child_marks.to_child(talk, each, about) for each in others]
    if child:
        choices.append(door(talk.say("childcare.all"), "childcare", "all", id=str(child.number), about=about))
        choices.append(child_marks.still(child, talk))
    else:
        choices.append(door(talk.say("childcare.to_register"), "settings", "children"))
    months = str(max(0, months_between(birth, today)))
    choices.append(door(talk.say("childcare.to_events"), "events", "list", w="age", m=months))
    choices.append(guide.pages_door(_pages_name(talk, about), about))
    choices.append(door(talk.say("childcare.to_consult"), "childcare", "consult", about=about))
    return tuple(choices[:MOST_CHOICES])


def _for_child(talk: Talk, child: Child | None) -> tuple[Choice, ...]:
    """「予約先を見る」 and 「受けた」, for a child that is born."""
    if child is None or child.expected:
        return ()
    return (*child_marks.booking(talk, child), child_marks.at(talk.say("childcare.done"), "done", child))


def _pages_name(talk: Talk, about: object) -> str:
    return talk.say("childcare.vaccination_pages" if about == "vaccination" else "childcare.pages")


def _in_full(talk: Talk, who: str, child: Child) -> Reply:
    """Everything from now on with its notes, for one child."""
    line = timeline(child_marks.open_windows(talk, child), child.birth_month, talk.facts.now.date())
    lines: list[str] = []
    for due in line.now:
        lines += with_note(talk, due)
    for due in line.following[: MOST_IN_FULL - len(line.now)]:
        lines += [
            talk.say("childcare.from", name=due.window.name, month=talk.month(due.begins)),
            talk.say("childcare.note", note=due.window.note),
        ]
    first = talk.say("childcare.all_title" if lines else "childcare.all_none", who=who)
    text = "\n".join([first, *lines, *closing(talk, "vaccination")])
    return Reply(text, (door(talk.say("childcare.to_consult"), "childcare", "consult", about="vaccination"),))


def _expected(talk: Talk, child: Child, about: str) -> Reply:
    """Before the birth: the first vaccination by the expected month. Whether a child was born is never asked."""
    today = talk.facts.now.date()
    number, month = str(child.number), talk.month(child.birth_month)
    if child.birth_month < today.replace(day=1):
        text = talk.say("childcare.expected_past", number=number, month=month)
        return Reply(text, (door(talk.say("childcare.to_register"), "settings", "children"),))
    firsts = [each.first_month for each in talk.facts.town.windows if each.kind == "vaccination"]
    later = talk.month(add_months(child.birth_month, min(firsts, default=2)))
    lines = [talk.say("childcare.expected", number=number, month=month, month_later=later)]
    others = tuple(each for each in talk.facts.resident.children if each.number != child.number)
    choices = _choices(talk, about, child, others, child.birth_month)
    return Reply("\n".join([*lines, *closing(talk, about)]), choices)


def _no_list(talk: Talk, about: str) -> Reply:
    """The pack has no windows: the section, and the town's own pages."""
    who = guide.section(talk, section_of(about))
    pages = guide.subject(talk, about)
    return Reply(talk.say("childcare.no_list", section=who.name, phone=who.phone), pages.choices, pages.card)


def _after(talk: Talk, part: Part) -> Outcome:
    return door_here(talk, str(part.form.get("about", "children")))


def _afresh(talk: Talk) -> Outcome:
    return Start("childcare", form={"about": talk.form.get("about", "children")})


FLOW = Flow(
    "childcare",
    "childcare.title",
    "birth",
    {"birth": Step("birth", _ask_birth, _take_birth), "done": child_marks.STEP},
    _after,
    _afresh,
    section="childcare",
)
