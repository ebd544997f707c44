"""Flow O, damage on roads, in parks and of street lamps: danger first, then place, kind, photos, words, receipt.

The form gets ``position`` ([latitude, longitude]), ``place`` (typed words), ``district`` (code), ``kind``,
``photos`` (LINE's message ids, fetched only once the report is sent) and ``words``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot_flows import guide
from bot_flows.choosing import choice_in
from bot_flows.damage_facts import KINDS, FileReport, JoinReport, NearReport
from bot_flows.damage_kinds import kind_in, kind_word
from bot_flows.damage_news import receipt
from bot_flows.damage_photos import (
    ask_photos,
    keeping,
    one_more,
    photo_line,
    photos_of,
    photos_shown,
    take_photos,
)
from bot_flows.damage_place import STEPS as PLACE_STEPS
from bot_flows.damage_place import by_position, on_map
from bot_flows.damage_place import shown as place_shown
from bot_flows.outcomes import (
    Again,
    Answer,
    Card,
    Choice,
    Flow,
    Form,
    Go,
    Outcome,
    Part,
    Question,
    Reply,
    Start,
    Step,
    Talk,
    Unclear,
)
from bot_flows.private_numbers import hide
from bot_flows.types import Incoming, State
from bot_flows.values import replace
from bot_flows.words import door_word, numbers

LONGEST_WORDS = 200
EMERGENCY = ("110", "119")
NEXT = {"danger": "place", "place": "kind", "kind": "photos", "photos": "words", "words": "summary"}
MENDABLE = ("place", "kind", "photos", "words")


def near_at(state: State, said: Incoming) -> tuple[float, float] | None:
    """The position around which this turn may ask 「同じですか」 and so needs the open reports; None for any other."""
    if state.flow != "damage":
        return None
    if state.step in PLACE_STEPS and _form(state).get("what_first"):
        return said.position
    at = _form(state).get("position") if state.step == "kind" else None
    return (float(at[0]), float(at[1])) if at else None


def needs_number(state: State, said: Incoming) -> bool:
    """Whether this turn may file the report and so needs its receipt number."""
    return state.flow == "damage" and state.step == "summary" and said.kind in ("text", "postback")


def _form(state: State) -> Mapping[str, Any]:
    form = state.data.get("form", {})
    return form if isinstance(form, Mapping) else {}


def door_here(_: Talk) -> Outcome:
    """「道路などの通報」: go on with a draft when there is one."""
    return Start("damage", resumes=True)


# ---- danger first ----------------------------------------------------------------------------------------


def _ask_danger(talk: Talk) -> Question:
    who = guide.section(talk, "roads")
    numbers = tuple(
        Choice(number, talk.say("damage.call", number=number), "page", opens=f"tel:{number}")
        for number in EMERGENCY
    )
    calm = Choice("calm", talk.say("damage.calm"), words=("急がない", "いそがない", "急ぎじゃない"))
    card = Card(talk.say("damage.danger_title"), talk.say("damage.danger_alt"))
    text = talk.say("damage.danger", phone=who.phone)
    return Question(text, (*numbers, guide.call(talk, who), calm), card)


def _take_danger(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "calm":
        sent = talk.form.get("sent")
        return by_position(talk, (float(sent[0]), float(sent[1]))) if sent else Part("danger", talk.form)
    if given.choice in EMERGENCY:
        return Again(talk.say("damage.call_now", number=given.choice))
    if given.choice == "call":
        return Again(talk.say("damage.call_now", number=guide.section(talk, "roads").phone))
    return Unclear(talk.say("damage.danger_unclear"))


# ---- what is broken --------------------------------------------------------------------------------------


def _ask_kind(talk: Talk) -> Question:
    now, named = talk.form.get("kind"), [(kind, kind_word(talk, kind)) for kind in KINDS]
    choices = [Choice(kind, name, words=tuple(name.split("・")), marked=kind == now) for kind, name in named]
    return Question(talk.say("damage.ask_kind"), tuple(choices))


def _take_kind(talk: Talk, given: Answer) -> Outcome:
    kind = given.choice or kind_in(given.text)
    if kind not in KINDS:
        return Unclear(talk.say("damage.kind_unclear"))
    return _with_kind(talk, {**talk.form, "kind": kind})


def _with_kind(talk: Talk, form: Form, lead: str = "") -> Outcome:
    """On with the kind; first whether an open report of it near by is the same."""
    near = next((each for each in talk.facts.damage.near if each.kind == form["kind"]), None)
    if near is None or form.get("mend"):
        return _after(talk, Part("kind", form, lead))
    seen = {"id": near.id, "kind": near.kind, "state": near.state, "said_on": near.said_on}
    return Go("near", {**form, "near": seen}, lead)


def _take_place(talk: Talk, given: Answer) -> Outcome:
    """The place; who says first what is broken is asked where it is, and not what again."""
    kind = _kind_said(talk, given)
    if not kind:
        return PLACE_STEPS["place"].take(talk, given)
    line = f"{talk.row(talk.say('damage.row_kind'), kind_word(talk, kind))}\n{talk.say('damage.ask_place')}"
    return Again(line, {**talk.form, "kind": kind, "what_first": True})


def _kind_said(talk: Talk, given: Answer) -> str:
    if numbers(given.text) or (given.means_else and door_word(given.text) != "report"):
        return ""
    choice = choice_in(_ask_kind(talk), given.text)
    return choice.id if choice else ""


def _near(talk: Talk) -> NearReport:
    return NearReport(**talk.form["near"])


def _ask_near(talk: Talk) -> Question:
    near = _near(talk)
    state = talk.say(f"damage.state_{near.state}")
    same = Choice("same", talk.say("damage.same"), words=("はい", "同じ", "そう"))
    other = Choice("other", talk.say("damage.not_same"), words=("いいえ", "違う", "ちがう", "違います"))
    return Question(talk.say("damage.ask_near", day=near.said_on, state=state), (same, other))


def _take_near(talk: Talk, given: Answer) -> Outcome:
    if given.choice == "same":
        return Reply(talk.say("damage.joined"), effects=(JoinReport(_near(talk).id),))
    if given.choice == "other":
        return Part("kind", {name: value for name, value in talk.form.items() if name != "near"})
    return Unclear(talk.say("damage.near_unclear"))


# ---- how it looks --------------------------------------------------------------------------------------------


def _ask_words(talk: Talk) -> Question:
    none = Choice(
        "none",
        talk.say("damage.no_words"),
        words=("なし", "ない", "とくになし", "つぎへ", "次へ", "スキップ", "とばす"),
    )
    return Question(talk.say("damage.ask_words"), (none,))


def _take_words(talk: Talk, given: Answer) -> Outcome:
    if given.is_photo:
        return one_more(talk, given)
    if given.choice == "none":
        return Part("words", {**talk.form, "words": ""})
    if given.means_else and door_word(given.text):
        return Unclear()
    if not given.text:
        return Unclear(talk.say("damage.words_unclear"))
    if len(given.text) > LONGEST_WORDS:
        return Unclear(talk.say("damage.words_long", most=LONGEST_WORDS))
    text, hidden = hide(given.text)
    return Part("words", {**talk.form, "words": text}, talk.say("damage.hidden") if hidden else "")


# ---- is it right? ----------------------------------------------------------------------------------------------


def _rows(talk: Talk) -> tuple[tuple[str, str], ...]:
    photos = photos_shown(talk) or talk.say("damage.none")
    return (
        (talk.say("damage.row_place"), place_shown(talk)),
        (talk.say("damage.row_kind"), kind_word(talk, str(talk.form.get("kind")))),
        (talk.say("damage.row_photos"), photos),
        (talk.say("damage.row_words"), str(talk.form.get("words", "")) or talk.say("damage.none")),
    )


def _ask_summary(talk: Talk) -> Question:
    rows = _rows(talk)
    lines = [talk.say("damage.ask_summary"), *(talk.row(*each) for each in rows)]
    send = Choice("send", talk.say("damage.send"), words=("はい", "ok", "おくる", "送信"))
    mend = Choice("mend", talk.say("damage.mend"), words=("直す", "修正", "いいえ"))
    card = Card(talk.say("damage.card"), talk.say("damage.card_alt", kind=rows[1][1]), rows)
    return Question("\n".join(lines), (send, mend, *on_map(talk)), card)


def _take_summary(talk: Talk, given: Answer) -> Outcome:
    if given.is_photo:
        return one_more(talk, given)
    if given.choice == "mend":
        return Go("mend", talk.form)
    if given.choice == "map" and (shown := on_map(talk)):
        return Again(f"{shown[0].label}\n{shown[0].opens}")
    if given.choice != "send":
        return Unclear(talk.say("damage.summary_unclear"))
    form, number = talk.form, talk.facts.damage.number
    position = form.get("position")
    report = FileReport(
        number=number,
        kind=str(form["kind"]),
        position=(float(position[0]), float(position[1])) if position else None,
        place=str(form.get("place", "")),
        district=str(form.get("district", "")),
        photos=tuple(photos_of(talk)),
        words=str(form.get("words", "")),
    )
    copy = Choice("copy", talk.say("damage.copy"), "copy", opens=f"copy:{receipt(number)}")
    return Reply(talk.say("damage.done", receipt=receipt(number)), (copy,), effects=(report,))


def _ask_mend(talk: Talk) -> Question:
    choices = tuple(Choice(part, talk.say(f"damage.row_{part}")) for part in MENDABLE)
    return Question(talk.say("damage.ask_mend"), choices)


def _take_mend(talk: Talk, given: Answer) -> Outcome:
    if given.choice not in MENDABLE:
        return Unclear(talk.say("damage.mend_unclear"))
    form = {**talk.form, "mend": True}
    return Go(given.choice, {**form, "photos": []} if given.choice == "photos" else form)


def _after(talk: Talk, part: Part) -> Outcome:
    mending = bool(part.form.get("mend"))
    form = {name: value for name, value in part.form.items() if name not in ("mend", "far", "among")}
    following = "summary" if mending else NEXT[part.name]
    if form.pop("what_first", False) and following == "kind":
        return _with_kind(talk, form, part.lead)
    if following == "photos" and form.pop("brought", False):
        return Go("words", form, photo_line(talk, len(form.get("photos", ()))))
    return Go(following, form, part.lead)


_EARLIER = {
    "danger": Step("danger", _ask_danger, _take_danger),
    **PLACE_STEPS,
    "place": replace(PLACE_STEPS["place"], take=_take_place),
    "kind": Step("kind", _ask_kind, _take_kind, lambda talk: kind_word(talk, str(talk.form["kind"]))),
    "near": Step("kind", _ask_near, _take_near),
    "mend": Step("summary", _ask_mend, _take_mend),
}
"""The questions that are no photo's turn, and keep one all the same."""
STEPS = {
    **{name: keeping(step) for name, step in _EARLIER.items()},
    "photos": Step("photos", ask_photos, take_photos, photos_shown, takes_photos=True),
    "words": Step(
        "words", _ask_words, _take_words, lambda talk: str(talk.form.get("words", "")), takes_photos=True
    ),
    "summary": Step("summary", _ask_summary, _take_summary, takes_photos=True),
}
FLOW = Flow(
    "damage",
    "damage.title",
    "danger",
    STEPS,
    _after,
    lambda talk: Start("damage"),
    progress={part: f"{number}/5" for number, part in enumerate((*MENDABLE, "summary"), start=1)},
    keeps_draft=True,
    shows_again=("kind", "photos", "brought", "words"),
    section="roads",
)
