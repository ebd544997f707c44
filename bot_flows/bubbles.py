"""Questions and replies as LINE messages: numbers in the text, quick replies in the fixed order, one card.

Order of quick replies: choices, もどる, やめる, 人に聞く (experience contract 1.2). At most ten choices are
shown as quick replies so that the three ways out always fit under LINE's 13; numbers typed reach them all.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from functools import cache

from bot_flows.outcomes import Card, Choice, Question, Reply, Talk
from bot_flows.types import Message
from content import messages as line
from content.sentences import say

MOST_CHOICES = 10
_OF_THE_PHONE = {"location": line.location, "camera": line.camera, "album": line.camera_roll}
"""What opens something of the phone itself; quick replies only."""
ACT_BACK, ACT_STOP, ACT_HUMAN = "_back", "_stop", "_human"


Asked = Callable[[str], str]
"""The data of a button that answers one question, by what it answers (``postback.answers``)."""


def numbered(choices: Sequence[Choice], only: Collection[str] = ()) -> str:
    """「1 ごみ」 lines for every choice (or for the ids in ``only``, with the numbers they have in the question)."""
    lines = [
        f"{number} ✓{choice.label}" if choice.marked else f"{number} {choice.label}"
        for number, choice in enumerate(choices, start=1)
        if not only or choice.id in only
    ]
    return "\n".join(lines)


def _action(choice: Choice, asked: Asked | None) -> line.Action:
    if choice.kind == "answer" and asked:
        return line.postback(choice.label, asked(choice.id), shown=choice.label)
    if choice.kind == "copy":
        return line.clipboard(choice.label, choice.opens.removeprefix("copy:"))
    if choice.kind == "page":
        return line.uri(choice.label, choice.opens)
    if choice.kind == "door" or asked is None:
        return line.postback(choice.label, choice.opens, shown=choice.label)
    data = asked(choice.id)
    if choice.kind in ("date", "time"):
        first, least, most = choice.limits
        return line.picker(choice.label, data, choice.kind, initial=first, least=least, most=most)
    return _OF_THE_PHONE[choice.kind](choice.label)


def _shown(choices: Sequence[Choice]) -> Sequence[Choice]:
    """At most ten for quick replies; the last one (つぎへ, ほかの町) always among them."""
    if len(choices) <= MOST_CHOICES:
        return choices
    return [*choices[: MOST_CHOICES - 1], choices[-1]]


@cache
def _ways(language: str) -> Mapping[str, str]:
    """The labels of the three ways out below every question, in their order, with what each does."""
    fixed = {"way.back_label": ACT_BACK, "way.stop_label": ACT_STOP, "way.human_label": ACT_HUMAN}
    return {say(key, language): act for key, act in fixed.items()}


def _quick(talk: Talk, choices: Sequence[Choice], asked: Asked) -> list[line.Action]:
    ways = _ways(talk.facts.resident.language)
    content = [_action(choice, asked) for choice in _shown(choices) if choice.label not in ways]
    return content + [line.postback(label, asked(act), shown=label) for label, act in ways.items()]


def _card(card: Card, choices: Sequence[Choice], asked: Asked | None) -> Message:
    has_buttons = card.has_buttons or asked is None
    shown = [each for each in choices if each.kind not in _OF_THE_PHONE] if has_buttons else []
    buttons = [_ticked(_action(choice, asked), choice) for choice in shown]
    main = next((n for n, choice in enumerate(shown) if card.main and choice.id == card.main), 0)
    rows = [(label, value) if label else value for label, value in card.rows]
    return line.card(card.alt, card.title, rows, buttons, main)


def _ticked(action: line.Action, choice: Choice) -> line.Action:
    return action | {"label": f"✓{choice.label}"} if choice.marked else action


def _joined(*parts: str) -> str:
    return "\n\n".join(filter(None, parts))


def question(talk: Talk, asked: Asked, question: Question, lead: str = "") -> tuple[Message, ...]:
    """The bubbles of one question, two at most: with a card the lead moves into the text."""
    body = _joined(question.text, numbered(question.choices))
    quick = _quick(talk, question.choices, asked)
    if question.card is None:
        bubbles = [line.text(lead)] if lead else []
        return (*bubbles, line.text(body, quick=quick))
    return (
        line.text(_joined(lead, body)),
        line.with_quick(_card(question.card, question.choices, asked), quick),
    )


def again(
    talk: Talk, asked: Asked, question: Question, said: str, only: tuple[str, ...]
) -> tuple[Message, ...]:
    """One short line while the question stays open."""
    choices = [choice for choice in question.choices if not only or choice.id in only]
    quick = _quick(talk, choices, asked)
    return (line.text(_joined(said, numbered(question.choices, only)), quick=quick),)


def reply(reply: Reply, note: str = "") -> tuple[Message, ...]:
    """The bubbles of an answer: text first, then the card or ready messages; ``note`` ends the text."""
    text = _joined(reply.text, numbered(reply.choices), note)
    if reply.card is not None:
        return (line.text(text), _card(reply.card, reply.choices, None))
    quick = [_action(choice, None) for choice in _shown(reply.choices[reply.on_cards :])]
    if reply.cards:
        last = line.with_quick(reply.cards[-1], quick) if quick else reply.cards[-1]
        return (line.text(text), last)
    return (line.text(text, quick=quick),)
